package io.millrace.config;

import io.millrace.attribution.AttributionConfig;
import io.millrace.event.InvalidSetting;
import io.millrace.learning.LearningConfig;
import io.millrace.pipeline.ClickCalibration;
import io.millrace.popularity.HalfLife;
import io.millrace.popularity.ItemCounts;
import io.millrace.ranking.BlendConfig;
import io.millrace.ranking.CoOccurrenceConfig;
import io.millrace.ranking.ServedConfig;
import io.millrace.sampling.Parameters;
import io.millrace.sampling.PositiveFilter;
import io.millrace.sampling.Sampler;
import io.millrace.sampling.Samplers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All settings: the reference, overlaid by the user's file, overlaid by what the command line sets. Once loaded, every
 * value has been checked.
 */
public final class Configuration {

    /** Settings for kinds of data, each to be started with. */
    public static final List<String> PRESETS = List.of("retrieval", "session", "news", "ctr");

    /** What is checked at load: each part with the records' own conditions. */
    private static final List<Consumer<Configuration>> PARTS = List.of(
            Configuration::identity,
            Configuration::kafka,
            Configuration::streams,
            Configuration::topics,
            Configuration::codec,
            Configuration::codecFields,
            Configuration::attribution,
            Configuration::joins,
            Configuration::actions,
            Configuration::history,
            Configuration::popularity,
            Configuration::sampling,
            Configuration::checkedSampler,
            Configuration::learning,
            Configuration::positives,
            Configuration::calibration,
            Configuration::items,
            Configuration::ranking,
            Configuration::blend,
            Configuration::coOccurrence,
            Configuration::evaluation,
            Configuration::query,
            Configuration::memory,
            Configuration::demo);

    private final Reference reference;
    private final Settings settings;
    private final Binding binding;

    private Configuration(Reference reference, Settings settings) {
        this.reference = reference;
        this.settings = settings;
        binding = new Binding(settings);
    }

    /**
     * Loads and checks everything.
     *
     * @param userFile YAML with the keys that differ from the reference; null for none
     * @param overrides by dotted key
     * @throws InvalidSetting with every problem there is
     */
    public static Configuration load(@Nullable Path userFile, Map<String, String> overrides) {
        return load(userFile, overrides, Map.of());
    }

    /**
     * As above, and checks sections against records of packages that this one does not know.
     *
     * @param sections record by section, each as {@link #section} takes it
     */
    public static Configuration load(
            @Nullable Path userFile,
            Map<String, String> overrides,
            Map<String, ? extends Class<? extends Record>> sections) {
        return load(userFile, overrides, sections, System.getenv());
    }

    /**
     * As above, with a preset between the reference and the user's file.
     *
     * @param preset one of {@link #PRESETS}; null for none
     */
    public static Configuration load(
            @Nullable String preset,
            @Nullable Path userFile,
            Map<String, String> overrides,
            Map<String, ? extends Class<? extends Record>> sections) {
        return load(preset, userFile, overrides, sections, System.getenv());
    }

    /**
     * As above, with another environment than that of this process.
     *
     * @param environment variables by name
     */
    public static Configuration load(
            @Nullable Path userFile,
            Map<String, String> overrides,
            Map<String, ? extends Class<? extends Record>> sections,
            Map<String, String> environment) {
        return load(null, userFile, overrides, sections, environment);
    }

    private static Configuration load(
            @Nullable String preset,
            @Nullable Path userFile,
            Map<String, String> overrides,
            Map<String, ? extends Class<? extends Record>> sections,
            Map<String, String> environment) {
        Reference reference = Reference.get();
        Settings settings = new Settings(reference, new Environment(environment));
        if (preset != null) {
            InvalidSetting.require(PRESETS.contains(preset), "preset", preset, "one of " + PRESETS);
            settings.overlay(Yaml.flat(presetText(preset), "preset " + preset));
        }
        if (userFile != null) {
            settings.overlay(Yaml.read(userFile));
        }
        settings.overlay(overrides);
        return new Configuration(reference, settings).checked(sections);
    }

