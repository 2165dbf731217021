package io.millrace.sampling;

import io.millrace.event.InvalidSetting;
import io.millrace.popularity.HalfLife;
import io.millrace.popularity.ItemCounts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The one list of samplers by configuration name. To add one: its class, its line here, its keys in {@code
 * reference.yaml}.
 */
public final class Samplers {

    /** Makes a sampler from its settings and the state of a partition. */
    private interface Factory {
        Sampler make(SamplerSetup setup);
    }

    private interface LawFactory {
        Proposal make(SamplerSetup setup);
    }

    private static final long DAY_MS = 86_400_000L;

    /** Laws that others may draw candidates from: those with full support and a q. */
    private static final String[] BASES = {"uniform", "popularity", "log-uniform", "weighted-random"};

    /** Most a component may have of a mix that leaves it out of q. */
    private static final double MOST_IGNORED = 0.1;

    private static final Map<String, Factory> ALL = new TreeMap<>();

    static {
        ALL.put("uniform", Samplers::uniform);
        law("popularity", SamplerSetup::popularity);
        law("exposed", Samplers::exposed);
        law("log-uniform", Samplers::logUniform);
        law("recent-clicks", Samplers::recentClicks);
        law("weighted-random", Samplers::weightedRandom);
        law("bigram", Samplers::bigram);
        ALL.put("dns", Samplers::dns);
        ALL.put("rejection", Samplers::rejection);
        ALL.put("mh", Samplers::metropolisHastings);
        ALL.put("mcns", Samplers::mcns);
        ALL.put("gibbs-walk", Samplers::gibbsWalk);
        ALL.put("gibbs-slate", Samplers::gibbsSlate);
        ALL.put("hard-rank", Samplers::hardRank);
        ALL.put("three-tier", Samplers::threeTier);
        law("adaptive-rank", Samplers::adaptiveRank);
        ALL.put("in-batch", Samplers::inBatch);
        ALL.put("mns", Samplers::mixedNegatives);
        ALL.put("srns", Samplers::srns);
        ALL.put("mixgcf-positive", Samplers::positiveMixing);
        ALL.put("mixgcf", Samplers::hopMixing);
        ALL.put("advir", Samplers::advir);
        ALL.put("snis", Samplers::resampling);
        ALL.put("irgan", Samplers::irgan);
        ALL.put("reinforced-exposure", Samplers::reinforcedExposure);
        ALL.put("mix", Samplers::mix);
    }

    private Samplers() {}

    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /**
     * The sampler of a name, as it draws from one partition's catalog and counts.
     *
     * @param maxTries proposals per negative before a draw comes back empty
     * @throws InvalidSetting when the name is unknown or a parameter is out of range
     */
    public static Sampling make(String name, Parameters parameters, Catalog catalog, ItemCounts counts, int maxTries) {
        var setup = new SamplerSetup(parameters, catalog, counts, maxTries);
        Sampler sampler = make(name, setup);
        boolean unique = parameters.choice("unique", "true", "false").equals("true");
        FalseNegatives falseNegatives = setup.keep(FalseNegatives.of(parameters, catalog));
        Sampler drawn = shared(name, unique ? new UniqueSampler(sampler, maxTries) : sampler, parameters);
        ExposureLabels labels = ExposureLabels.of(parameters);
        if (labels.remembers()) {
            setup.keep(labels);
        }
        return new Sampling(
                drawn,
                setup.states(),
                drawn.needsBatch() ? MicroBatch.of(parameters) : null,
                falseNegatives,
                RealNegativeFilter.of(parameters, catalog, counts, 0),
                labels,
                Adversary.of(name, parameters),
                Grace.of(parameters, counts));
    }

    /** Negatives of popularity may serve a whole micro-batch. */
    private static Sampler shared(String name, Sampler sampler, Parameters parameters) {
        boolean shares = parameters
                .choice("popularity.share-across-batch", "true", "false")
                .equals("true");
        return shares && name.equals("popularity") ? new BatchSharedSampler(sampler) : sampler;
    }

    /** The sampler of a name without what it remembers: enough to check settings, and for samplers that do not. */
    public static Sampler make(String name, Parameters parameters, ItemCounts counts, int maxTries) {
        return make(name, parameters, new Catalog(), counts, maxTries).sampler();
    }

    private static Sampler make(String name, SamplerSetup setup) {
        Factory factory = ALL.get(name);
        if (factory == null) {
            throw new InvalidSetting("sampling.sampler", name, "one of " + names());
        }
        return factory.make(setup);
    }

    private static void law(String name, LawFactory law) {
        ALL.put(name, setup -> new ExcludingSampler(law.make(setup), setup.maxTries()));
    }

