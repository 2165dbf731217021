package io.millrace.ranking;

import io.millrace.learning.Arithmetic;
import io.millrace.sampling.Exclusions;
import java.util.Arrays;

/**
 * The buffers in which one asker scores a {@link Blend}, in two steps: {@link #gather} reads what is learned, and must not
 * meet a lesson; {@link #combine} does the long sums on what was gathered, whatever is learned meanwhile. Not thread-safe.
 */
final class BlendScores {

    private final Blend blend;
    private final HiddenLayer hidden;
    private final boolean teaches;
    private final Arithmetic arithmetic = Arithmetic.get();
    private final Sweep sweep = Sweep.get();
    private final TopK best = new TopK();
    private final float[] weights;
    private final float[][] raw;
    private final float[][] values;
    private float[] sums = new float[0];
    private float[] ones = new float[0];
    private int slots;
    private int bucket;

    /**
     * @param hidden the blend's own, or one to copy it into
     * @param teaches true when the values of all features are kept, for the gradient
     */
    BlendScores(Blend blend, HiddenLayer hidden, boolean teaches) {
        this.blend = blend;
        this.hidden = hidden;
        this.teaches = teaches;
        weights = new float[blend.featureCount()];
        values = new float[weights.length][0];
        raw = new float[blend.members().size()][0];
    }

    /** Makes room for catalogs of up to n slots, padded. */
    void room(int n) {
        if (n <= ones.length) {
            return;
        }
        int larger = Sweep.padded(n + n / 2);
        Arrays.setAll(raw, k -> new float[larger]);
        sums = new float[larger];
        ones = new float[larger];
        Arrays.fill(ones, 1f);
        float[] reused = new float[larger];
        boolean all = teaches || hidden.units() > 0;
        Arrays.setAll(values, k -> all && k > 0 ? new float[larger] : reused);
        hidden.room(larger);
    }

    /** Slots there is room for. */
    int capacity() {
        return ones.length;
    }

    /** Reads the members' scores and the weights. */
    void gather(Query query) {
        bucket = blend.bucketOf(query.historySize());
        slots = query.slots();
        for (int k = 0; k < raw.length; k++) {
            blend.members().get(k).ranker().score(query, raw[k]);
        }
        for (int k = 0; k < weights.length; k++) {
            weights[k] = blend.weight(k, bucket);
        }
        if (hidden != blend.hidden()) {
            hidden.copy(blend.hidden());
        }
    }

    /** Writes the blend of what was gathered for the same query. */
    void combine(Query query, float[] out) {
        int n = query.padded();
        Arrays.fill(sums, 0, n, 0f);
        int feature = 0;
        for (int k = 0; k < raw.length; k++) {
            Arrays.fill(raw[k], slots, n, 0f);
            float scale = 1 / (recommendable(query, raw[k], n) + 1e-20f);
            for (Blend.Form form : blend.members().get(k).forms()) {
                add(form, query, raw[k], scale, feature++);
            }
        }
        hidden.addTo(sums, values, ones, slots, n, bucket);
        System.arraycopy(sums, 0, out, 0, slots);
    }

    private void add(Blend.Form form, Query query, float[] x, float scale, int feature) {
        float[] v = values[feature];
        int n = query.padded();
        if (form instanceof Blend.Form.Log log) {
            sweep.log(x, scale, log.floor(), v, weights[feature], sums, n);
            Arrays.fill(v, slots, n, 0f);
            return;
        }
        if (form instanceof Blend.Form.Rank rank) {
            fillRanks(query, x, rank.offset(), v);
        } else {
            System.arraycopy(x, 0, v, 0, n);
        }
        arithmetic.addScaled(weights[feature], v, 0, 1f, sums, 0, n);
    }

    private void fillRanks(Query query, float[] x, float offset, float[] v) {
        int ranked = best.select(x, slots, Blend.RANKED, query.excluded(), null);
        Arrays.fill(v, 0, slots, -FastLog.log(offset + Blend.RANKED));
        Arrays.fill(v, slots, query.padded(), 0f);
        for (int r = 0; r < ranked; r++) {
            v[best.slot(r)] = -FastLog.log(offset + r);
        }
    }

    /** The sum of x over what may be recommended. */
    private float recommendable(Query query, float[] x, int n) {
        float all = arithmetic.dot(x, 0, ones, 0, n);
        float left = all;
        Exclusions excluded = query.excluded();
        for (int k = 0; k < excluded.size(); k++) {
            int slot = excluded.slot(k);
            left -= slot < n ? x[slot] : 0;
        }
        return Math.max(left, all * 1e-6f);
    }

    int slots() {
        return slots;
    }

    int bucket() {
        return bucket;
    }

    float[] sums() {
        return sums;
    }

    float[] ones() {
        return ones;
    }

    float[][] values() {
        return values;
    }

    long stateBytes() {
        return 4L * ones.length * (raw.length + values.length + 2);
    }
}
