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
 * The core step, one example an operation: a million users, a hundred thousand items, five negatives, d = 64, logistic
 * loss. {@link #bare} is the same arithmetic on two plain arrays, without rows, counters, biases or limits: what the
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
    private static final int D = 64;
    private static final int NEGATIVES = 5;
    private static final long NOW = 1_700_000_000_000L;

    @Param({"sgd", "adagrad-row"})
    private String optimizer;

    @Param({"0", "10"})
    private int context;

    private final int[] users = new int[EVENTS];
    private final int[] items = new int[EVENTS * (NEGATIVES + 1)];
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
    private final int[] offsets = new int[NEGATIVES + 1];
    private final float[] scores = new float[NEGATIVES + 1];
    private final float[] pulls = new float[NEGATIVES + 1];
    private final float[] moves = new float[NEGATIVES + 1];
    private final float[] gradient = new float[D];

    /** One that is set up, for programs of their own. */
    static CoreStepBenchmark of(String optimizer, int context) {
        CoreStepBenchmark made = new CoreStepBenchmark();
        made.optimizer = optimizer;
        made.context = context;
        made.setUp();
        return made;
    }

    @Setup(Level.Trial)
    public void setUp() {
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
            items[e * (NEGATIVES + 1)] = (int) (rank * 48_271L % ITEMS);
            for (int k = 1; k <= NEGATIVES; k++) {
                items[e * (NEGATIVES + 1) + k] = random.nextInt(ITEMS);
            }
        }
        setUpLearner(random);
        userRows = new float[USERS * D];
        itemRows = new float[ITEMS * D];
        fill(userRows, random);
        fill(itemRows, random);
    }

    private static void fill(float[] rows, SplittableRandom random) {
        for (int k = 0; k < rows.length; k++) {
            rows[k] = ((float) random.nextDouble() - 0.5f) / D;
        }
    }

    private void setUpLearner(SplittableRandom random) {
        LearningConfig config = new LearningConfig(
                D, "logistic", optimizer, 0.025f, 0, 0.036f, 3, 10, 5, 1, context, 0.7f, false, 0, 1, 1);
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
            counts.clicked(items[e * (NEGATIVES + 1)], NOW);
        }
        draw = new Draw(catalog, counts);
    }

    /** The step with its negatives given. */
    @Benchmark
    public boolean given() {
        int e = next();
        negatives.clear();
        for (int k = 1; k <= NEGATIVES; k++) {
            negatives.add(items[e * (NEGATIVES + 1) + k], 1e-5, 1f, "given");
        }
        return learner.learn(users[e], items[e * (NEGATIVES + 1)], negatives, 1f, e);
    }

    /** The same, with the rows of so many steps touched together, before the first of them. */
    boolean given(int ahead) {
        for (int k = 1; k <= ahead && (at + 1) % ahead == 0; k++) {
            requested |= request(at + k & EVENTS - 1);
        }
        return given();
    }

    /** Reads a word of each end and of the middle of each row of 64, so that memory brings their lines together. */
    private int request(int e) {
        int words = touch(learner.users().floats(), learner.users().vector(users[e]));
        for (int k = 0; k <= NEGATIVES; k++) {
            words |= touch(learner.items().floats(), learner.items().target(items[e * (NEGATIVES + 1) + k]));
        }
        return words;
    }

    private static int touch(float[] floats, int row) {
        return RawBits.getInt(floats, row) | RawBits.getInt(floats, row + 32) | RawBits.getInt(floats, row + 64);
    }

    /** The step with negatives drawn by popularity from the live tree. */
    @Benchmark
    public boolean drawn() {
        int e = next();
        int positive = items[e * (NEGATIVES + 1)];
        negatives.clear();
        draw.start(1, e, users[e], positive, NOW, none, none);
        popularity.sample(draw, NEGATIVES, negatives);
        return learner.learn(users[e], positive, negatives, 1f, e);
    }

    /** Six dot products, six sigmoids, six row updates and one user update on plain arrays. */
    @Benchmark
    public float bare() {
        int e = next();
        Arithmetic arithmetic = Arithmetic.get();
        int user = users[e] * D;
        for (int k = 0; k <= NEGATIVES; k++) {
            offsets[k] = items[e * (NEGATIVES + 1) + k] * D;
        }
        arithmetic.dots(userRows, user, itemRows, offsets, Arithmetic.NONE, NEGATIVES + 1, D, scores);
        for (int k = 0; k <= NEGATIVES; k++) {
            pulls[k] = k == 0 ? -Sigmoid.of(-scores[k]) : Sigmoid.of(scores[k]);
            moves[k] = -0.025f * pulls[k];
        }
        arithmetic.update(userRows, user, itemRows, offsets, pulls, moves, 1f, NEGATIVES + 1, D, gradient);
        arithmetic.addScaled(-0.025f, gradient, 0, 1f, userRows, user, D);
        return scores[0];
    }

    private int next() {
        at = (at + 1) & (EVENTS - 1);
        return at;
    }
}
