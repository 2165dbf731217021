package io.millrace.ranking;

import io.millrace.learning.Arithmetic;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.Exclusions;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Several rankers as one: a softmax over the catalog whose few weights learn on the stream itself. A member's scores are
 * made shares p_j of what may be recommended, and enter by their logarithm above one or more floors, or as they are:
 *
 * <pre>
 *   s(j)   = Σ_k (w_k + w_kB) v_kj         v_kj = ln(p_j + floor)  or the raw score;  B = bucket of log2(history length)
 *   P(j)   = e^s(j) / Σ e^s                over what may be recommended
 *   ∂/∂w_k = v_ki - Σ_j P(j) v_kj          for the clicked i: whole-catalog log-likelihood, no negatives drawn
 * </pre>
 *
 * <p>The floor says how much a member's silence means: with 1e-3 an item a member gives nothing to loses a bounded amount,
 * with 1e-5 the blend falls below its best member. Weights by history length let popularity speak first for users who
 * have just come. Steps are Adagrad's, on events that were scored; members learn from every event. Logarithmic pooling:
 * Heskes, "Selecting weighting factors in logarithmic opinion pools", NIPS 1997.
 *
 * <p>Allocates nothing per event once its buffers have grown. Not thread-safe.
 */
public final class Blend implements Ranker {

    /** How a member's scores become a feature. */
    public sealed interface Form {

        /** What it adds to the name of the member. */
        String suffix();

        /** ln(p + floor), p the share of what may be recommended; the floor in (0, 1). */
        record Log(float floor) implements Form {
            @Override
            public String suffix() {
                return ", log above " + floor;
            }
        }

        /** The scores as they are: already logits. */
        record Raw() implements Form {
            @Override
            public String suffix() {
                return "";
            }
        }

        /** -ln(offset + rank) of the best {@value Blend#RANKED}, ranks from 0; the rest are as if just behind. */
        record Rank(float offset) implements Form {
            @Override
            public String suffix() {
                return ", rank above " + offset;
            }
        }
    }

    /** A ranker and the forms in which its scores enter. */
    public record Member(Ranker ranker, List<Form> forms) {

        /** Logarithms of shares above floors, each in (0, 1). */
        public static Member logs(Ranker ranker, Float... floors) {
            return new Member(
                    ranker, Arrays.stream(floors).<Form>map(Form.Log::new).toList());
        }

        /** The scores as they are: already logits. */
        public static Member raw(Ranker ranker) {
            return new Member(ranker, List.of(new Form.Raw()));
        }

        /** The same with the logarithm of the rank as one more feature. */
        public Member andRank(float offset) {
            return new Member(
                    ranker,
                    Stream.concat(forms.stream(), Stream.of(new Form.Rank(offset)))
                            .toList());
        }
    }

    static final int RANKED = 500;
    private static final int VERSION = 3;
    private static final float START = 0.01f;

    /** Below this catalog size a step would teach nothing. */
    private static final int LEAST_SLOTS = 6;

    private final BlendConfig config;
    private final List<Member> members;
    private final Arithmetic arithmetic = Arithmetic.get();
    private final Sweep sweep = Sweep.get();
    private final int features;
    private final float[] shared;
    private final float[] sharedSquares;
    private final float[] own;
    private final float[] ownSquares;

    private final BlendScores scores;
    private final HiddenLayer hidden;
    private float[] masses = new float[0];
    private boolean isScored;
    private long steps;

    public Blend(BlendConfig config, List<Member> members) {
        this.config = config;
        this.members = List.copyOf(members);
        features = members.stream().mapToInt(member -> member.forms().size()).sum();
        shared = new float[features];
        sharedSquares = new float[features];
        own = new float[features * config.buckets()];
        ownSquares = new float[own.length];
        hidden = new HiddenLayer(config, features);
        scores = new BlendScores(this, hidden, true);
        Arrays.fill(shared, config.initialWeight() / features);
        Arrays.fill(sharedSquares, START);
        Arrays.fill(ownSquares, START);
    }

    @Override
    public String name() {
        return "blend";
    }

    /** The weight of a feature in a bucket; features in the order of members and their floors. */
    public float weight(int feature, int bucket) {
        return shared[feature] + own[feature * config.buckets() + bucket];
    }

    /** Names of features, in the order of their numbers. */
    public List<String> features() {
        List<String> names = new ArrayList<>();
        for (Member member : members) {
            member.forms().forEach(form -> names.add(member.ranker().name() + form.suffix()));
        }
        return names;
    }

    /** History lengths 0, 1, 2-3, 4-7, ...; the last bucket takes the rest. */
    int bucketOf(int historySize) {
        return Math.min(32 - Integer.numberOfLeadingZeros(historySize), config.buckets() - 1);
    }

    @Override
    public void score(Query query, float[] out) {
        scores.room(query.padded());
        scores.gather(query);
        scores.combine(query, out);
        isScored = true;
    }