    private static Sampler uniform(SamplerSetup setup) {
        Parameters p = setup.parameters();
        Sampler uniform = new ExcludingSampler(new UniformSampler(), setup.maxTries());
        boolean fixed = p.choice("uniform.count-mode", "fixed", "proportional").equals("fixed");
        double rate = p.number("uniform.rate", 0, 10);
        long gapMs = p.durationMs("uniform.session-gap", 1, 365 * DAY_MS);
        return fixed ? uniform : new ProportionalSampler(uniform, rate, gapMs, setup.maxTries());
    }

    private static Proposal logUniform(SamplerSetup setup) {
        Parameters p = setup.parameters();
        return setup.keep(new LogUniformSampler(
                setup.catalog(),
                setup.counts().decayedClicks(),
                p.durationMs("log-uniform.refresh", 1000, 3_600_000),
                p.integer("log-uniform.refresh-clicks", 1, 1_000_000_000)));
    }

    private static Proposal recentClicks(SamplerSetup setup) {
        int clicks = setup.parameters().integer("recent-clicks.clicks", 100, 10_000_000);
        return setup.keep(new RecentClicksSampler(setup.catalog(), clicks));
    }

    private static Proposal weightedRandom(SamplerSetup setup) {
        Parameters p = setup.parameters();
        return setup.keep(new WeightedRandomSampler(
                setup.catalog(),
                setup.counts(),
                p.number("weighted-random.threshold", 0, 1e6),
                p.number("weighted-random.power", 0, 1.5),
                p.number("weighted-random.unseen", 0, 10)));
    }

    private static Proposal bigram(SamplerSetup setup) {
        Parameters p = setup.parameters();
        int successors = p.integer("bigram.successors", 8, 1024);
        Transitions transitions =
                setup.shared(Transitions.class, () -> new Transitions(setup.catalog(), setup.counts(), successors));
        return new BigramSampler(
                transitions,
                setup.popularity(),
                p.number("bigram.back-off", 0.05, 1),
                p.number("bigram.beta", -1, 1.5));
    }

    private static Sampler dns(SamplerSetup setup) {
        Parameters p = setup.parameters();
        return setup.keep(new BestOfSampler(
                "dns",
                base("dns", setup),
                p.integer("dns.candidates", 1, 512),
                p.number("dns.temperature", 0, 100),
                false,
                p.integer("dns.warm-up", 0, 1_000_000_000)));
    }

    private static Sampler rejection(SamplerSetup setup) {
        Parameters p = setup.parameters();
        return setup.keep(new RejectionSampler(
                base("rejection", setup),
                p.number("rejection.temperature", 0.05, 100),
                p.number("rejection.cap", -10, 30),
                p.choice("rejection.adaptive", "true", "false").equals("true"),
                setup.maxTries()));
    }

    private static Sampler metropolisHastings(SamplerSetup setup) {
        Parameters p = setup.parameters();
        double alpha = p.number("mh.alpha", 0, 1);
        double temperature = p.number("mh.temperature", 0.05, 100);
        ChainSampler.Target target = switch (p.choice("mh.target", "sigmoid", "exp", "popularity")) {
            case "sigmoid" -> Targets.sigmoid(alpha);
            case "exp" -> Targets.exponential(temperature);
            default -> Targets.popularity(p.number("popularity.beta", -1, 1.5));
        };
        return chain("mh", target, p.number("mh.global-share", 0.05, 1), false, setup);
    }

    private static Sampler mcns(SamplerSetup setup) {
        return chain("mcns", Targets.sigmoid(setup.parameters().number("mcns.alpha", 0, 1)), 0.5, true, setup);
    }

    private static Sampler chain(
            String name, ChainSampler.Target target, double globalShare, boolean startsAtItem, SamplerSetup setup) {
        Parameters p = setup.parameters();
        return setup.keep(new ChainSampler(
                name,
                setup.catalog(),
                target,
                setup.popularity(),
                setup.maxTries(),
                graph(setup),
                globalShare,
                p.integer(name + ".neighbours", 0, 200),
                p.integer(name + ".steps", 1, 1000),
                p.integer(name + ".users", 1, 100_000_000),
                startsAtItem));
    }

    private static ClickGraph graph(SamplerSetup setup) {
        int window = setup.parameters().integer("click-graph.window", 1000, 10_000_000);
        return setup.shared(ClickGraph.class, () -> new ClickGraph(setup.catalog(), window));
    }

    private static Sampler gibbsWalk(SamplerSetup setup) {
        Parameters p = setup.parameters();
        return new GibbsWalkSampler(
                graph(setup),
                p.integer("gibbs-walk.steps", 1, 50),
                p.number("gibbs-walk.restart", 0, 1),
                setup.maxTries());
    }

