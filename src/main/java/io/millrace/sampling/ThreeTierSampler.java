package io.millrace.sampling;

/**
 * Easy and hard negatives side by side, each tier with its own weight in the loss: a hard one with a fixed, small
 * probability, else an easy one. Where no hard one can be drawn an easy one takes its place, so the number stays.
 *
 * <p>Source: the mix of easy and hard negatives of Huang et al., KDD 2020, about 100 to 1. Not to be taken for the Deep
 * Feedback Network of Xie et al., IJCAI 2020, which is a model.
 */
final class ThreeTierSampler implements Sampler {

    private final Sampler easy;
    private final Sampler hard;
    private final double hardFraction;
    private final float easyWeight;
    private final float hardWeight;
    private boolean wasHard;

    /** @param hardFraction 0 to 0.5 */
    ThreeTierSampler(Sampler easy, Sampler hard, double hardFraction, float easyWeight, float hardWeight) {
        this.easy = easy;
        this.hard = hard;
        this.hardFraction = hardFraction;
        this.easyWeight = easyWeight;
        this.hardWeight = hardWeight;
    }

    @Override
    public String name() {
        return "three-tier";
    }

    @Override
    public QKind qKind() {
        return hardFraction == 0 ? easy.qKind() : QKind.NONE;
    }

    @Override
    public boolean canDraw(Draw draw) {
        return easy.canDraw(draw) || hardFraction > 0 && hard.canDraw(draw);
    }

    @Override
    public int draw(Draw draw) {
        wasHard = hardFraction > 0 && draw.random().nextDouble() < hardFraction;
        int slot = wasHard ? hard.draw(draw) : -1;
        if (slot < 0) {
            wasHard = false;
            slot = easy.draw(draw);
        }
        return slot;
    }

    @Override
    public double probability(Draw draw, int slot) {
        return hardFraction == 0 ? easy.probability(draw, slot) : Double.NaN;
    }

    @Override
    public void sample(Draw draw, int count, Negatives into) {
        for (int k = 0; k < count; k++) {
            int slot = draw(draw);
            if (slot == NO_ELIGIBLE_ITEM) {
                return;
            }
            if (slot >= 0) {
                boolean isHard = wasHard;
                String drawnBy = draw.drawnBy();
                into.add(slot, probability(draw, slot), isHard ? hardWeight : easyWeight, drawnBy);
            }
        }
    }

    @Override
    public long stateBytes() {
        return easy.stateBytes() + hard.stateBytes();
    }
}
