package io.millrace.topology;

import io.millrace.attribution.Balance;
import io.millrace.evaluation.RankMetrics;
import io.millrace.event.EntityId;
import io.millrace.event.InvalidSetting;
import io.millrace.learning.OnlineLearner;
import io.millrace.learning.Optimizer;
import io.millrace.learning.Optimizers;
import io.millrace.learning.UserRows;
import io.millrace.pipeline.ClickCalibration;
import io.millrace.pipeline.Ledger;
import io.millrace.pipeline.Pipeline;
import io.millrace.pipeline.Prequential;
import io.millrace.pipeline.Refusals;
import io.millrace.ranking.Blend;
import io.millrace.ranking.JournaledRanker;
import io.millrace.ranking.Ranker;
import io.millrace.ranking.ServedConfig;
import io.millrace.store.ChunkLog;
import io.millrace.store.LearnerNotes;
import io.millrace.store.PagedState;
import io.millrace.store.RankerLog;
import io.millrace.store.WriteBackStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** One learner partition: the core's pipeline on the task's stores. */
final class LearnerTask {

    /** The stores of a learner task. */
    record Stores(
            WriteBackStore users,
            KeyValueStore<Bytes, byte[]> pending,
            KeyValueStore<Bytes, byte[]> seen,
            KeyValueStore<Bytes, byte[]> ranking,
            KeyValueStore<Bytes, byte[]> notes) {}

    private static final byte UNPUBLISHED = 2;
    private static final Bytes DIMENSION = Bytes.wrap(new byte[] {3});

    /** The size of the served ranking is added up again after so many commits. */
    private static final int COMMITS_BETWEEN_SIZES = 100;

    /** Users that are logged together before a commit: few enough that most of their rows are in a core's cache still. */
    static final int LOGGED_TOGETHER = 1024;

    private final Stores stores;

    /** Fair: a busy task would otherwise take it again before a query has woken up. */
    private final Lock lock = new ReentrantLock(true);

    private final ItemView view;
    private final UserRows users;
    private final StoredUsers storedUsers;
    private final Pipeline pipeline;
    private final Prequential prequential;
    private final ChunkLog pending;
    private final ChunkLog seen;
    private final PagedState samplerState;
    private final PagedState unpublished;
    private final @Nullable JournaledRanker ranker;
    private final @Nullable RankerLog rankerLog;
    private final @Nullable LiveRanking ranking;
    private boolean hadUnpublished;
    private long commits;
    private long rankerBytes;
    private long examples;

    LearnerTask(int partition, Settings settings, Instance instance, Stores stores, Ledger ledger, Refusals refusals) {
        this.stores = stores;
        requireDimension(settings.learning().dimension());
        LearnerNotes notes = LearnerNotes.read(stores.notes().get(LearnerNotes.KEY));
        Optimizer optimizer = Optimizers.make(settings.learning());
        view = new ItemView(
                partition,
                new ItemPartitions(settings.itemPartitions()),
                instance.table(),
                settings.learning(),
                optimizer,
                settings.halfLife(),
                settings.itemRowsPerTask(),
                notes.sequence());
        view.catalog().limit(settings.maxItems());
        users = new UserRows(
                settings.learning(),
                optimizer,
                settings.historyClicked(),
                settings.historyExposed(),
                settings.userRowsPerTask());
        storedUsers = new StoredUsers(stores.users(), users, lock);
        users.backedBy(storedUsers);
        unpublished = new PagedState(stores.notes(), UNPUBLISHED);
        restoreUnpublished();
        OnlineLearner learner = new OnlineLearner(settings.learning(), view.catalog(), view.rows(), users, optimizer);
        ServedConfig.Members members = ServedConfig.Members.of(new ViewScorer(learner, view));
        Ranker served = settings.ranking().make(view.catalog(), members);
        ranker = served instanceof Blend blend ? new JournaledRanker(blend, view.catalog()) : null;
        prequential = new Prequential(
                settings.evaluationShare(),
                settings.recommendSeen(),
                settings.cutoffs().stream().mapToInt(Integer::intValue).toArray(),
                settings.evaluationWindow(),
                view.catalog(),
                ranker != null ? ranker : members.embedding(),
                members.embedding());
        pipeline = new Pipeline(
                settings.pipeline(),
                view.catalog(),
                view.counts(),
                learner,
                settings.makeSampling(view.catalog(), view.counts()),
                prequential,
                (example, negatives, catalog) -> {
                    examples++;
                    ledger.write(example, negatives, catalog);
                },
                refusals);
        pending = new ChunkLog(stores.pending(), pipeline.joiner());
        seen = new ChunkLog(stores.seen(), pipeline.seen());
        notes.into(pipeline);
        samplerState = new PagedState(stores.notes(), LearnerNotes.SAMPLER);
        restoreSampler();
        rankerLog = ranker == null ? null : new RankerLog(stores.ranking(), ranker, view.catalog());
        ranking = ranker == null ? null : new LiveRanking(ranker, view, instance.table(), learner.tree(), lock);
    }

    /** Rows are padded, so their lengths do not tell every dimension from another. */
    private void requireDimension(int dimension) {
        byte[] stored = stores.notes().get(DIMENSION);
        if (stored == null) {
            stores.notes()
                    .put(
                            DIMENSION,
                            ByteBuffer.allocate(Integer.BYTES).putInt(dimension).array());
            return;
        }
        int known = ByteBuffer.wrap(stored).getInt();
        InvalidSetting.require(
                known == dimension,
                "learning.dimension",
                dimension,
                known + ", as in the rows that are stored; put it back, or start under a new application-id");
    }

