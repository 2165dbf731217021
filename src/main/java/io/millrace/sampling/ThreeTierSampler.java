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
        boolean triesHard = hardFraction > 0 && draw.random().nextDouble() < hardFraction;
        int found = triesHard ? hard.draw(draw) : -1;
        int slot = found >= 0 ? found : easy.draw(draw);
        draw.drawnBy(draw.drawnBy(), found >= 0 ? hardWeight : easyWeight);
        return slot;
    }

    @Override
    public double probability(Draw draw, int slot) {
        return hardFraction == 0 ? easy.probability(draw, slot) : Double.NaN;
    }

    @Override
    public long stateBytes() {
        return easy.stateBytes() + hard.stateBytes();
    }
}
