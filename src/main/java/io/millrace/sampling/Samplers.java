package io.millrace.sampling;

import io.millrace.event.InvalidSetting;
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
        return new Sampling(unique ? new UniqueSampler(sampler, maxTries) : sampler, setup.states());
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
                base("dns", setup),
                p.integer("dns.candidates", 1, 512),
                p.number("dns.temperature", 0, 100),
                p.integer("dns.warm-up", 0, 1_000_000_000)));
    }

    /** The sampler that another one draws its candidates from. */
    private static Sampler base(String name, SamplerSetup setup) {
        return make(setup.parameters().choice(name + ".base", BASES), setup);
    }

    private static Proposal exposed(SamplerSetup setup) {
        return new ExposedSampler(setup.parameters().durationMs("exposed.max-age", 1, 365 * DAY_MS));
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
        boolean stratified = p.choice("mix-mode", "per-draw", "stratified").equals("stratified");
        return new MixSampler(components, Arrays.copyOf(weights, components.size()), stratified);
    }
}
