package io.millrace.learning;

import io.millrace.event.EntityId;
import io.millrace.popularity.HalfLife;
import io.millrace.popularity.ItemCounts;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.Draw;
import io.millrace.sampling.ExcludingSampler;
import io.millrace.sampling.Negatives;
import io.millrace.sampling.PopularitySampler;
import io.millrace.sampling.RecentItems;
import io.millrace.sampling.Sampler;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The core step, one example an operation: a million users, a hundred thousand items. {@link #bare} is the same arithmetic on two plain arrays, without rows, counters, biases or limits: what the
 * machine allows. Compare within one run only.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "-Xmx4g",
            "-XX:+UseTransparentHugePages",
            "-XX:+AlwaysPreTouch",
            "--add-modules=jdk.incubator.vector"
        })
public class CoreStepBenchmark {

    private static final int USERS = 1_000_000;
    private static final int ITEMS = 100_000;
    private static final int EVENTS = 1 << 20;
    private static final long NOW = 1_700_000_000_000L;

    @Param({"sgd", "adagrad-row"})
    private String optimizer;

    @Param({"0", "10"})
    private int context;

    @Param("logistic")
    private String loss;

    @Param("64")
    private int dimension;

    /** Negatives of an example. */
    @Param("5")
    private int count;

    private final int[] users = new int[EVENTS];
    private int[] items;
    private final Negatives negatives = new Negatives();
    private final RecentItems none = new RecentItems(1);
    private OnlineLearner learner;
    private Sampler popularity;
    private Draw draw;
    private int at;

    /** Kept, or the reads are optimised away. */
    int requested;

    private float[] userRows;
    private float[] itemRows;
    private int[] offsets;
    private float[] scores;
    private float[] pulls;
    private float[] moves;
    private float[] gradient;

    /** One that is set up, for programs of their own. */
    static CoreStepBenchmark of(String optimizer, int context, String loss, int dimension, int negatives) {
        CoreStepBenchmark made = new CoreStepBenchmark();
        made.optimizer = optimizer;
        made.context = context;
        made.loss = loss;
        made.dimension = dimension;
        made.count = negatives;
        made.setUp();
        return made;
    }

    @Setup(Level.Trial)
    public void setUp() {
        items = new int[EVENTS * (count + 1)];
        offsets = new int[count + 1];
        scores = new float[count + 1];
        pulls = new float[count + 1];
        moves = new float[count + 1];
        gradient = new float[Arithmetic.padded(dimension)];
        SplittableRandom random = new SplittableRandom(1);
        double[] cumulated = new double[ITEMS];
        double sum = 0;
        for (int k = 0; k < ITEMS; k++) {
            sum += 1.0 / (k + 1);
            cumulated[k] = sum;
        }
        for (int e = 0; e < EVENTS; e++) {
            users[e] = random.nextInt(USERS);
            int found = Arrays.binarySearch(cumulated, random.nextDouble() * sum);
            int rank = Math.min(ITEMS - 1, found < 0 ? -found - 1 : found);
            items[e * (count + 1)] = (int) (rank * 48_271L % ITEMS);
            for (int k = 1; k <= count; k++) {
                items[e * (count + 1) + k] = random.nextInt(ITEMS);
            }
        }
        setUpLearner(random);
        userRows = new float[USERS * gradient.length];
        itemRows = new float[ITEMS * gradient.length];
        fill(userRows, random);
        fill(itemRows, random);
    }

    private void fill(float[] rows, SplittableRandom random) {
        for (int k = 0; k < rows.length; k++) {
            rows[k] = ((float) random.nextDouble() - 0.5f) / dimension;
        }
    }

    private void setUpLearner(SplittableRandom random) {
        LearningConfig config = new LearningConfig(
                dimension, loss, optimizer, 0.025f, 0, 0.036f, 3, 10, 5, 1, context, 0.7f, false, 0, 1, 1);
        Catalog catalog = new Catalog();
        Optimizer made = Optimizers.make(config);
        ItemRows rows = new ItemRows(config, made, catalog, null);
        for (int k = 0; k < ITEMS; k++) {
            rows.row(catalog.add(EntityId.of("i" + k)));
        }
        UserRows userTable = new UserRows(config, made, 10, 1, Integer.MAX_VALUE);
        for (int k = 0; k < USERS; k++) {
            int row = userTable.row(EntityId.of("u" + k));
            for (int c = 0; c < context; c++) {
                userTable.clicked(row).add(catalog.item(random.nextInt(ITEMS)).hash(), NOW);
            }
        }
        learner = new OnlineLearner(config, catalog, rows, userTable, made);
        ItemCounts counts = new ItemCounts(new HalfLife(604_800_000));
        counts.advance(NOW);
        popularity = new ExcludingSampler(new PopularitySampler(counts, true, 0.75, 0.05), 64);
        for (int e = 0; e < EVENTS; e++) {
            counts.clicked(items[e * (count + 1)], NOW);
        }
        draw = new Draw(catalog, counts);
    }

    /** The step with its negatives given. */
    @Benchmark
    public boolean given() {
        int e = next();
        negatives.clear();
        for (int k = 1; k <= count; k++) {
            negatives.add(items[e * (count + 1) + k], 1e-5, 1f, "given");
        }
        return learner.learn(users[e], items[e * (count + 1)], negatives, 1f, e);
    }

    /** The same, with the rows of so many steps touched together, before the first of them. */
    boolean given(int ahead) {
        for (int k = 1; k <= ahead && (at + 1) % ahead == 0; k++) {
            requested |= request(at + k & EVENTS - 1);
        }
        return given();
    }

    /** Reads a word of each line of a step's rows, so that memory brings them together. */
    private int request(int e) {
        int words = touch(learner.users().floats(), learner.users().vector(users[e]));
        for (int k = 0; k <= count; k++) {
            words |= touch(learner.items().floats(), learner.items().target(items[e * (count + 1) + k]));
        }
        return words;
    }

    private int touch(float[] floats, int row) {
        return RawBits.lines(floats, row, gradient.length) | RawBits.getInt(floats, row + gradient.length);
    }

    /** The step with negatives drawn by popularity from the live tree. */
    @Benchmark
    public boolean drawn() {
        int e = next();
        int positive = items[e * (count + 1)];
        negatives.clear();
        draw.start(1, e, users[e], positive, NOW, none, none);
        popularity.sample(draw, count, negatives);
        return learner.learn(users[e], positive, negatives, 1f, e);
    }

    /** A dot product, a sigmoid and an update for each row, and one user update on plain arrays. */
    @Benchmark
    public float bare() {
        int e = next();
        Arithmetic arithmetic = Arithmetic.get();
        int d = gradient.length;
        int user = users[e] * d;
        for (int k = 0; k <= count; k++) {
            offsets[k] = items[e * (count + 1) + k] * d;
        }
        arithmetic.dots(userRows, user, itemRows, offsets, Arithmetic.NONE, count + 1, d, scores);
        for (int k = 0; k <= count; k++) {
            pulls[k] = k == 0 ? -Sigmoid.of(-scores[k]) : Sigmoid.of(scores[k]);
            moves[k] = -0.025f * pulls[k];
        }
        arithmetic.update(userRows, user, itemRows, offsets, pulls, moves, 1f, count + 1, d, gradient);
        arithmetic.addScaled(-0.025f, gradient, 0, 1f, userRows, user, d);
        return scores[0];
    }

    private int next() {
        at = (at + 1) & (EVENTS - 1);
        return at;
    }
}
