package io.millrace.store;

import io.millrace.ranking.JournaledRanker;
import io.millrace.sampling.Catalog;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The served ranking in a store: a snapshot, the journal since, and the weights as they are. Each commit appends what was
 * noted since the one before. When the journal has outgrown the snapshot the ranking is written anew: serialised at once,
 * then put page by page over the following commits, and in force when the last page is, with which the old pages and the
 * journal before go. So a click is written about twice in its life, whatever it changed, and a start reads at most about
 * twice the ranking's size.
 *
 * <pre>
 *   key                                   value
 *   0                                     version 1 | snapshot in force 4 | its pages 4, bytes 8 | first chunk after it 8
 *   1                                     weights
 *   2 | number of the chunk 8             chunk of the journal
 *   3 | snapshot 4 | page 4               page of a snapshot                     all big-endian
 * </pre>
 */
public final class RankerLog {

    private static final byte VERSION = 1;
    private static final Bytes HEAD = Bytes.wrap(new byte[] {0});
    private static final Bytes WEIGHTS = Bytes.wrap(new byte[] {1});
    private static final byte CHUNK = 2;
    private static final byte PAGE = 3;
    private static final int PAGE_BYTES = 512 * 1024;

    /** Pages put in a commit that has little else to write. */
    private static final int LEAST_PAGES = 4;

    private final KeyValueStore<Bytes, byte[]> store;
    private final JournaledRanker ranker;
    private final Catalog catalog;
    private final long leastBytes;

    private int generation;
    private int pages;
    private long snapshotBytes;
    private long firstChunk;
    private long nextChunk;
    private long journalBytes;
    private @Nullable Snapshot writing;

    /** Reads what the store holds into {@code ranker}, which has learned nothing yet. */
    public RankerLog(KeyValueStore<Bytes, byte[]> store, JournaledRanker ranker, Catalog catalog) {
        this(store, ranker, catalog, 16L << 20);
    }

