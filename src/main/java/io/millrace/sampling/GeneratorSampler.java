package io.millrace.sampling;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Negatives proposed by a {@link Generator} that is rewarded for those the model still takes for positives. Out of an
 * even pool P, with g the generator's score,
 *
 * <pre>
 *   p(j | u, P) = softmax over P of g(u, j) / T
 * </pre>
 *
 * <p>After each positive the generator draws K of the pool and steps by REINFORCE with the rewards less their running
 * mean. A generator whose entropy is below the floor is mixed with even draws, so that what is drawn from is above it.
 *
 * <p>A share ω of those K may be from what the user clicked, as long as the step weighs each by p over the probability it
 * was drawn with: the generator then learns from true positives, too.
 *
 * <p>It is rewarded for finding false negatives too: give it at most half of a mixture.
 *
 * <p>Source: Wang et al., "IRGAN: A Minimax Game for Unifying Generative and Discriminative Information Retrieval
 * Models", SIGIR 2017; Ding et al., "Reinforced Negative Sampling for Recommendation with Exposure Data", IJCAI 2019.
 */
final class GeneratorSampler implements Sampler, SamplerState, Catalog.Listener {

    /** What a proposal is worth, in parts that are centred one by one. */
    interface Reward {

        /** Writes the parts for a pool member into {@code out}; their number is its length. */
        void of(Draw draw, int slot, double[] out);

        int parts();

        /** A context has been learned with this proposal. */
        default void proposed(Draw draw, int slot) {}

        /** Proposals for which a part of the reward could not be had. */
        default long missed() {
            return 0;
        }

        default void writeTo(DataOutput out) throws IOException {}

        default void readFrom(DataInput in) throws IOException {}

        default long stateBytes() {
            return 0;
        }
    }

    /** IRGAN's: 2 (σ(s) - 1/2), in (-1, 1). */
    static final Reward HARDNESS = new Reward() {
        @Override
        public void of(Draw draw, int slot, double[] out) {
            out[0] = 2 / (1 + StrictMath.exp(-draw.scorer().score(slot))) - 1;
        }

        @Override
        public int parts() {
            return 1;
        }
    };

    /**
     * @param pool P, candidates
     * @param exposed how many of them are from what the user was shown and left, 0 to P
     * @param draws K, draws per step of the generator
     * @param temperature T, above 0
     * @param floor least entropy of what is drawn from, as a share of ln P, 0 to 1
     * @param clickedShare ω, share of the K draws that are from the user's clicks, 0 to 0.5
     */
    record Settings(int pool, int exposed, int draws, double temperature, double floor, double clickedShare) {}

    /** Most of the user's clicks that join the pool when the generator learns. */
    private static final int CLICKED = 8;

    /**
     * Least share of even draws where the policy is below the floor. Entropy is concave, so with a share ε of them it is at
     * least ε ln P: a higher floor needs as high a share.
     */
    private static final double MIXED = 0.2;

    private static final double MEMORY = 0.99;

    private final String name;
    private final Settings settings;
    private final Catalog catalog;
    private final Sampler base;
    private final Sampler exposed;
    private final Reward reward;
    private final Generator generator;
    private final Pool pool;
    private final double[] p;
    private final double[] gradient;
    private final double[] parts;
    private final double[] means;
    private boolean started;
    private double evenShare;
    private long context = -1;

