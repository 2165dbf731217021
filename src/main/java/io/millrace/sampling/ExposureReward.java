package io.millrace.sampling;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Rewards proposals that are hard and look like what users are shown and leave:
 *
 * <pre>
 *   r_D = σ(s) - 1
 *   r_E = (1 - β) 1[the user was shown j and left it] + β ω_j
 *   ω_j = 2 (mean_a κ(φ_a^real, φ_j) - mean_a κ(φ_a^gen, φ_j))       φ = v ∘ y_j,  κ = Σ_c e^{-‖·‖² / 2 (c σ)²}
 * </pre>
 *
 * <p>ω is the witness function of the maximum mean discrepancy between the features of real exposures and of proposals,
 * the last of each being kept; c is 1/2, 1, 2 and σ² the median squared distance between the two. α = 0 leaves r_D alone,
 * which is KBGAN's reward.
 *
 * <p>Source: Ding et al., IJCAI 2019; Gretton et al., JMLR 2012, for the witness; Cai and Wang, NAACL 2018, for KBGAN.
 */
final class ExposureReward implements GeneratorSampler.Reward {

    private static final int KEPT = 32;
    private static final int REFRESH = 64;

    private final double alpha;
    private final double beta;
    private Features real = new Features(0);
    private Features generated = new Features(0);
    private float[] vector = new float[0];
    private float[] user = new float[0];
    private double squaredWidth = 1;
    private int sinceWidth;

    /** Proposals to users who were not shown anything they left: α is 0 for them. */
    private long withoutExposures;

    /** The last features of one kind, in a ring. */
    private static final class Features {
        private final int d;
        private final float[] values;
        private int size;
        private int next;

        private Features(int d) {
            this.d = d;
            values = new float[KEPT * d];
        }

        private void add(float[] feature) {
            System.arraycopy(feature, 0, values, next * d, d);
            next = (next + 1) % KEPT;
            size = Math.min(KEPT, size + 1);
        }

        private double squaredDistance(int k, float[] other, int at) {
            double sum = 0;
            for (int f = 0; f < d; f++) {
                double off = values[k * d + f] - other[at + f];
                sum += off * off;
            }
            return sum;
        }

        private double meanKernel(float[] feature, double squaredWidth) {
            double sum = 0;
            for (int k = 0; k < size; k++) {
                double distance = squaredDistance(k, feature, 0) / (2 * squaredWidth);
                sum += StrictMath.exp(-distance * 4) + StrictMath.exp(-distance) + StrictMath.exp(-distance / 4);
            }
            return size == 0 ? 0 : sum / size;
        }

        private void writeTo(DataOutput out) throws IOException {
            out.writeInt(size);
            out.writeInt(next);
            for (float value : values) {
                out.writeFloat(value);
            }
        }

        private void readFrom(DataInput in) throws IOException {
            size = in.readInt();
            next = in.readInt();
            for (int k = 0; k < values.length; k++) {
                values[k] = in.readFloat();
            }
        }
    }

    /**
     * @param alpha α, weight of looking exposed, 0 to 10
     * @param beta β, share of the witness in it, 0 to 1
     */
    ExposureReward(double alpha, double beta) {
        this.alpha = alpha;
        this.beta = beta;
    }

    @Override
    public int parts() {
        return 2;
    }

    @Override
    public void of(Draw draw, int slot, double[] out) {
        out[0] = 1 / (1 + StrictMath.exp(-draw.scorer().score(slot))) - 1;
        out[1] = 0;
        if (alpha > 0 && draw.exposed().size() > 0) {
            boolean shown = draw.exposed().contains(draw.catalog().item(slot).hash());
            out[1] = alpha * ((shown ? 1 - beta : 0) + beta * witness(draw, slot));
        }
    }

    /** ω; 0 until there are features of both kinds. */
    private double witness(Draw draw, int slot) {
        if (real.size == 0 || generated.size == 0) {
            return 0;
        }
        feature(draw, slot);
        return 2 * (real.meanKernel(vector, squaredWidth) - generated.meanKernel(vector, squaredWidth));
    }

    private void feature(Draw draw, int slot) {
        int d = draw.model().dimension();
        if (vector.length != d) {
            vector = new float[d];
            user = new float[d];
            real = new Features(d);
            generated = new Features(d);
        }
        draw.model().user(user);
        draw.model().item(slot, vector);
        for (int f = 0; f < d; f++) {
            vector[f] *= user[f];
        }
    }

    @Override
    public void proposed(Draw draw, int slot) {
        RecentItems exposed = draw.exposed();
        withoutExposures += alpha > 0 && exposed.size() == 0 ? 1 : 0;
        if (alpha == 0 || exposed.size() == 0) {
            return;
        }
        feature(draw, slot);
        generated.add(vector);
        int shown = draw.catalog().slotOf(exposed.item(draw.random().nextInt(exposed.size())));
        if (shown >= 0) {
            feature(draw, shown);
            real.add(vector);
        }
        if (++sinceWidth >= REFRESH) {
            sinceWidth = 0;
            findWidth();
        }
    }

    private void findWidth() {
        double[] distances = new double[real.size * generated.size];
        int count = 0;
        for (int a = 0; a < real.size; a++) {
            for (int b = 0; b < generated.size; b++) {
                distances[count++] = real.squaredDistance(a, generated.values, b * real.d);
            }
        }
        Arrays.sort(distances);
        squaredWidth = count == 0 ? 1 : Math.max(1e-12, distances[count / 2]);
    }

    @Override
    public long missed() {
        return withoutExposures;
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        out.writeInt(vector.length);
        out.writeDouble(squaredWidth);
        out.writeInt(sinceWidth);
        out.writeLong(withoutExposures);
        real.writeTo(out);
        generated.writeTo(out);
    }

    @Override
    public void readFrom(DataInput in) throws IOException {
        int d = in.readInt();
        squaredWidth = in.readDouble();
        sinceWidth = in.readInt();
        withoutExposures = in.readLong();
        vector = new float[d];
        user = new float[d];
        real = new Features(d);
        generated = new Features(d);
        real.readFrom(in);
        generated.readFrom(in);
    }

    @Override
    public long stateBytes() {
        return 4L * (real.values.length + generated.values.length);
    }
}
