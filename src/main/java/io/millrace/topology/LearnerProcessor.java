package io.millrace.topology;

import io.millrace.codec.DeadLetters;
import io.millrace.codec.EventCodec;
import io.millrace.codec.EventTopic;
import io.millrace.codec.RecordOrigin;
import io.millrace.codec.RefusalReason;
import io.millrace.codec.Refused;
import io.millrace.event.Event;
import io.millrace.pipeline.Pipeline;
import io.millrace.pipeline.Refusals;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Takes impressions and clicks of one partition through the pipeline. An adapter: unwraps records, calls the core,
 * forwards what comes out.
 */
final class LearnerProcessor implements Processor<byte[], byte[], byte[], byte[]> {

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final Settings settings;
    private final Instance instance;
    private final EventCodec codec;
    private final List<Event> events = new ArrayList<>();
    private @Nullable ProcessorContext<byte[], byte[]> context;
    private @Nullable LearnerTask task;
    private @Nullable LedgerSink ledger;
    private @Nullable MetricsSink metrics;
    private LearnerTask.@Nullable Stores stores;
    private int partition;

    /** Only where an end without a commit takes back what was logged: under at-least-once it would be learned twice. */
    private boolean logsEarly;

    private @Nullable Record<byte[], byte[]> current;
    private long idleSinceMs;
    private long idleAtMs;

    LearnerProcessor(Settings settings, Instance instance) {
        this.settings = settings;
        this.instance = instance;
        codec = new EventCodec(settings.fields(), settings.strictKeys());
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        this.context = context;
        partition = context.taskId().partition();
        // Asked of Kafka Streams, which does what this says; a setting handed over beside it might say something else.
        logsEarly = StreamsConfig.EXACTLY_ONCE_V2.equals(
                context.appConfigs().get(StreamsConfig.PROCESSING_GUARANTEE_CONFIG));
        instance.awaitTable();
        stores = new LearnerTask.Stores(
                context.getStateStore(Names.USERS),
                context.getStateStore(Names.PENDING),
                context.getStateStore(Names.SEEN),
                context.getStateStore(Names.RANKING),
                context.getStateStore(Names.LEARNER_NOTES));
        ledger = new LedgerSink(context, partition);
        LearnerTask started = new LearnerTask(partition, settings, instance, stores, ledger, new Unusable());
        task = started;
        metrics = new MetricsSink(context, partition, settings.metricsIntervalMs());
        stores.users().onCommit(context, this::commit);
        stores.users().onCheckpoint(started::storeUsers);
        stores.users().onRead(started.ahead());
        idleSinceMs = instance.nowMs();
        idleAtMs = Long.MIN_VALUE;
        context.schedule(BETWEEN_LOOKS, PunctuationType.WALL_CLOCK_TIME, this::takeChanges);
        context.schedule(
                Duration.ofMillis(Math.max(1000, settings.idleFlushMs() / 4)),
                PunctuationType.WALL_CLOCK_TIME,
                this::moveIdle);
        instance.report(partition, started.report());
        instance.learns(partition, started.lead());
        LiveRanking ranking = started.ranking();
        if (ranking != null) {
            instance.serves(partition, ranking);
        }
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        LearnerTask learner = started();
        current = record;
        idleSinceMs = instance.nowMs();
        idleAtMs = Long.MIN_VALUE;
        RecordMetadata from = started(context).recordMetadata().orElseThrow();
        boolean isClick = from.topic().equals(settings.topics().clicks());
        events.clear();
        RecordOrigin origin = new RecordOrigin(from.topic(), from.partition(), from.offset());
        try {
            codec.decode(
                    isClick ? EventTopic.CLICKS : EventTopic.IMPRESSIONS,
                    origin,
                    record.key(),
                    record.value(),
                    idleSinceMs + settings.maxFutureMs(),
                    events);
        } catch (Refused refused) {
            learner.pipeline().refused(isClick);
            deadLetter(DeadLetters.headers(refused, origin, record.timestamp()));
            return;
        }
        learner.lock();
        try {
            learner.takeChanges();
            for (int k = 0; k < events.size(); k++) {
                learner.pipeline().accept(events.get(k));
            }
        } finally {
            learner.unlock();
        }
        if (logsEarly) {
            learner.logEarly();
        }
    }

    /** Runs inside each commit. */
    private void commit() {
        LearnerTask learner = started();
        ProcessorContext<byte[], byte[]> out = started(context);
        learner.commit((itemPartition, record) -> out.forward(
                new Record<>(
                        ByteBuffer.allocate(Integer.BYTES).putInt(itemPartition).array(),
                        record,
                        Math.max(0, learner.pipeline().streamTimeMs())),
                Names.SEND_UPDATES));
        LearnerReport report = learner.report();
        instance.report(partition, report);
        started(metrics).write(report);
    }

    /** What was published is taken though no event comes, or it would pile up. */
    private void takeChanges(long nowMs) {
        started().lock();
        try {
            started().takeChanges();
        } finally {
            started().unlock();
        }
    }

    /**
     * When nothing has come for long, event time goes on with the wall clock, so that the last impressions of a quiet
     * partition are decided. Counted, since it is the one thing here that a replay cannot repeat.
     */
    private void moveIdle(long nowMs) {
        Pipeline pipeline = started().pipeline();
        long idleMs = instance.nowMs() - idleSinceMs;
        if (idleMs < settings.idleFlushMs() || pipeline.streamTimeMs() == Long.MIN_VALUE) {
            return;
        }
        if (idleAtMs == Long.MIN_VALUE) {
            idleAtMs = pipeline.streamTimeMs();
        }
        if (pipeline.hasUndecided()) {
            pipeline.balance().idleAdvance();
            started().lock();
            try {
                started().takeChanges();
                pipeline.advance(idleAtMs + idleMs);
            } finally {
                started().unlock();
            }
        }
    }

    /** What the pipeline turns away although its bytes were sound. */
    private final class Unusable implements Refusals {

        @Override
        public void collision(Event event) {
            refuse(
                    RefusalReason.HASH_COLLISION,
                    event.user() + " or " + event.item() + " shares its hash with another id");
        }

        @Override
        public void full(Event event) {
            refuse(
                    RefusalReason.CATALOG_FULL,
                    event.item() + " is new, and there are items.max-items = " + settings.maxItems() + " already");
        }

        private void refuse(RefusalReason reason, String detail) {
            RecordMetadata from = started(context).recordMetadata().orElseThrow();
            RecordOrigin origin = new RecordOrigin(from.topic(), from.partition(), from.offset());
            deadLetter(DeadLetters.headers(
                    reason.code(), detail, origin, started(current).timestamp()));
        }
    }

    private void deadLetter(Map<String, byte[]> why) {
        Record<byte[], byte[]> record = started(current);
        Headers headers = new RecordHeaders();
        why.forEach(headers::add);
        started(context)
                .forward(
                        new Record<>(record.key(), record.value(), Math.max(0, record.timestamp()), headers),
                        Names.DEAD_LETTERS);
    }

    @Override
    public void close() {
        instance.ended(partition);
        if (stores != null && task != null) {
            task.storeUsers(); // a task that is revived at once notes its offsets after this
            stores.users().detach();
            LiveRanking ranking = task.ranking();
            if (ranking != null) {
                instance.stopsServing(partition, ranking);
            }
            instance.learnsNoMore(partition, task.lead());
            task.close();
        }
    }

    private LearnerTask started() {
        return started(task);
    }

    private static <T> T started(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the learner was not initialised");
        }
        return part;
    }
}