    /** Buffers for someone who asks beside the one who teaches; see {@link BlendScores}. */
    BlendScores newScores() {
        return new BlendScores(this, new HiddenLayer(config, features), false);
    }

    List<Member> members() {
        return members;
    }

    int featureCount() {
        return features;
    }

    /** Steps of the weights so far. */
    long steps() {
        return steps;
    }

    HiddenLayer hidden() {
        return hidden;
    }

    @Override
    public void learn(Query query, int slot) {
        boolean fits = scores.slots() >= LEAST_SLOTS && slot < scores.slots();
        if (isScored && fits && !query.excluded().contains(slot)) {
            step(query, slot);
        }
        isScored = false;
        for (Member member : members) {
            member.ranker().learn(query, slot);
        }
    }

    private void step(Query query, int slot) {
        int n = Sweep.padded(scores.slots());
        float[] ones = scores.ones();
        float[][] values = scores.values();
        int bucket = scores.bucket();
        fillMasses(query, n);
        float total = arithmetic.dot(masses, 0, ones, 0, n);
        if (!(total > 0)) {
            return;
        }
        steps++;
        hidden.step(masses, total, values, ones, slot, n, bucket);
        for (int k = 0; k < features; k++) {
            float expected = arithmetic.dot(masses, 0, values[k], 0, n) / total;
            float gradient = values[k][slot] - expected;
            if (Float.isFinite(gradient)) {
                shared[k] += move(sharedSquares, k, gradient);
                int at = k * config.buckets() + bucket;
                own[at] += move(ownSquares, at, gradient);
            }
        }
    }

    private float move(float[] squares, int at, float gradient) {
        squares[at] = squares[at] * config.memory() + gradient * gradient;
        return config.stepSize() * gradient / (float) Math.sqrt(squares[at]);
    }

    /** e^s of what may be recommended, up to a factor; 0 for the rest. */
    private void fillMasses(Query query, int n) {
        if (masses.length < n) {
            masses = new float[Sweep.padded(n + n / 2)];
        }
        float[] sums = scores.sums();
        sweep.exp(sums, sweep.max(sums, n), masses, n);
        Arrays.fill(masses, scores.slots(), n, 0f);
        Exclusions excluded = query.excluded();
        for (int k = 0; k < excluded.size(); k++) {
            if (excluded.slot(k) < n) {
                masses[excluded.slot(k)] = 0;
            }
        }
        Catalog catalog = query.catalog();
        for (int slot = 0; slot < scores.slots() && catalog.size() < catalog.slots(); slot++) {
            masses[slot] = catalog.isActive(slot) ? masses[slot] : 0;
        }
    }

    @Override
    public int reach() {
        return members.stream()
                .mapToInt(member -> member.ranker().reach())
                .max()
                .orElse(0);
    }

    @Override
    public void forget(int slot) {
        members.forEach(member -> member.ranker().forget(slot));
    }

    @Override
    public long stateBytes() {
        long bytes = scores.stateBytes() + 4L * masses.length + 16L * own.length + hidden.stateBytes();
        for (Member member : members) {
            bytes += member.ranker().stateBytes();
        }
        return bytes;
    }

    @Override
    public void writeTo(DataOutput out, Catalog catalog) throws IOException {
        writeWeights(out);
        for (Member member : members) {
            member.ranker().writeTo(out, catalog);
        }
    }

    /** Writes the weights, which depend on what was scored; all else follows from what was clicked. */
    void writeWeights(DataOutput out) throws IOException {
        out.writeInt(VERSION);
        out.writeInt(features);
        out.writeInt(config.buckets());
        out.writeInt(config.hiddenUnits());
        for (float[] part : new float[][] {shared, sharedSquares, own, ownSquares}) {
            for (float x : part) {
                out.writeFloat(x);
            }
        }
        hidden.writeTo(out);
    }

    /** @throws IOException when the bytes are of another blend */
    @Override
    public void readFrom(DataInput in, Catalog catalog) throws IOException {
        readWeights(in);
        for (Member member : members) {
            member.ranker().readFrom(in, catalog);
        }
    }

    /** @throws IOException when the bytes are of another blend */
    void readWeights(DataInput in) throws IOException {
        expect(VERSION, "version of the blend", in);
        expect(features, "features of the blend", in);
        expect(config.buckets(), "blend.buckets", in);
        expect(config.hiddenUnits(), "blend.hidden-units", in);
        for (float[] part : new float[][] {shared, sharedSquares, own, ownSquares}) {
            for (int k = 0; k < part.length; k++) {
                part[k] = in.readFloat();
            }
        }
        hidden.readFrom(in);
    }

    private static void expect(int expected, String what, DataInput in) throws IOException {
        int found = in.readInt();
        if (found != expected) {
            throw new IOException(what + " = " + found + " in what is stored, expected " + expected);
        }
    }
}
