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

    private static final Map<String, Factory> ALL = new TreeMap<>();

    static {
        law("uniform", setup -> new UniformSampler());
        law("popularity", Samplers::popularity);
        law("exposed", Samplers::exposed);
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
        return new Sampling(make(name, setup), setup.states());
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

    private static Proposal popularity(SamplerSetup setup) {
        Parameters p = setup.parameters();
        return new PopularitySampler(
                setup.counts(),
                p.choice("popularity.source", "click", "impression").equals("click"),
                p.number("popularity.beta", -1, 1.5),
                p.number("popularity.epsilon", 0, 1));
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
        return new MixSampler(components, Arrays.copyOf(weights, components.size()));
    }
}
