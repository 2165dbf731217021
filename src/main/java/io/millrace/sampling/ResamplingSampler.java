package io.millrace.sampling;

/**
 * Softmax negatives by sampling and resampling: a pool is drawn from a base in blocks until its effective number is
 * enough, and negatives are drawn from the pool by weight,
 *
 * <pre>
 *   w_k = e^{s(j_k) / T} / q0(j_k),   ESS = (Σ w)² / Σ w²
 *   q(j) ≈ e^{s(j) / T} / Ẑ,          Ẑ = mean of w
 * </pre>
 *
 * <p>which comes to the softmax as the pool grows.
 *
 * <p>Source: Rubin, 1987, for the resampling; Bengio and Senécal, IEEE TNN 2008, for the growing pool.
 */
final class ResamplingSampler implements Sampler {

    private final Sampler base;
    private final double temperature;
    private final int block;
    private final double leastEffective;
    private final int[] slots;
    private final double[] logs;
    private final double[] sums;
    private int size;
    private double highest;
    private long context = -1;

    /**
     * @param temperature T, above 0
     * @param block candidates between looks at their effective number
     * @param leastEffective effective candidates that are enough
     * @param most candidates
     */
    ResamplingSampler(Sampler base, double temperature, int block, double leastEffective, int most) {
        this.base = base;
        this.temperature = temperature;
        this.block = block;
        this.leastEffective = leastEffective;
        slots = new int[most];
        logs = new double[most];
        sums = new double[most];
    }

    @Override
    public String name() {
        return "snis";
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
        if (!canDraw(draw)) {
            return NO_ELIGIBLE_ITEM;
        }
        fill(draw);
        if (size == 0) {
            return EXHAUSTED;
        }
        double rest = draw.random().nextDouble() * sums[size - 1];
        int low = 0;
        int high = size - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sums[middle] <= rest) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        draw.drawnBy(name());
        return slots[low];
    }

    private void fill(Draw draw) {
        if (draw.contexts() == context) {
            return;
        }
        context = draw.contexts();
        size = 0;
        highest = Double.NEGATIVE_INFINITY;
        int tries = 0;
        do {
            for (int until = Math.min(slots.length, tries + block); tries < until; tries++) {
                add(draw, base.draw(draw));
            }
        } while (weigh() < leastEffective && tries < slots.length);
    }

    private void add(Draw draw, int slot) {
        double log = slot < 0 ? Double.NaN : log(draw, slot) - StrictMath.log(base.probability(draw, slot));
        if (log < Double.POSITIVE_INFINITY && log > Double.NEGATIVE_INFINITY) {
            slots[size] = slot;
            logs[size++] = log;
            highest = Math.max(highest, log);
        }
    }

    private double log(Draw draw, int slot) {
        return draw.scorer().score(slot) / temperature;
    }

    /** Sums the weights, the highest taken as 1, and returns their effective number. */
    private double weigh() {
        double sum = 0;
        double squares = 0;
        for (int k = 0; k < size; k++) {
            double weight = StrictMath.exp(logs[k] - highest);
            sum += weight;
            squares += weight * weight;
            sums[k] = sum;
        }
        return squares > 0 ? sum * sum / squares : 0;
    }

    @Override
    public double probability(Draw draw, int slot) {
        fill(draw);
        boolean eligible = draw.catalog().isActive(slot) && !draw.exclusions().contains(slot);
        if (!eligible || size == 0) {
            return 0;
        }
        return Math.min(1, StrictMath.exp(log(draw, slot) - highest) * size / sums[size - 1]);
    }

    @Override
    public long stateBytes() {
        return base.stateBytes() + 20L * slots.length;
    }
}