    private static Sampler gibbsSlate(SamplerSetup setup) {
        Parameters p = setup.parameters();
        return new GibbsSlateSampler(
                base("gibbs-slate", setup),
                p.integer("gibbs-slate.pool", 2, 512),
                p.integer("gibbs-slate.sweeps", 1, 50),
                p.number("gibbs-slate.alpha", 0, 1),
                0,
                slot -> -1);
    }

    private static Sampler hardRank(SamplerSetup setup) {
        Parameters p = setup.parameters();
        int low = p.integer("hard-rank.low", 1, 1_000_000);
        var settings = new HardRankSampler.Settings(
                p.choice("hard-rank.mode", "sampled", "exact").equals("exact"),
                low,
                p.integer("hard-rank.high", low, 1_000_000),
                p.integer("hard-rank.pool", 8, 100_000),
                p.durationMs("hard-rank.every", 1000, 365 * DAY_MS),
                p.integer("hard-rank.every-positives", 1, Integer.MAX_VALUE),
                p.integer("hard-rank.users", 1, 100_000_000));
        return setup.keep(new HardRankSampler(settings, setup.catalog(), make("uniform", setup)));
    }

    private static Sampler threeTier(SamplerSetup setup) {
        Parameters p = setup.parameters();
        double[] halves = {0.5, 0.5};
        Sampler easy =
                new MixSampler(List.of(make("uniform", setup), make("recent-clicks", setup)), halves, false, false);
        return new ThreeTierSampler(
                easy,
                make("hard-rank", setup),
                p.number("three-tier.hard-fraction", 0, 0.5),
                (float) p.number("three-tier.easy-weight", 0, 100),
                (float) p.number("three-tier.hard-weight", 0, 100));
    }

    private static Proposal adaptiveRank(SamplerSetup setup) {
        Parameters p = setup.parameters();
        return setup.keep(new AdaptiveRankSampler(
                setup.catalog(),
                p.number("adaptive-rank.lambda", 1e-6, 1),
                p.durationMs("adaptive-rank.every", 1000, 365 * DAY_MS)));
    }

    private static Sampler inBatch(SamplerSetup setup) {
        Parameters p = setup.parameters();
        MicroBatch.of(p);
        return new InBatchSampler(
                shares(setup), p.integer("in-batch.columns", 0, 8192), p.integer("in-batch.hardest", 0, 8192));
    }

    private static Sampler mixedNegatives(SamplerSetup setup) {
        MicroBatch.of(setup.parameters());
        return new MixedNegativesSampler(shares(setup), setup.parameters().integer("mns.uniform", 0, 100_000));
    }

    /** How likely positives are, by decayed counts or in bounded memory. */
    private static PositiveShare shares(SamplerSetup setup) {
        Parameters p = setup.parameters();
        boolean counted = p.choice("in-batch.share", "counts", "logq").equals("counts");
        long halfLifeMs = p.durationMs("in-batch.half-life", 60_000, 365 * DAY_MS);
        double rate = p.number("logq.rate", 1e-4, 0.5);
        int cells = p.integer("logq.cells", 1 << 10, 1 << 28);
        int hashes = p.integer("logq.hashes", 1, 8);
        InvalidSetting.require(Integer.bitCount(cells) == 1, "sampling.logq.cells", cells, "a power of two");
        return setup.shared(
                PositiveShare.class,
                () -> counted
                        ? new DecayedShare(setup.catalog(), new HalfLife(halfLifeMs))
                        : new StreamingFrequency(setup.catalog(), rate, cells, hashes));
    }

    private static Sampler srns(SamplerSetup setup) {
        Parameters p = setup.parameters();
        var settings = new SrnsSampler.Settings(
                p.integer("srns.memory", 4, 64),
                p.integer("srns.joining", 1, 32),
                p.number("srns.temperature", 0.1, 100),
                p.number("srns.alpha", 0, 20),
                p.integer("srns.warm-up", 0, 1_000_000),
                p.integer("srns.history", 3, 20),
                p.durationMs("srns.tick", 0, 365 * DAY_MS),
                p.integer("srns.users", 1, 100_000_000),
                p.choice("srns.incubate", "true", "false").equals("true"));
        return setup.keep(new SrnsSampler(settings, setup.catalog(), make("uniform", setup)));
    }

    private static Sampler positiveMixing(SamplerSetup setup) {
        return HopMixingSampler.withoutHops(
                base("mixgcf-positive", setup), setup.parameters().integer("mixgcf-positive.candidates", 1, 256));
    }

