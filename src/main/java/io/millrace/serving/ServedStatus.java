package io.millrace.serving;

import io.millrace.attribution.Balance;
import io.millrace.query.StatusSource;
import io.millrace.topology.LearnerReport;
import io.millrace.topology.MillraceInstance;
import io.millrace.topology.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.streams.KafkaStreams;

/** What a running instance says of itself. */
public final class ServedStatus implements StatusSource {

    private final MillraceInstance instance;
    private final Settings settings;
    private final String application;
    private final long startedMs = System.currentTimeMillis();

    public ServedStatus(MillraceInstance instance, Settings settings, String application) {
        this.instance = instance;
        this.settings = settings;
        this.application = application;
    }

    @Override
    public Status status() {
        List<LearnerReport> reports = List.copyOf(instance.instance().learners().values());
        return new Status(
                application,
                instance.streams().state().name(),
                System.currentTimeMillis() - startedMs,
                new Model(
                        settings.learning().dimension(),
                        settings.learning().loss(),
                        settings.learning().optimizer(),
                        settings.sampler(),
                        instance.approximateUsers(),
                        instance.instance().table().size(),
                        reports.stream().mapToLong(LearnerReport::examples).sum()),
                sampler(reports),
                joins(reports),
                instance.lags().stream()
                        .map(lag -> new PartitionLag(lag.topic(), lag.partition(), lag.position(), lag.end()))
                        .toList(),
                restores());
    }

    static SamplerMemory sampler(List<LearnerReport> reports) {
        SortedMap<String, SortedMap<String, Long>> parts = new TreeMap<>();
        for (LearnerReport report : reports) {
            report.samplerParts()
                    .forEach((name, counts) -> counts.forEach((count, value) ->
                            parts.computeIfAbsent(name, n -> new TreeMap<>()).merge(count, value, Long::sum)));
        }
        return new SamplerMemory(
                reports.stream().mapToLong(LearnerReport::samplerBytes).sum(), parts);
    }

    /** Every event is one of: impressions and clicks and dislikes by what became of each. */
    static JoinBalance joins(List<LearnerReport> reports) {
        Balance sum = new Balance();
        reports.forEach(report -> sum.add(report.balance()));
        SortedMap<String, Long> outcomes = new TreeMap<>();
        long in = 0;
        for (Map.Entry<String, Map<String, Long>> kind : sum.view().entrySet()) {
            if (kind.getKey().equals("joiner")) {
                continue;
            }
            for (Map.Entry<String, Long> count : kind.getValue().entrySet()) {
                if (count.getKey().equals("in")) {
                    in += count.getValue();
                } else {
                    outcomes.put(kind.getKey() + "." + count.getKey(), count.getValue());
                }
            }
        }
        return new JoinBalance(in, outcomes);
    }

    private List<Restore> restores() {
        List<Restore> all = new ArrayList<>();
        instance.restores()
                .values()
                .forEach(restore -> all.add(
                        new Restore(restore.store(), restore.partition(), restore.restored(), restore.total())));
        if (!instance.isTableCaughtUp()) {
            long[] progress = instance.tableProgress();
            all.add(new Restore("item-table", -1, progress[0], progress[1]));
        }
        return all;
    }

    @Override
    public Health live() {
        Throwable failure = instance.failure();
        return failure == null ? Health.good() : Health.bad("stopped by " + failure);
    }

    @Override
    public Health ready() {
        KafkaStreams.State state = instance.streams().state();
        if (state != KafkaStreams.State.RUNNING) {
            return Health.bad("streams are " + state + ", not RUNNING");
        }
        return instance.isTableCaughtUp() ? Health.good() : Health.bad("the item table is still being read");
    }
}
