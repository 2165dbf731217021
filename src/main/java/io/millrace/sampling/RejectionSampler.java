package io.millrace.sampling;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A base law tilted by the model. With S a cap on scores and T a temperature, candidates j of the base law q0 are
 * accepted with probability α, so that
 *
 * <pre>
 *   α(j) = e^{(min(s(j), S) - S) / T}           in (0, 1]: the envelope holds by construction
 *   q(j) = q0(j) α(j) / A,  A = Σ_j q0(j) α(j)
 * </pre>
 *
 * <p>A is estimated by the mean α of the candidates of the context, with a little weight on what it was in the contexts
 * before. An adaptive cap follows the 99 % quantile of scores; a fixed one must be near it, or few are accepted.
 *
 * <p>Source: von Neumann, "Various techniques used in connection with random digits", 1951.
 */
final class RejectionSampler implements Sampler, SamplerState {

    /** Candidates that the acceptance of earlier contexts counts for. */
    private static final double EARLIER = 8;

    private static final double STEP = 0.05;
    private static final double QUANTILE = 0.99;

    private final Sampler base;
    private final double temperature;
    private final boolean adaptive;
    private final int maxTries;
    private double cap;
    private double earlier = Double.NaN;

    private long context = -1;
    private long tries;
    private double accepted;
    private long above;

    /**
     * @param temperature T, above 0
     * @param cap S, a score; where adaptive, the one to start from
     * @param maxTries candidates per negative
     */
    RejectionSampler(Sampler base, double temperature, double cap, boolean adaptive, int maxTries) {
        this.base = base;
        this.temperature = temperature;
        this.cap = cap;
        this.adaptive = adaptive;
        this.maxTries = maxTries;
    }

    @Override
    public String name() {
        return "rejection";
    }

    @Override
    public QKind qKind() {
        return QKind.ESTIMATED;
    }

    @Override
    public boolean fullSupport() {
        return base.fullSupport();
    }

    @Override
    public boolean canDraw(Draw draw) {
        return base.canDraw(draw);
    }

    @Override
    public int draw(Draw draw) {
        start(draw);
        for (int k = 0; k < maxTries; k++) {
            int slot = base.draw(draw);
            if (slot == NO_ELIGIBLE_ITEM) {
                return slot;
            }
            double acceptance = slot < 0 ? Double.NaN : acceptance(draw, slot);
            if (acceptance >= 0) {
                tries++;
                accepted += acceptance;
                above += acceptance == 1 ? 1 : 0;
                if (draw.random().nextDouble() < acceptance) {
                    draw.drawnBy(name());
                    return slot;
                }
            }
        }
        return EXHAUSTED;
    }

    /** α; NaN when the score is none. */
    private double acceptance(Draw draw, int slot) {
        float score = draw.scorer().score(slot);
        return Float.isFinite(score) ? StrictMath.exp((Math.min(score, cap) - cap) / temperature) : Double.NaN;
    }

    @Override
    public void sample(Draw draw, int count, Negatives into) {
        int first = into.size();
        for (int k = 0; k < count; k++) {
            int slot = draw(draw);
            if (slot == NO_ELIGIBLE_ITEM) {
                break;
            }
            if (slot >= 0) {
                into.add(slot, Double.NaN, 1f, name());
            }
        }
        for (int k = first; k < into.size(); k++) {
            into.q(k, Math.min(1, probability(draw, into.slot(k))));
        }
    }

    @Override
    public double probability(Draw draw, int slot) {
        start(draw);
        double q = base.probability(draw, slot);
        return q == 0 ? 0 : q * acceptance(draw, slot) / meanAcceptance();
    }

    private double meanAcceptance() {
        return Double.isNaN(earlier) ? accepted / tries : (accepted + EARLIER * earlier) / (tries + EARLIER);
    }

    private void start(Draw draw) {
        if (draw.contexts() != context) {
            context = draw.contexts();
            tries = 0;
            accepted = 0;
            above = 0;
        }
    }

    @Override
    public void learned(Draw draw, Negatives negatives) {
        if (draw.contexts() != context || tries == 0) {
            return;
        }
        double mean = accepted / tries;
        earlier = Double.isNaN(earlier) ? mean : earlier + STEP * (mean - earlier);
        if (adaptive) {
            cap += STEP * (above - (1 - QUANTILE) * tries);
        }
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        out.writeDouble(cap);
        out.writeDouble(earlier);
    }

    @Override
    public void readFrom(DataInput in) throws IOException {
        cap = in.readDouble();
        earlier = in.readDouble();
    }

    @Override
    public long stateBytes() {
        return base.stateBytes();
    }
}