    /** @param leastBytes of journal before a snapshot is worth it */
    RankerLog(KeyValueStore<Bytes, byte[]> store, JournaledRanker ranker, Catalog catalog, long leastBytes) {
        this.store = store;
        this.ranker = ranker;
        this.catalog = catalog;
        this.leastBytes = leastBytes;
        try {
            read();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the state of the served ranking in store " + store.name()
                            + " cannot be read; was ranking.served, or a setting of it, changed without a reset?",
                    e);
        }
    }

    /** Writes all that a ranker has learned as one snapshot, into a store that holds nothing yet. */
    public static void write(KeyValueStore<Bytes, byte[]> store, JournaledRanker learned, Catalog catalog) {
        RankerLog log = new RankerLog(learned, catalog, store);
        log.putWeights();
        log.putPages(log.new Snapshot(0), Integer.MAX_VALUE);
    }

    /** Of a store that holds nothing and a ranker that has learned. */
    private RankerLog(JournaledRanker learned, Catalog catalog, KeyValueStore<Bytes, byte[]> empty) {
        store = empty;
        ranker = learned;
        this.catalog = catalog;
        leastBytes = 0;
    }

    private void read() throws IOException {
        byte[] head = store.get(HEAD);
        if (head != null) {
            readHead(ByteBuffer.wrap(head));
            ranker.readFrom(new DataInputStream(new Pages()), catalog);
        }
        nextChunk = firstChunk;
        try (KeyValueIterator<Bytes, byte[]> journal = store.range(chunkKey(0), chunkKey(Long.MAX_VALUE))) {
            while (journal.hasNext()) {
                var chunk = journal.next();
                ranker.replay(chunk.value);
                journalBytes += chunk.value.length;
                nextChunk = ByteBuffer.wrap(chunk.key.get(), 1, Long.BYTES).getLong() + 1;
            }
        }
        ranker.endReplay();
        byte[] weights = store.get(WEIGHTS);
        if (weights != null) {
            ranker.readWeights(new DataInputStream(new ByteArrayInputStream(weights)));
        }
        dropUnfinished();
    }

    private void readHead(ByteBuffer head) throws IOException {
        byte version = head.get();
        if (version != VERSION) {
            throw new IOException("version = " + version + ", expected " + VERSION);
        }
        generation = head.getInt();
        pages = head.getInt();
        snapshotBytes = head.getLong();
        firstChunk = head.getLong();
    }

    /** A snapshot that was not finished is begun again when it is due. */
    private void dropUnfinished() {
        for (int page = 0; store.get(pageKey(generation + 1, page)) != null; page++) {
            store.put(pageKey(generation + 1, page), null);
        }
    }

    /** Writes what was learned since the last commit. */
    public void commit() {
        long written = append();
        if (ranker.hasNewWeights()) {
            putWeights();
        }
        if (writing == null && journalBytes > Math.max(leastBytes, snapshotBytes)) {
            writing = new Snapshot(nextChunk);
        }
        if (writing != null) {
            putPages(writing, LEAST_PAGES + (int) (2 * written / PAGE_BYTES));
        }
    }

    private long append() {
        long written = 0;
        for (byte[] chunk : ranker.takeChunks()) {
            store.put(chunkKey(nextChunk++), chunk);
            written += chunk.length;
        }
        journalBytes += written;
        return written;
    }

    private void putWeights() {
        var bytes = new ByteArrayOutputStream();
        try {
            ranker.writeWeights(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        store.put(WEIGHTS, bytes.toByteArray());
    }

    private void putPages(Snapshot snapshot, int most) {
        for (int k = 0; k < most && !snapshot.left.isEmpty(); k++) {
            store.put(pageKey(generation + 1, snapshot.put++), snapshot.left.remove());
        }
        if (snapshot.left.isEmpty()) {
            finish(snapshot);
            writing = null;
        }
    }

    private void finish(Snapshot snapshot) {
        for (int page = 0; page < pages; page++) {
            store.put(pageKey(generation, page), null);
        }
        for (long chunk = firstChunk; chunk < snapshot.nextChunk; chunk++) {
            store.put(chunkKey(chunk), null);
        }
        generation++;
        pages = snapshot.put;
        snapshotBytes = snapshot.bytes;
        firstChunk = snapshot.nextChunk;
        journalBytes -= snapshot.journalBytes;
        store.put(
                HEAD,
                ByteBuffer.allocate(25)
                        .put(VERSION)
                        .putInt(generation)
                        .putInt(pages)
                        .putLong(snapshotBytes)
                        .putLong(firstChunk)
                        .array());
    }

    private static Bytes chunkKey(long chunk) {
        return Bytes.wrap(
                ByteBuffer.allocate(1 + Long.BYTES).put(CHUNK).putLong(chunk).array());
    }

    private static Bytes pageKey(int generation, int page) {
        return Bytes.wrap(ByteBuffer.allocate(1 + 2 * Integer.BYTES)
                .put(PAGE)
                .putInt(generation)
                .putInt(page)
                .array());
    }

    /** The ranking as it is, in pages that are still to be put. */
    private final class Snapshot extends OutputStream {

        final long nextChunk;
        final long journalBytes = RankerLog.this.journalBytes;
        final long bytes;
        final ArrayDeque<byte[]> left = new ArrayDeque<>();
        int put;
        private byte[] page = new byte[PAGE_BYTES];
        private int at;

        Snapshot(long nextChunk) {
            this.nextChunk = nextChunk;
            try {
                ranker.writeTo(new DataOutputStream(this), catalog);
            } catch (IOException e) {
                throw new UncheckedIOException("writing to memory failed", e);
            }
            bytes = (long) left.size() * PAGE_BYTES + at;
            left.add(Arrays.copyOf(page, at));
            page = new byte[0];
        }

        @Override
        public void write(int b) {
            if (at == PAGE_BYTES) {
                turn();
            }
            page[at++] = (byte) b;
        }

        @Override
        public void write(byte[] bytes, int from, int count) {
            int next = from;
            while (next < from + count) {
                if (at == PAGE_BYTES) {
                    turn();
                }
                int part = Math.min(from + count - next, PAGE_BYTES - at);
                System.arraycopy(bytes, next, page, at, part);
                at += part;
                next += part;
            }
        }

        private void turn() {
            left.add(page);
            page = new byte[PAGE_BYTES];
            at = 0;
        }
    }

    /** The snapshot in force, read page by page. */
    private final class Pages extends InputStream {

        private byte[] page = new byte[0];
        private int next;
        private int at;

        @Override
        public int read() {
            return isAtEnd() ? -1 : page[at++] & 0xFF;
        }

        @Override
        public int read(byte[] into, int from, int count) {
            if (count == 0) {
                return 0;
            }
            if (isAtEnd()) {
                return -1;
            }
            int part = Math.min(count, page.length - at);
            System.arraycopy(page, at, into, from, part);
            at += part;
            return part;
        }

        private boolean isAtEnd() {
            while (at == page.length && next < pages) {
                byte[] found = store.get(pageKey(generation, next++));
                if (found == null) {
                    throw new UnreadableRow("page " + (next - 1) + " of " + pages + " of the served ranking in store "
                            + store.name() + " is missing");
                }
                page = found;
                at = 0;
            }
            return at == page.length;
        }
    }
}
