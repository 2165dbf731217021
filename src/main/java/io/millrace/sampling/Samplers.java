package io.millrace.sampling;

import io.millrace.event.InvalidSetting;
import io.millrace.popularity.ItemCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The one list of samplers by configuration name. To add one: its class, its line here, its keys in {@code
 * reference.yaml}.
 */
public final class Samplers {

    /** Makes a law or sampler from its settings and the counts of a partition. */
    private interface Factory {
        Sampler make(Parameters parameters, ItemCounts counts, int maxTries);
    }

    private static final long DAY_MS = 86_400_000L;

    private static final Map<String, Factory> ALL = new TreeMap<>(Map.of(
            "uniform", law((p, counts) -> new UniformSampler()),
            "popularity", law(Samplers::popularity),
            "exposed", law((p, counts) -> new ExposedSampler(p.durationMs("exposed.max-age", 1, 365 * DAY_MS))),
            "mix", Samplers::mix));

    private interface LawFactory {
        Proposal make(Parameters parameters, ItemCounts counts);
    }

    private Samplers() {}

    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /**
     * The sampler of a name.
     *
     * @param maxTries proposals per negative before a draw comes back empty
     * @throws InvalidSetting when the name is unknown or a parameter is out of range
     */
    public static Sampler make(String name, Parameters parameters, ItemCounts counts, int maxTries) {
        Factory factory = ALL.get(name);
        if (factory == null) {
            throw new InvalidSetting("sampling.sampler", name, "one of " + names());
        }
        return factory.make(parameters, counts, maxTries);
    }

    private static Factory law(LawFactory law) {
        return (parameters, counts, maxTries) -> new ExcludingSampler(law.make(parameters, counts), maxTries);
    }

    private static Proposal popularity(Parameters p, ItemCounts counts) {
        return new PopularitySampler(
                counts,
                p.choice("popularity.source", "click", "impression").equals("click"),
                p.number("popularity.beta", -1, 1.5),
                p.number("popularity.epsilon", 0, 1));
    }

    private static Sampler mix(Parameters parameters, ItemCounts counts, int maxTries) {
        List<Sampler> components = new ArrayList<>();
        Map<String, Object> shares = parameters.below("mix");
        double[] weights = new double[shares.size()];
        double sum = 0;
        for (Map.Entry<String, Object> share : shares.entrySet()) {
            String name = share.getKey();
            InvalidSetting.require(!name.equals("mix"), "sampling.mix", name, "samplers other than mix");
            double weight = parameters.number("mix." + name, 0, 1);
            if (weight > 0) {
                weights[components.size()] = weight;
                sum += weight;
                components.add(make(name, parameters, counts, maxTries));
            }
        }
        InvalidSetting.require(Math.abs(sum - 1) < 1e-9, "sampling.mix", shares, "weights that sum to 1");
        return new MixSampler(components, java.util.Arrays.copyOf(weights, components.size()));
    }
}