    private Configuration checked(Map<String, ? extends Class<? extends Record>> sections) {
        List<Consumer<Configuration>> parts = new ArrayList<>(PARTS);
        sections.forEach((section, type) -> parts.add(configuration -> configuration.section(section, type)));
        Set<String> problems = new LinkedHashSet<>(settings.problems());
        for (Consumer<Configuration> part : parts) {
            try {
                part.accept(this);
            } catch (InvalidSetting e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidSetting(List.copyOf(problems));
        }
        return this;
    }

    /** The text of a preset. */
    public static String presetText(String preset) {
        try (InputStream in = Configuration.class.getResourceAsStream("/presets/" + preset + ".yaml")) {
            return new String(Objects.requireNonNull(in, preset).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All settings by dotted key, as they were written; secrets are replaced by stars. */
    public Map<String, String> flat() {
        var flat = new TreeMap<String, String>();
        settings.written().forEach((key, value) -> flat.put(key, String.valueOf(Secrets.shown(key, value))));
        return flat;
    }

    /** The text of {@code reference.yaml}. */
    public static String referenceText() {
        return Reference.get().text();
    }

    public Identity identity() {
        return binding.fill("", Identity.class);
    }

    /** Properties of every Kafka client, as they were written. */
    public Map<String, String> kafka() {
        return texts("kafka");
    }

    public StreamsSettings streams() {
        return section("streams", StreamsSettings.class);
    }

    public TopicSettings topics() {
        return section("topics", TopicSettings.class).of(identity().applicationId());
    }

    public CodecSettings codec() {
        return section("codec", CodecSettings.class);
    }

    /** The sender's names of event fields, by ours; those that differ. */
    public Map<String, String> codecFields() {
        return texts("codec.fields");
    }

    public AttributionConfig attribution() {
        return section("attribution", AttributionConfig.class);
    }

    public JoinSettings joins() {
        return section("attribution", JoinSettings.class);
    }

    /** Weight by action; an action that is not in here weighs 1. */
    public Map<String, Double> actions() {
        InvalidSetting.Check check = new InvalidSetting.Check();
        var weights = new TreeMap<String, Double>();
        settings.below("actions").forEach((action, weight) -> {
            double number = (Double) weight;
            check.require(number >= 0 && number <= 100, "actions." + action, number, "0 to 100");
            weights.put(action, number);
        });
        check.done();
        return weights;
    }

    public HistorySettings history() {
        return section("history", HistorySettings.class);
    }

    public HalfLife popularity() {
        return new HalfLife(section("popularity", PopularitySettings.class).halfLifeMs());
    }

    public SamplingSettings sampling() {
        return section("sampling", SamplingSettings.class);
    }

    /** Everything below {@code sampling}: numbers, texts and booleans; durations in milliseconds. */
    public Parameters samplerParameters() {
        return new Parameters(settings.below("sampling"));
    }

    /** The configured sampler on these counts. */
    public Sampler sampler(ItemCounts counts) {
        SamplingSettings sampling = sampling();
        return Samplers.make(sampling.sampler(), samplerParameters(), counts, sampling.maxTries());
    }

    private Sampler checkedSampler() {
        String name = (String) settings.value("sampling.sampler");
        return Samplers.make(name, samplerParameters(), new ItemCounts(new HalfLife(1)), 1);
    }

    public LearningConfig learning() {
        return section("learning", LearningConfig.class);
    }

    public PositiveFilter.Config positives() {
        return section("positives", PositiveFilter.Config.class);
    }

    public ClickCalibration.Config calibration() {
        return section("calibration", ClickCalibration.Config.class);
    }

    public ItemSettings items() {
        return section("items", ItemSettings.class);
    }

    public RankingSettings ranking() {
        return section("ranking", RankingSettings.class);
    }

    public BlendConfig blend() {
        return section("blend", BlendConfig.class);
    }

    public CoOccurrenceConfig coOccurrence() {
        return section("co-occurrence", CoOccurrenceConfig.class);
    }

    /** What is served, and how it learns. */
    public ServedConfig served() {
        return new ServedConfig(ranking().served(), blend(), coOccurrence());
    }

    public EvaluationSettings evaluation() {
        return section("evaluation", EvaluationSettings.class);
    }

    public QuerySettings query() {
        return section("query", QuerySettings.class);
    }

    public MemorySettings memory() {
        return section("memory", MemorySettings.class);
    }

    public DemoSettings demo() {
        return section("demo", DemoSettings.class);
    }

    /**
     * A section as a record that any package declares: component {@code maxTries} is the key {@code max-tries}, and a
     * duration's or size's component ends in its unit, {@code windowMs} for {@code window}, {@code rocksdbBytes} for
     * {@code rocksdb}. The record need not name all keys of its section.
     *
     * @throws InvalidSetting when the record refuses a value
     */
    public <R extends Record> R section(String section, Class<R> type) {
        return binding.fill(section, type);
    }

    private Map<String, String> texts(String section) {
        var texts = new TreeMap<String, String>();
        settings.below(section).forEach((key, value) -> texts.put(key, value.toString()));
        return texts;
    }

    /** The settings in effect, as a file that loads again; secrets are replaced by stars. */
    public String toYaml() {
        return Yaml.write(EffectiveTree.of(reference, settings.written()));
    }

    /**
     * A file of the settings that differ from the reference, which loads to these settings without the preset, the file and
     * the overrides that they came from. An environment variable stays one, so no secret that is kept in one is in it.
     */
    public String differences() {
        return Yaml.write(Differences.of(reference, settings));
    }

    /**
     * 16 hex digits that are the same for two configurations which learn the same from the same events. Where and how
     * fast it runs (brokers, directories, ports, memory, threads) does not count.
     */
    public String digest() {
        return Digest.of(settings.values());
    }

    /** Keys that no part has asked for. */
    Set<String> unread() {
        return settings.unread();
    }
}
