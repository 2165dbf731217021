package io.millrace.pipeline;

import io.millrace.attribution.AttributionConfig;
import io.millrace.config.Configuration;
import io.millrace.event.Click;
import io.millrace.event.Dislike;
import io.millrace.event.EntityId;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import io.millrace.learning.ItemRows;
import io.millrace.learning.LearningConfig;
import io.millrace.learning.OnlineLearner;
import io.millrace.learning.Optimizer;
import io.millrace.learning.Optimizers;
import io.millrace.learning.UserRows;
import io.millrace.popularity.HalfLife;
import io.millrace.popularity.ItemCounts;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.Parameters;
import io.millrace.sampling.Samplers;
import java.io.DataInput;
import java.io.DataOutput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A pipeline in memory whose ledger is a list. */
final class TestPipeline {

    /** What a test looks at in an example. */
    record Learned(
            Example.Kind kind, String user, String item, float weight, boolean stepped, List<Integer> negatives) {}

    static final AttributionConfig ATTRIBUTION = new AttributionConfig(60_000, 5_000, 60_000, 0, 600_000, 100_000);

    final Catalog catalog = new Catalog();
    final ItemCounts counts = new ItemCounts(new HalfLife(86_400_000));
    final List<Learned> ledger = new ArrayList<>();
    final UserRows users;
    final ItemRows items;
    final Pipeline pipeline;
    int evaluated;

    TestPipeline(PipelineConfig config, String sampler, Map<String, String> sampling) {
        LearningConfig learning = config.learning();
        Optimizer optimizer = Optimizers.make(learning);
        items = new ItemRows(learning, optimizer, catalog, null);
        users = new UserRows(learning, optimizer, 20, 20, 1_000_000);
        pipeline = new Pipeline(
                config,
                catalog,
                counts,
                new OnlineLearner(learning, catalog, items, users, optimizer),
                Samplers.make(sampler, parameters(sampling), catalog, counts, 64),
                new Counting(),
                (example, negatives, slots) -> {
                    List<Integer> drawn = new ArrayList<>();
                    for (int k = 0; k < negatives.size(); k++) {
                        drawn.add(negatives.slot(k));
                    }
                    ledger.add(new Learned(
                            example.kind(),
                            example.user().text(),
                            example.item().text(),
                            example.weight(),
                            example.stepped(),
                            drawn));
                },
                Refusals.ONLY_COUNTED);
    }

    static Parameters parameters(Map<String, String> sampling) {
        Map<String, String> overrides = new HashMap<>();
        sampling.forEach((key, value) -> overrides.put("sampling." + key, value));
        return Configuration.load(null, overrides).samplerParameters();
    }

    static PipelineConfig config(LearningConfig learning, int negatives) {
        return new PipelineConfig(
                ATTRIBUTION, learning, Map.of("like", 2f, "glance", 0f), true, negatives, 1_000_000, 3_600_000);
    }

    TestPipeline accept(Event event) {
        pipeline.accept(event);
        return this;
    }

    static Impression shown(String id, String user, String item, long atMs) {
        return new Impression(EntityId.of(id), null, EntityId.of(user), EntityId.of(item), -1, Float.NaN, atMs);
    }

    static Click clicked(String id, String impression, String user, String item, String action, long atMs) {
        EntityId answered = impression.isEmpty() ? null : EntityId.of(impression);
        return new Click(EntityId.of(id), answered, EntityId.of(user), EntityId.of(item), action, 1, atMs);
    }

    static Dislike disliked(String id, String user, String item, float weight, long atMs) {
        return new Dislike(EntityId.of(id), EntityId.of(user), EntityId.of(item), weight, atMs);
    }

    private final class Counting implements Evaluator {

        @Override
        public void evaluate(Pipeline of, int user, int slot, Click click) {
            evaluated++;
        }

        @Override
        public void writeTo(DataOutput out) {}

        @Override
        public void readFrom(DataInput in) {}
    }
}