    /** What queries ask; null when the embeddings are served. */
    @Nullable
    LiveRanking ranking() {
        return ranking;
    }

    /** Queries wait until {@link #unlock}: taken before anything is learned, one record at a time. */
    void lock() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }

    /** What queries are told of users before the store is asked. */
    WriteBackStore.Ahead ahead() {
        return storedUsers;
    }

    Pipeline pipeline() {
        return pipeline;
    }

    Prequential prequential() {
        return prequential;
    }

    /** Merges what was published since the last event. */
    void takeChanges() {
        view.takeChanges();
    }

    /**
     * Everything that changed and is not logged yet goes to the stores, of users to the changelog alone, and the items' part of
     * it to their owners.
     */
    void commit(ItemUpdates.Sink updates) {
        view.commit(pipeline.streamTimeMs(), updates);
        storedUsers.log();
        pending.append(pipeline.streamTimeMs());
        seen.append(pipeline.streamTimeMs());
        stores.notes().put(LearnerNotes.KEY, LearnerNotes.write(view.sequence(), pipeline::writeTo));
        saveUnpublished();
        saveSampler();
        if (rankerLog != null) {
            lock();
            try {
                rankerLog.commit();
            } finally {
                unlock();
            }
        }
    }

    /**
     * Logs users once many were touched. Otherwise all of a long commit's users are logged at its end: their rows have left the
     * cache by then, and the commit waits until the brokers have them. Who is touched again is logged again.
     */
    void logEarly() {
        if (users.touchedCount() >= LOGGED_TOGETHER) {
            storedUsers.log();
        }
    }

    /** The store has every user's row as it was logged last, so that a later start may rely on it. */
    void storeUsers() {
        storedUsers.storeAll();
    }

    /**
     * Items that were sent and are not published yet are in the catalog again before anything is read that names them: their
     * owners may be as far behind as this task was when it ended.
     */
    private void restoreUnpublished() {
        byte[] saved = unpublished.read();
        if (saved == null) {
            return;
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(saved))) {
            for (int left = in.readInt(); left > 0; left--) {
                int slot = in.readInt();
                view.unpublished().note(view.catalog().restore(EntityId.of(in.readUTF()), slot));
                hadUnpublished = true;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the notes of this learner cannot be read", e);
        }
    }

    private void saveUnpublished() {
        UnpublishedItems items = view.unpublished();
        int count = items.count();
        if (count == 0 && !hadUnpublished) {
            return;
        }
        hadUnpublished = count > 0;
        var bytes = new ByteArrayOutputStream(16 * count + Integer.BYTES);
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(count);
            for (int k = 0; k < count; k++) {
                out.writeInt(items.slot(k));
                out.writeUTF(view.catalog().item(items.slot(k)).text());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        unpublished.write(bytes.toByteArray());
    }

    private void restoreSampler() {
        byte[] saved = samplerState.read();
        if (saved == null) {
            return;
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(saved))) {
            pipeline.sampling().readFrom(in);
        } catch (IOException e) {
            throw new UncheckedIOException("the state of the sampler cannot be read", e);
        }
    }

    private void saveSampler() {
        if (!pipeline.sampling().remembers()) {
            return;
        }
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            pipeline.sampling().writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        samplerState.write(bytes.toByteArray());
    }

    Lead lead() {
        return view.lead();
    }

    void close() {
        if (ranking != null) {
            ranking.end();
        }
        view.close();
    }

    LearnerReport report() {
        Map<String, Map<String, Double>> metrics = new LinkedHashMap<>();
        metrics.put("learned", means(prequential.served()));
        metrics.put("embedding", means(prequential.embedding()));
        metrics.put("popular", means(prequential.popular()));
        metrics.put("random", means(prequential.random()));
        ClickCalibration calibration = pipeline.calibration();
        if (calibration != null) {
            metrics.put("clicks", calibration.metrics());
        }
        Balance balance = new Balance();
        balance.add(pipeline.balance());
        return new LearnerReport(
                balance,
                metrics,
                prequential.served().count(RankMetrics.Row.WHOLE),
                users.rows(),
                view.catalog().size(),
                view.inFlight(),
                pipeline.streamTimeMs(),
                examples,
                pipeline.learner().discarded(),
                pipeline.joiner().stateBytes()
                        + pipeline.seen().stateBytes()
                        + view.rows().stateBytes()
                        + view.counts().stateBytes()
                        + pipeline.sampling().stateBytes()
                        + rankerBytes(),
                pipeline.sampling().stateBytes(),
                pipeline.sampling().parts(),
                pipeline.sampling().falseNegatives().counts(),
                calibration == null ? null : calibration.scale());
    }

    private long rankerBytes() {
        if (ranker != null && commits++ % COMMITS_BETWEEN_SIZES == 0) {
            rankerBytes = ranker.stateBytes();
        }
        return rankerBytes;
    }

    private static Map<String, Double> means(RankMetrics metrics) {
        Map<String, Double> means = new LinkedHashMap<>();
        for (int k = 0; k < metrics.names().size(); k++) {
            means.put(metrics.names().get(k), metrics.mean(RankMetrics.Row.WHOLE, k));
            means.put(metrics.names().get(k) + ".fading", metrics.fading(k));
        }
        return means;
    }
}
