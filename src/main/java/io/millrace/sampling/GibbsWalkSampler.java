package io.millrace.sampling;

/**
 * A walk over the click graph that fixes the item and draws one of its users, then fixes the user and draws one of their
 * items, and so on: Gibbs sampling of p(u, i) ∝ clicks of i by u. It starts at one of the user's own clicks, and at each
 * step starts over from any click with some probability. Few steps stay near and hard; many come to the share of clicks.
 *
 * <p>Two steps reach what similar users clicked, so excluding the user's own clicks is vital.
 *
 * <p>Source: Geman and Geman, 1984, for the method; this form is ours.
 */
final class GibbsWalkSampler implements Sampler {

    private final ClickGraph graph;
    private final int steps;
    private final double restart;
    private final int maxTries;

    /**
     * @param steps 1 to 50
     * @param restart probability of starting over at each step, 0 to 1
     */
    GibbsWalkSampler(ClickGraph graph, int steps, double restart, int maxTries) {
        this.graph = graph;
        this.steps = steps;
        this.restart = restart;
        this.maxTries = maxTries;
    }

    @Override
    public String name() {
        return "gibbs-walk";
    }

    @Override
    public QKind qKind() {
        return QKind.NONE;
    }

    @Override
    public boolean canDraw(Draw draw) {
        return graph.size() > 0;
    }

    @Override
    public int draw(Draw draw) {
        if (graph.size() == 0) {
            return NO_ELIGIBLE_ITEM;
        }
        for (int tries = 0; tries < maxTries; tries++) {
            int slot = walk(draw);
            if (slot >= 0 && !draw.exclusions().contains(slot)) {
                draw.drawnBy(name());
                return slot;
            }
        }
        return EXHAUSTED;
    }

    /** Where a walk ends, or -1 where that item has gone. */
    private int walk(Draw draw) {
        long edge = graph.anyEdgeOfUser(draw.user(), draw.random());
        for (int k = 0; k < steps; k++) {
            boolean over = edge < 0 || restart > 0 && draw.random().nextDouble() < restart;
            edge = over ? graph.anyEdge(draw.random()) : edge;
            int slot = graph.item(edge);
            if (slot >= 0) {
                long user = graph.user(graph.anyEdgeOfItem(slot, draw.random()));
                edge = graph.anyEdgeOfUser(user, draw.random());
            } else {
                edge = -1;
            }
        }
        return edge < 0 ? -1 : graph.item(edge);
    }

    @Override
    public double probability(Draw draw, int slot) {
        return Double.NaN;
    }
}
