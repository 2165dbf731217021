package io.millrace.config;

import io.millrace.event.CounterRandom;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The configurations that a search may try: a base, and for some of its keys what they may be.
 *
 * <pre>
 *   preset: retrieval            # below the file; none when left out
 *   config: my.yaml              # beside the space; none when left out
 *   score: recall@20             # left out, it is log-loss for the preset ctr and recall for all others
 *   keys:
 *     learning.step-size: {from: 0.05, to: 0.5, scale: log}
 *     learning.context-items: [5, 10, 20]
 *     ranking.served: [blend, retrieval]
 * </pre>
 */
public final class SearchSpace {

    private static final String LOG_LOSS = "log-loss";

    private final @Nullable String preset;
    private final @Nullable Path config;
    private final Map<String, String> overrides;
    private final Configuration base;
    private final String score;
    private final Map<String, Choices> choices;

    private SearchSpace(SearchSpaceReader read, Map<String, String> overrides, Configuration base) {
        preset = read.preset();
        config = read.config();
        this.overrides = overrides;
        this.base = base;
        choices = read.choices();
        String wanted = read.score();
        score = wanted != null ? wanted : defaultScore();
    }

    /**
     * Reads a space and checks every value that it names.
     *
     * @param overrides settings of the base, over its preset and its file
     * @throws io.millrace.event.InvalidSetting with every problem there is
     */
    public static SearchSpace read(Path file, Map<String, String> overrides) {
        SearchSpaceReader reader = new SearchSpaceReader(file, overrides);
        Configuration base = reader.read();
        return new SearchSpace(reader, overrides, base);
    }

    private String defaultScore() {
        List<Integer> cutoffs = base.evaluation().k();
        int cutoff = cutoffs.contains(20) ? 20 : cutoffs.get(cutoffs.size() - 1);
        return "ctr".equals(preset) ? LOG_LOSS : "recall@" + cutoff;
    }

    /** What all is compared with. */
    public Configuration base() {
        return base;
    }

    /** As a report calls the base. */
    public String baseName() {
        if (config != null) {
            return String.valueOf(config.getFileName()).replaceFirst("\\.ya?ml$", "");
        }
        return preset != null ? preset : "defaults";
    }

    /** What is made better. */
    public String score() {
        return score;
    }

    /** The base's value of every key. */
    public Map<String, String> baseValues() {
        Map<String, String> all = base.flat();
        Map<String, String> values = new TreeMap<>();
        choices.keySet().forEach(key -> values.put(key, Objects.requireNonNull(all.get(key), key)));
        return values;
    }

    /** A value for every key, each by chance. */
    public Map<String, String> draw(CounterRandom random) {
        Map<String, String> values = new TreeMap<>();
        choices.forEach((key, choice) -> values.put(key, choice.draw(random.nextDouble())));
        return values;
    }

    /** Values that differ in one key, by one step. */
    public List<Map<String, String>> neighbours(Map<String, String> values) {
        List<Map<String, String>> neighbours = new ArrayList<>();
        values.forEach((key, value) -> {
            for (String other : choice(key).beside(value)) {
                Map<String, String> neighbour = new TreeMap<>(values);
                neighbour.put(key, other);
                neighbours.add(neighbour);
            }
        });
        return neighbours;
    }

    /** The number of keys that differ, and below 1 how much they do. */
    public double distance(Map<String, String> a, Map<String, String> b) {
        double keys = 0;
        double sum = 0;
        for (Map.Entry<String, String> value : a.entrySet()) {
            String other = Objects.requireNonNull(b.get(value.getKey()));
            Choices choice = choice(value.getKey());
            keys += choice.same(value.getValue(), other) ? 0 : 1;
            sum += Math.min(1, choice.distance(value.getValue(), other));
        }
        return keys + sum / (a.size() + 1);
    }

    private Choices choice(String key) {
        return Objects.requireNonNull(choices.get(key), key);
    }

    /**
     * The base with these values.
     *
     * @throws io.millrace.event.InvalidSetting when they do not go together
     */
    public Configuration configuration(Map<String, String> values) {
        Map<String, String> all = new LinkedHashMap<>(overrides);
        all.putAll(values);
        return Configuration.load(preset, config, all, Map.of());
    }
}
