package io.millrace.serving;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.millrace.topology.LearnerReport;
import io.millrace.topology.MillraceInstance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What an instance tells Prometheus, by names that start with {@code millrace_}. Per-partition series are few by design:
 * balance and metrics are summed over the partitions of the instance.
 */
public final class InstanceMetrics {

    private static final long REFRESH_SECONDS = 2;

    private InstanceMetrics() {}

    public static void register(MeterRegistry registry, MillraceInstance instance) {
        Gauge.builder("millrace.items", instance, i -> i.instance().table().size())
                .description("items in the item table")
                .register(registry);
        Gauge.builder(
                        "millrace.lag.records",
                        instance,
                        i -> i.lags().stream()
                                .mapToLong(lag -> Math.max(0, lag.end() - lag.position()))
                                .sum())
                .description("input records not yet committed")
                .register(registry);
        Gauge.builder(
                        "millrace.commits.unpublished",
                        instance,
                        i -> i.instance().learners().values().stream()
                                .mapToInt(LearnerReport::inFlight)
                                .max()
                                .orElse(0))
                .description("commits of a learner whose item updates are not all published, the most of any learner")
                .register(registry);
        Gauge.builder("millrace.state.bytes", instance, i -> sum(i, LearnerReport::stateBytes))
                .description("heap held by the state of the learners")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("millrace.sampler.state.bytes", instance, i -> sum(i, LearnerReport::samplerBytes))
                .description("heap held by what the samplers remember")
                .baseUnit("bytes")
                .register(registry);
        FunctionCounter.builder("millrace.examples", instance, i -> sum(i, LearnerReport::examples))
                .description("examples written to the ledger since this process started")
                .register(registry);
        FunctionCounter.builder("millrace.steps.discarded", instance, i -> sum(i, LearnerReport::discarded))
                .description("steps not taken because a gradient was not finite")
                .register(registry);
        MultiGauge balance = MultiGauge.builder("millrace.join")
                .description("events by kind and by what became of them; in equals the sum of the rest")
                .register(registry);
        MultiGauge metrics = MultiGauge.builder("millrace.prequential")
                .description("prequential metrics of the partitions of this instance, fading average")
                .register(registry);
        MultiGauge negatives = MultiGauge.builder("millrace.negatives")
                .description("negatives drawn for the users watched, by sampler; false are those clicked later")
                .register(registry);
        MultiGauge parts = MultiGauge.builder("millrace.sampler.part")
                .description(
                        "heap in bytes of each part of what the samplers remember, and how often something else had to do")
                .register(registry);
        ScheduledExecutorService refresh = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "metrics");
            thread.setDaemon(true);
            return thread;
        });
        refresh.scheduleWithFixedDelay(
                () -> {
                    balance.register(balance(instance), true);
                    metrics.register(metrics(instance), true);
                    negatives.register(negatives(instance), true);
                    parts.register(parts(instance), true);
                },
                0,
                REFRESH_SECONDS,
                TimeUnit.SECONDS);
    }

    private static double sum(MillraceInstance instance, java.util.function.ToLongFunction<LearnerReport> part) {
        return instance.instance().learners().values().stream().mapToLong(part).sum();
    }

    private static List<MultiGauge.Row<?>> balance(MillraceInstance instance) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        var sum = new io.millrace.attribution.Balance();
        instance.instance().learners().values().forEach(report -> sum.add(report.balance()));
        sum.view()
                .forEach((kind, counts) -> counts.forEach((outcome, count) ->
                        rows.add(MultiGauge.Row.of(Tags.of("kind", kind, "outcome", outcome), count))));
        return rows;
    }

    private static List<MultiGauge.Row<?>> negatives(MillraceInstance instance) {
        Map<String, Long> sums = new TreeMap<>();
        instance.instance()
                .learners()
                .values()
                .forEach(report -> report.negatives()
                        .forEach((sampler, counts) ->
                                counts.forEach((kind, count) -> sums.merge(sampler + '\n' + kind, count, Long::sum))));
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        sums.forEach((key, count) -> {
            int cut = key.indexOf('\n');
            rows.add(MultiGauge.Row.of(
                    Tags.of("sampler", key.substring(0, cut), "kind", key.substring(cut + 1)), count));
        });
        return rows;
    }

    private static List<MultiGauge.Row<?>> parts(MillraceInstance instance) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        ServedStatus.sampler(List.copyOf(instance.instance().learners().values()))
                .parts()
                .forEach((part, counts) -> counts.forEach(
                        (kind, count) -> rows.add(MultiGauge.Row.of(Tags.of("part", part, "kind", kind), count))));
        return rows;
    }

    private static List<MultiGauge.Row<?>> metrics(MillraceInstance instance) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        Map<Integer, LearnerReport> reports = instance.instance().learners();
        reports.forEach((partition, report) -> report.metrics()
                .forEach((ranker, values) -> values.forEach((name, value) -> {
                    if (name.endsWith(".fading")) {
                        rows.add(MultiGauge.Row.of(
                                Tags.of(
                                        "ranker", ranker,
                                        "metric", name.substring(0, name.length() - ".fading".length()),
                                        "partition", Integer.toString(partition)),
                                value));
                    }
                })));
        return rows;
    }
}
