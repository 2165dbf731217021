package io.millrace.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorNode;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.Query;
import org.apache.kafka.streams.query.QueryConfig;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;
import org.jspecify.annotations.Nullable;

/**
 * A logged RocksDB store whose owner keeps hot rows in memory of its own and logs the changed ones inside the transaction,
 * at the latest in its commit. As long as it has them in memory it need not store them before Kafka Streams notes how far of the
 * changelog is in the store: see {@link #onCheckpoint}.
 *
 * <p>The moment is what matters. Kafka Streams calls {@code flushCache()} on its caching stores while it prepares a
 * commit: after the last record was processed, before the producer is flushed and the offsets join the transaction.
 * Whatever is put, logged and forwarded then commits or aborts with the input that caused it. {@code StateStore.commit}
 * and commit callbacks run after the transaction and lose the rows; a punctuator that asks for a commit loses them when
 * a task is committed without being asked.
 *
 * <p>That hook, and the scope a processor needs to forward from it, are Kafka's internals: this is the one class that
 * names them, and a test fails when the order of calls changes.
 */
public final class WriteBackStore implements StateStore, CachedStateStore<byte[], byte[]> {

    private final KeyValueStore<Bytes, byte[]> inner;
    private @Nullable Runnable flush;
    private @Nullable Runnable checkpoint;
    private volatile @Nullable Ahead ahead;
    private @Nullable InternalProcessorContext<?, ?> context;
    private @Nullable ProcessorNode<?, ?, ?, ?> owner;

    WriteBackStore(KeyValueStore<Bytes, byte[]> inner) {
        this.inner = inner;
    }

    /**
     * Sets what runs in every commit of the task, in the scope of the processor whose {@code init} calls this: it may
     * log rows and forward records.
     */
    public void onCommit(ProcessorContext<?, ?> processor, Runnable flush) {
        context = (InternalProcessorContext<?, ?>) processor;
        owner = context.currentNode();
        this.flush = flush;
    }

    /**
     * Sets what brings the store up to the changelog, with {@link #batch}. Kafka Streams asks for it when it notes an
     * offset of the changelog beside the rows: at every commit under at-least-once, under exactly-once only when a task is
     * let go of, since it would not trust the store after any other end.
     */
    public void onCheckpoint(Runnable checkpoint) {
        this.checkpoint = checkpoint;
    }

    /** What an owner has in memory and the store has not, or not as it is; asked by any thread. */
    public interface Ahead {

        /** The row as it is in memory, or null when what the store has counts. */
        byte @Nullable [] row(byte[] key);

        /** Logged rows that the store does not have at all. */
        long rows();
    }

    /** Sets who is asked for a row before the store is. */
    public void onRead(Ahead ahead) {
        this.ahead = ahead;
    }

    /** Drops what {@code onCommit}, {@code onCheckpoint} and {@code onRead} set: the processor is closing. */
    public void detach() {
        flush = null;
        checkpoint = null;
        ahead = null;
    }

    /** For logged rows that are stored together: RocksDB takes many in one write. Close it. */
    public Batch batch() {
        return new Batch();
    }

    /** Logs a row that is stored later: while a record is processed, or from what {@link #onCommit} set. */
    public void log(byte[] key, byte @Nullable [] row) {
        InternalProcessorContext<?, ?> scope = Objects.requireNonNull(context, "no processor has this store");
        long atMs = scope.recordContext().timestamp();
        scope.logChange(name(), Bytes.wrap(key), row, atMs, new RecordHeaders(), getPosition());
    }

    /** See {@link #batch}. What is put is not read back before the batch is closed. */
    public final class Batch implements AutoCloseable {

        /** A power of two. */
        private static final int ROWS = 8192;

        private final List<KeyValue<Bytes, byte[]>> rows = new ArrayList<>();

        public void put(byte[] key, byte @Nullable [] row) {
            rows.add(KeyValue.pair(Bytes.wrap(key), row));
            if (rows.size() == ROWS) {
                close();
            }
        }

        @Override
        public void close() {
            inner.putAll(inOrder());
            rows.clear();
        }

        /** RocksDB finds the place of a row sooner when it is near that of the row before: by key, up to its last bits. */
        private List<KeyValue<Bytes, byte[]>> inOrder() {
            long[] order = new long[rows.size()];
            for (int k = 0; k < order.length; k++) {
                order[k] = start(rows.get(k).key.get()) & -ROWS | k;
            }
            Arrays.sort(order);
            List<KeyValue<Bytes, byte[]>> sorted = new ArrayList<>(order.length);
            for (long place : order) {
                sorted.add(rows.get((int) place & ROWS - 1));
            }
            return sorted;
        }

        /** The first bytes of a key, as a number in the order of keys. */
        private static long start(byte[] key) {
            return key.length < Long.BYTES
                    ? Long.MIN_VALUE
                    : ByteBuffer.wrap(key).getLong() ^ Long.MIN_VALUE;
        }
    }

    /** The row as its owner has it now, or as it was stored; safe from any thread. */
    public byte @Nullable [] get(byte[] key) {
        Ahead asked = ahead;
        byte[] row = asked == null ? null : asked.row(key);
        return row != null ? row : stored(key);
    }

    /** The row as it was stored last. */
    public byte @Nullable [] stored(byte[] key) {
        return inner.get(Bytes.wrap(key));
    }

    /** Every row; close it. */
    public KeyValueIterator<Bytes, byte[]> all() {
        return inner.all();
    }

    public long approximateNumEntries() {
        Ahead asked = ahead;
        return inner.approximateNumEntries() + (asked == null ? 0 : asked.rows());
    }

    @Override
    public void flushCache() {
        Runnable work = flush;
        InternalProcessorContext<?, ?> scope = context;
        if (work == null || scope == null) {
            return;
        }
        ProcessorNode<?, ?, ?, ?> before = scope.currentNode();
        scope.setCurrentNode(owner);
        try {
            work.run();
        } finally {
            scope.setCurrentNode(before);
        }
    }

    @Override
    public boolean setFlushListener(CacheFlushListener<byte[], byte[]> listener, boolean sendOldValues) {
        return false;
    }

    /** The rows in memory belong to a processor, which starts again from the store in its own {@code init}. */
    @Override
    public void clearCache() {
        detach();
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public void init(StateStoreContext stateStoreContext, StateStore root) {
        detach();
        inner.init(stateStoreContext, root);
    }

    @Override
    public void commit(Map<TopicPartition, Long> changelogOffsets) {
        Runnable work = checkpoint;
        if (work != null) {
            work.run();
        }
        inner.commit(changelogOffsets);
    }

    @Override
    public @Nullable Long committedOffset(TopicPartition partition) {
        return inner.committedOffset(partition);
    }

    @Override
    @SuppressWarnings("deprecation")
    public boolean managesOffsets() {
        return inner.managesOffsets();
    }

    @Override
    public void close() {
        detach();
        inner.close();
    }

    @Override
    public boolean persistent() {
        return inner.persistent();
    }

    @Override
    public boolean isOpen() {
        return inner.isOpen();
    }

    @Override
    public <R> QueryResult<R> query(Query<R> query, PositionBound positionBound, QueryConfig config) {
        return inner.query(query, positionBound, config);
    }

    @Override
    public Position getPosition() {
        return inner.getPosition();
    }
}
