package io.millrace.topology;

import io.millrace.attribution.AttributionConfig;
import io.millrace.config.Configuration;
import io.millrace.learning.LearningConfig;
import io.millrace.pipeline.PipelineConfig;
import io.millrace.popularity.HalfLife;
import io.millrace.ranking.BlendConfig;
import io.millrace.ranking.CoOccurrenceConfig;
import io.millrace.ranking.ServedConfig;
import io.millrace.sampling.Parameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A small configuration for tests of the topology. */
public final class TestSettings {

    private static final Parameters SAMPLING = Configuration.load(
                    null,
                    Map.of(
                            "sampling.mix.popularity", "0.4",
                            "sampling.mix.uniform", "0.4",
                            "sampling.mix.exposed", "0.2",
                            "sampling.popularity.epsilon", "0.05"))
            .samplerParameters();

    private TestSettings() {}

    public static LearningConfig learning() {
        return new LearningConfig(
                16, "softmax-is", "adagrad-row", 0.1f, 0, 0.5f, 3, 10, 5, 0.5f, 5, 0.7f, false, 0.1f, 1, 42);
    }

    public static PipelineConfig pipeline() {
        return pipeline(learning());
    }

    public static PipelineConfig pipeline(LearningConfig learning) {
        return new PipelineConfig(
                new AttributionConfig(60_000, 5_000, 60_000, 5_000, 600_000, 100_000),
                learning,
                Map.of("purchase", 3f),
                true,
                5,
                1_000_000,
                2_592_000_000L);
    }

    public static Settings settings(int itemPartitions, int userRowsPerTask) {
        return settings(pipeline(), itemPartitions, userRowsPerTask);
    }

    public static Settings settings(PipelineConfig pipeline, int itemPartitions, int userRowsPerTask) {
        return settings(pipeline, "mix", SAMPLING, itemPartitions, userRowsPerTask);
    }

    /** One partition that draws by a sampler and learns by a loss, with further settings. */
    public static Settings drawing(String sampler, String loss, Map<String, String> overrides) {
        return drawing(
                sampler,
                new LearningConfig(16, loss, "adagrad-row", 0.1f, 0, 0.5f, 3, 10, 5, 0.5f, 5, 0.7f, false, 0.1f, 1, 42),
                overrides);
    }

    /** The same with everything that is learned. */
    public static Settings drawing(String sampler, LearningConfig learning, Map<String, String> overrides) {
        Map<String, String> all = new LinkedHashMap<>(overrides);
        all.put("sampling.sampler", sampler);
        return settings(
                pipeline(learning), sampler, Configuration.load(null, all).samplerParameters(), 1, 1000);
    }

    private static Settings settings(
            PipelineConfig pipeline, String sampler, Parameters sampling, int itemPartitions, int userRowsPerTask) {
        return new Settings(
                new Settings.TopicNames("impressions", "clicks", "examples", "metrics", "dead-letters", "item-updates"),
                pipeline,
                new HalfLife(86_400_000),
                sampler,
                sampling,
                64,
                20,
                20,
                userRowsPerTask,
                3, // of more items: some copies are kept and some are not
                2_592_000_000L,
                1_000_000,
                itemPartitions,
                0.5,
                List.of(10),
                1000,
                1000,
                300_000,
                60_000,
                Map.of(),
                false,
                new ServedConfig("blend", BlendConfig.DEFAULT, CoOccurrenceConfig.DEFAULT),
                false);
    }
}
