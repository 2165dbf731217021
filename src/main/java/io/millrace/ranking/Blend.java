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

    /** A ranker and the forms in which its scores enter. */
    public record Member(Ranker ranker, List<Float> floors) {

        /** Logarithms of shares above floors, each in (0, 1). */
        public static Member logs(Ranker ranker, Float... floors) {
            return new Member(ranker, List.of(floors));
        }

        /** The scores as they are: already logits. */
        public static Member raw(Ranker ranker) {
            return new Member(ranker, List.of());
        }

        int features() {
            return Math.max(1, floors.size());
        }
    }

    private static final int VERSION = 1;
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

    private final float[][] values;
    private float[] raw = new float[0];
    private float[] sums = new float[0];
    private float[] masses = new float[0];
    private float[] ones = new float[0];
    private int scoredSlots = -1;
    private int bucket;

    public Blend(BlendConfig config, List<Member> members) {
        this.config = config;
        this.members = List.copyOf(members);
        features = members.stream().mapToInt(Member::features).sum();
        shared = new float[features];
        sharedSquares = new float[features];
        own = new float[features * config.buckets()];
        ownSquares = new float[own.length];
        values = new float[features][0];
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
            String name = member.ranker().name();
            if (member.floors().isEmpty()) {
                names.add(name);
            }
            member.floors().forEach(floor -> names.add(name + ", log above " + floor));
        }
        return names;
    }

    /** History lengths 0, 1, 2-3, 4-7, ...; the last bucket takes the rest. */
    private int bucketOf(int historySize) {
        return Math.min(32 - Integer.numberOfLeadingZeros(historySize), config.buckets() - 1);
    }

    @Override
    public void score(Query query, float[] out) {
        int n = query.padded();
        room(n);
        bucket = bucketOf(query.historySize());
        scoredSlots = query.slots();
        Arrays.fill(sums, 0, n, 0f);
        int feature = 0;
        for (Member member : members) {
            if (member.floors().isEmpty()) {
                addRaw(member.ranker(), query, feature);
            } else {
                addLogs(member, query, feature);
            }
            feature += member.features();
        }
        System.arraycopy(sums, 0, out, 0, query.slots());
    }

    private void addRaw(Ranker ranker, Query query, int feature) {
        float[] v = values[feature];
        ranker.score(query, v);
        Arrays.fill(v, query.slots(), query.padded(), 0f);
        arithmetic.addScaled(weight(feature, bucket), v, 0, 1f, sums, 0, query.padded());
    }

    private void addLogs(Member member, Query query, int feature) {
        int n = query.padded();
        member.ranker().score(query, raw);
        Arrays.fill(raw, query.slots(), n, 0f);
        float scale = 1 / (recommendable(query, n) + 1e-20f);
        for (int k = 0; k < member.floors().size(); k++) {
            int f = feature + k;
            sweep.log(raw, scale, member.floors().get(k), values[f], weight(f, bucket), sums, n);
        }
    }

    /** The sum of {@code raw} over what may be recommended. */
    private float recommendable(Query query, int n) {
        float all = arithmetic.dot(raw, 0, ones, 0, n);
        float left = all;
        Exclusions excluded = query.excluded();
        for (int k = 0; k < excluded.size(); k++) {
            int slot = excluded.slot(k);
            left -= slot < n ? raw[slot] : 0;
        }
        return Math.max(left, all * 1e-6f);
    }

    @Override
    public void learn(Query query, int slot) {
        boolean scored = scoredSlots >= LEAST_SLOTS && slot < scoredSlots;
        if (scored && !query.excluded().contains(slot)) {
            step(query, slot);
        }
        scoredSlots = -1;
        for (Member member : members) {
            member.ranker().learn(query, slot);
        }
    }

    private void step(Query query, int slot) {
        int n = Sweep.padded(scoredSlots);
        fillMasses(query, n);
        float total = arithmetic.dot(masses, 0, ones, 0, n);
        if (!(total > 0)) {
            return;
        }
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
        squares[at] += gradient * gradient;
        return config.stepSize() * gradient / (float) Math.sqrt(squares[at]);
    }

    /** e^s of what may be recommended, up to a factor; 0 for the rest. */
    private void fillMasses(Query query, int n) {
        sweep.exp(sums, sweep.max(sums, n), masses, n);
        Arrays.fill(masses, scoredSlots, n, 0f);
        Exclusions excluded = query.excluded();
        for (int k = 0; k < excluded.size(); k++) {
            if (excluded.slot(k) < n) {
                masses[excluded.slot(k)] = 0;
            }
        }
        Catalog catalog = query.catalog();
        for (int slot = 0; slot < scoredSlots && catalog.size() < catalog.slots(); slot++) {
            masses[slot] = catalog.isActive(slot) ? masses[slot] : 0;
        }
    }

    private void room(int n) {
        if (n > raw.length) {
            int larger = Sweep.padded(n + n / 2);
            raw = new float[larger];
            sums = new float[larger];
            masses = new float[larger];
            ones = new float[larger];
            Arrays.fill(ones, 1f);
            Arrays.setAll(values, k -> new float[larger]);
        }
    }

    @Override
    public void forget(int slot) {
        members.forEach(member -> member.ranker().forget(slot));
    }

    @Override
    public long stateBytes() {
        long bytes = 4L * raw.length * (features + 4) + 16L * own.length;
        for (Member member : members) {
            bytes += member.ranker().stateBytes();
        }
        return bytes;
    }

    @Override
    public void writeTo(DataOutput out, Catalog catalog) throws IOException {
        out.writeInt(VERSION);
        out.writeInt(features);
        out.writeInt(config.buckets());
        for (float[] part : new float[][] {shared, sharedSquares, own, ownSquares}) {
            for (float x : part) {
                out.writeFloat(x);
            }
        }
        for (Member member : members) {
            member.ranker().writeTo(out, catalog);
        }
    }

    /** @throws IOException when the bytes are of another blend */
    @Override
    public void readFrom(DataInput in, Catalog catalog) throws IOException {
        expect(VERSION, "version of the blend", in);
        expect(features, "features of the blend", in);
        expect(config.buckets(), "blend.buckets", in);
        for (float[] part : new float[][] {shared, sharedSquares, own, ownSquares}) {
            for (int k = 0; k < part.length; k++) {
                part[k] = in.readFloat();
            }
        }
        for (Member member : members) {
            member.ranker().readFrom(in, catalog);
        }
    }

    private static void expect(int expected, String what, DataInput in) throws IOException {
        int found = in.readInt();
        if (found != expected) {
            throw new IOException(what + " = " + found + ", expected " + expected);
        }
    }
}