    /**
     * @param base draws evenly
     * @param exposed draws from what the user was shown
     */
    GeneratorSampler(
            String name,
            Settings settings,
            Catalog catalog,
            Sampler base,
            Sampler exposed,
            Reward reward,
            Generator generator) {
        this.name = name;
        this.settings = settings;
        this.catalog = catalog;
        this.base = base;
        this.exposed = exposed;
        this.reward = reward;
        this.generator = generator;
        int most = settings.pool() + (settings.clickedShare() > 0 ? CLICKED : 0);
        pool = new Pool(most);
        p = new double[most];
        gradient = new double[most];
        parts = new double[reward.parts()];
        means = new double[reward.parts()];
        catalog.listen(this);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public QKind qKind() {
        return QKind.NONE;
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
        enter(draw);
        if (pool.size() < 2) {
            return base.draw(draw);
        }
        boolean even = evenShare > 0 && draw.random().nextDouble() < evenShare;
        int member = even ? draw.random().nextInt(pool.size()) : member(draw);
        draw.drawnBy(name);
        return pool.slot(member);
    }

    private int member(Draw draw) {
        double rest = draw.random().nextDouble();
        int member = 0;
        while (member < pool.size() - 1 && rest >= p[member]) {
            rest -= p[member++];
        }
        return member;
    }

    @Override
    public double probability(Draw draw, int slot) {
        return Double.NaN;
    }

    private void enter(Draw draw) {
        if (draw.contexts() == context) {
            return;
        }
        context = draw.contexts();
        pool.clear();
        if (settings.exposed() > 0 && exposed.canDraw(draw)) {
            pool.fill(exposed, draw, settings.exposed());
        }
        pool.fill(base, draw, settings.pool());
        generator.user(draw.user());
        double entropy = findPolicy();
        evenShare = entropy < settings.floor() * StrictMath.log(Math.max(1, pool.size()))
                ? Math.max(MIXED, settings.floor())
                : 0;
    }

    /** Fills {@code p} for the pool as it is; returns its entropy in nats. */
    private double findPolicy() {
        double highest = Double.NEGATIVE_INFINITY;
        for (int m = 0; m < pool.size(); m++) {
            p[m] = generator.score(catalog, pool.slot(m)) / settings.temperature();
            highest = Math.max(highest, p[m]);
        }
        return normalise(highest);
    }

    /** Makes a softmax of the logits; returns its entropy in nats. */
    private double normalise(double highest) {
        double sum = 0;
        for (int m = 0; m < pool.size(); m++) {
            p[m] = StrictMath.exp(p[m] - highest);
            sum += p[m];
        }
        double entropy = 0;
        for (int m = 0; m < pool.size(); m++) {
            p[m] /= sum;
            entropy -= p[m] > 0 ? p[m] * StrictMath.log(p[m]) : 0;
        }
        return entropy;
    }

    /** Entropy of what this context's draws are from, in nats. */
    double entropy(Draw draw) {
        enter(draw);
        double entropy = 0;
        for (int m = 0; m < pool.size(); m++) {
            double share = (1 - evenShare) * p[m] + evenShare / pool.size();
            entropy -= share > 0 ? share * StrictMath.log(share) : 0;
        }
        return entropy;
    }

    @Override
    public void learned(Draw draw, Negatives negatives) {
        if (draw.contexts() != context || pool.size() < 2) {
            return;
        }
        int proposals = pool.size();
        if (settings.clickedShare() > 0) {
            addClicked(draw);
            findPolicy();
        }
        int clicked = pool.size() - proposals;
        Arrays.fill(gradient, 0);
        for (int k = 0; k < settings.draws(); k++) {
            boolean ofClicked = clicked > 0 && draw.random().nextDouble() < settings.clickedShare();
            int member = ofClicked ? proposals + draw.random().nextInt(clicked) : member(draw);
            double weight = importance(p[member], member >= proposals, clicked, settings.clickedShare());
            double advantage = weight * advantage(draw, pool.slot(member)) / settings.draws();
            if (Double.isFinite(advantage)) {
                Generator.addGradient(p, pool.size(), member, advantage, settings.temperature(), gradient);
            }
            reward.proposed(draw, pool.slot(member));
        }
        generator.step(draw.user(), pool, gradient);
        context = -1;
    }

    /** The positive and the user's last clicks: negatives of nobody, but what a generator should come to propose. */
    private void addClicked(Draw draw) {
        addClicked(draw.positive());
        for (int k = 0; k < Math.min(CLICKED, draw.clicked().size()); k++) {
            addClicked(draw.clicked().slot(k, catalog));
        }
    }

    private void addClicked(int slot) {
        if (slot >= 0 && pool.size() < pool.capacity() && !pool.contains(slot)) {
            pool.add(slot);
        }
    }

    /**
     * p / p_n of a draw from p_n = (1 - ω) p + ω / c over the c clicked members of the pool.
     *
     * @param share p of the member drawn
     */
    static double importance(double share, boolean isClicked, int clicked, double omega) {
        return clicked == 0 ? 1 : share / ((1 - omega) * share + (isClicked ? omega / clicked : 0));
    }

    /** The sum of the reward's parts, each less its running mean of the draws before. */
    private double advantage(Draw draw, int slot) {
        reward.of(draw, slot, parts);
        double sum = 0;
        for (int part = 0; part < parts.length; part++) {
            if (!Double.isFinite(parts[part])) {
                return Double.NaN;
            }
            sum += started ? parts[part] - means[part] : 0;
        }
        for (int part = 0; part < parts.length; part++) {
            means[part] = started ? MEMORY * means[part] + (1 - MEMORY) * parts[part] : parts[part];
        }
        started = true;
        return sum;
    }

    @Override
    public void added(int slot) {}

    @Override
    public void retired(int slot) {
        generator.forget(slot);
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        out.writeBoolean(started);
        for (double mean : means) {
            out.writeDouble(mean);
        }
        generator.writeTo(out, catalog);
        reward.writeTo(out);
    }

    @Override
    public void readFrom(DataInput in) throws IOException {
        started = in.readBoolean();
        for (int part = 0; part < means.length; part++) {
            means[part] = in.readDouble();
        }
        generator.readFrom(in, catalog);
        reward.readFrom(in);
        context = -1;
    }

    @Override
    public long fallbacks() {
        return reward.missed();
    }

    @Override
    public long stateBytes() {
        return generator.stateBytes() + reward.stateBytes();
    }
}