    private static Sampler hopMixing(SamplerSetup setup) {
        Parameters p = setup.parameters();
        var hops = new Hops(graph(setup), p.integer("mixgcf.neighbours", 1, 20));
        return new HopMixingSampler(
                base("mixgcf", setup),
                hops,
                p.integer("mixgcf.candidates", 1, 256),
                p.integer("mixgcf.hops", 0, 3),
                p.durationMs("mixgcf.refresh", 1000, 365 * DAY_MS));
    }

    private static Sampler advir(SamplerSetup setup) {
        Parameters p = setup.parameters();
        return setup.keep(new BestOfSampler(
                "advir",
                base("advir", setup),
                p.integer("advir.pool", 2, 1024),
                p.number("advir.temperature", 0.05, 100),
                true,
                0));
    }

    private static Sampler resampling(SamplerSetup setup) {
        Parameters p = setup.parameters();
        int most = p.integer("snis.most", 8, 100_000);
        return new ResamplingSampler(
                base("snis", setup),
                p.number("snis.temperature", 0.05, 100),
                p.integer("snis.block", 1, most),
                p.number("snis.least-effective", 1, most),
                most);
    }

    private static Sampler irgan(SamplerSetup setup) {
        double clickedShare = setup.parameters().number("irgan.clicked-share", 0, 0.5);
        return generated("irgan", GeneratorSampler.HARDNESS, 0, clickedShare, setup);
    }

    private static Sampler reinforcedExposure(SamplerSetup setup) {
        Parameters p = setup.parameters();
        var reward = new ExposureReward(
                p.number("reinforced-exposure.alpha", 0, 10), p.number("reinforced-exposure.beta", 0, 1));
        int pool = p.integer("reinforced-exposure.pool", 2, 1024);
        return generated("reinforced-exposure", reward, p.integer("reinforced-exposure.exposed", 0, pool), 0, setup);
    }

    private static Sampler generated(
            String name, GeneratorSampler.Reward reward, int exposed, double clickedShare, SamplerSetup setup) {
        Parameters p = setup.parameters();
        int pool = p.integer(name + ".pool", 2, 1024);
        var settings = new GeneratorSampler.Settings(
                pool,
                exposed,
                p.integer(name + ".draws", 1, pool),
                p.number(name + ".temperature", 0.05, 5),
                p.number(name + ".entropy-floor", 0, 1),
                clickedShare);
        var generator = new Generator(
                p.integer(name + ".dimension", 1, 512),
                (float) p.number(name + ".step-size", 1e-6, 1),
                p.integer(name + ".users", 1, 100_000_000));
        return setup.keep(new GeneratorSampler(
                name, settings, setup.catalog(), make("uniform", setup), make("exposed", setup), reward, generator));
    }

    /** The sampler that another one draws its candidates from. */
    private static Sampler base(String name, SamplerSetup setup) {
        return make(setup.parameters().choice(name + ".base", BASES), setup);
    }

    private static Proposal exposed(SamplerSetup setup) {
        Parameters p = setup.parameters();
        return new ExposedSampler(
                p.durationMs("exposed.max-age", 1, 365 * DAY_MS), (float) p.number("exposed.weight", 0, 1));
    }

    private static Sampler mix(SamplerSetup setup) {
        Parameters p = setup.parameters();
        List<Sampler> components = new ArrayList<>();
        Map<String, Object> shares = p.below("mix");
        double[] weights = new double[shares.size()];
        double sum = 0;
        for (String name : shares.keySet()) {
            InvalidSetting.require(!name.equals("mix"), "sampling.mix", name, "samplers other than mix");
            double weight = p.number("mix." + name, 0, 1);
            if (weight > 0) {
                weights[components.size()] = weight;
                sum += weight;
                components.add(make(name, setup));
            }
        }
        InvalidSetting.require(Math.abs(sum - 1) < 1e-9, "sampling.mix", shares, "weights that sum to 1");
        boolean ignores = p.choice("mix-ignore-unknown-q", "true", "false").equals("true");
        for (int c = 0; ignores && c < components.size(); c++) {
            boolean known = components.get(c).qKind() != QKind.NONE;
            InvalidSetting.require(
                    known || weights[c] <= MOST_IGNORED,
                    "sampling.mix." + components.get(c).name(),
                    weights[c],
                    "at most " + MOST_IGNORED + ", for sampling.mix-ignore-unknown-q leaves it out of q");
        }
        boolean stratified = p.choice("mix-mode", "per-draw", "stratified").equals("stratified");
        return new MixSampler(components, Arrays.copyOf(weights, components.size()), stratified, ignores);
    }
}
