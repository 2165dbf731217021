package io.millrace.ranking;

import io.millrace.event.LongIndex;
import io.millrace.sampling.Catalog;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A blend as one partition serves it, with what it takes to have it again after a crash. All that its members know follows
 * from the clicks they were taught, in order, and from the items that were retired in between: so that is noted, click by
 * click, instead of the tables it changed. Only the weights, which also depend on what was scored, are kept as they are.
 *
 * <pre>
 *   click     1 byte 0 | user 8 | item 8 | event time 8 | slots in use 4 | n 2 | the user's last n items, newest first, 8 each
 *   retired   1 byte 1 | item 8                            all big-endian; ids by their hashes, 0 for an item that had left
 * </pre>
 *
 * <p>Not thread-safe.
 */
public final class JournaledRanker implements Ranker, Catalog.Listener {

    /** A chunk of the journal is at most about this long: half of what a broker takes as one record. */
    public static final int CHUNK_BYTES = 512 * 1024;

    private static final byte CLICK = 0;
    private static final byte RETIRED = 1;
    private static final int VERSION = 1;

    private final Blend blend;
    private final Catalog catalog;
    private final int reach;
    private final int longestEntry;
    private final Query query;
    private final List<byte[]> chunks = new ArrayList<>();
    private ByteBuffer open = ByteBuffer.allocate(4096);
    private long[] hashes = new long[1024];
    private long newestMs;

    private LongIndex strangers = new LongIndex();
    private int[] context;
    private long writtenSteps;

    /** @param catalog whose later retirements the blend is told of */
    public JournaledRanker(Blend blend, Catalog catalog) {
        this.blend = blend;
        this.catalog = catalog;
        reach = blend.reach();
        longestEntry = 31 + Long.BYTES * reach;
        query = new Query(catalog);
        context = new int[reach];
        catalog.listen(this);
    }

    /** Takes over a blend that has learned already, up to an event time. */
    public static JournaledRanker of(Blend learned, Catalog catalog, long newestMs) {
        JournaledRanker ranker = new JournaledRanker(learned, catalog);
        ranker.newestMs = newestMs;
        return ranker;
    }

    @Override
    public String name() {
        return blend.name();
    }

    /** Someone who asks beside the one who teaches. */
    public RankerReader newReader() {
        return new RankerReader(this, catalog);
    }

    Blend blend() {
        return blend;
    }

    /** The newest event time among the clicks, epoch milliseconds: asking as of then changes nothing that is learned. */
    public long newestMs() {
        return newestMs;
    }

    @Override
    public void score(Query asked, float[] out) {
        blend.score(asked, out);
    }

    @Override
    public void learn(Query answered, int slot) {
        note(answered, slot);
        newestMs = Math.max(newestMs, answered.atMs());
        blend.learn(answered, slot);
    }

    @Override
    public int reach() {
        return reach;
    }

    private void note(Query answered, int slot) {
        int n = Math.min(reach, answered.historySize());
        room(longestEntry);
        open.put(CLICK)
                .putLong(answered.user().hash())
                .putLong(catalog.item(slot).hash())
                .putLong(answered.atMs())
                .putInt(answered.slots())
                .putShort((short) n);
        for (int k = 0; k < n; k++) {
            open.putLong(answered.history(k) < 0 ? 0 : answered.clicked().item(k));
        }
    }

    @Override
    public void added(int slot) {
        if (slot >= hashes.length) {
            hashes = Arrays.copyOf(hashes, Math.max(slot + 1, hashes.length * 2));
        }
        hashes[slot] = catalog.item(slot).hash();
    }

    @Override
    public void retired(int slot) {
        room(longestEntry);
        open.put(RETIRED).putLong(hashes[slot]);
        blend.forget(slot);
    }

    @Override
    public void forget(int slot) {
        retired(slot);
    }

    private void room(int bytes) {
        if (open.remaining() >= bytes) {
            return;
        }
        if (open.position() + bytes > CHUNK_BYTES) {
            close();
        } else {
            open = ByteBuffer.allocate(Math.min(CHUNK_BYTES, open.capacity() * 2 + bytes))
                    .put(open.flip());
        }
    }

    private void close() {
        if (open.position() > 0) {
            chunks.add(Arrays.copyOf(open.array(), open.position()));
            open.clear();
        }
    }

    /** What was noted since the last call, oldest first. */
    public List<byte[]> takeChunks() {
        close();
        List<byte[]> taken = List.copyOf(chunks);
        chunks.clear();
        return taken;
    }

    /** True when the weights have moved since they were last written. */
    public boolean hasNewWeights() {
        return blend.steps() != writtenSteps;
    }

    public void writeWeights(DataOutput out) throws IOException {
        writtenSteps = blend.steps();
        blend.writeWeights(out);
    }

    public void readWeights(DataInput in) throws IOException {
        blend.readWeights(in);
    }

    /**
     * Teaches what was noted, again; to a new ranker, or to one read up to there. The catalog may have lost items since:
     * they are taught under slots of their own, as if they had been retired at the end.
     */
    public void replay(byte[] chunk) {
        ByteBuffer in = ByteBuffer.wrap(chunk);
        while (in.hasRemaining()) {
            if (in.get() == CLICK) {
                replayClick(in);
            } else {
                blend.forget(slot(in.getLong()));
            }
        }
    }

    private void replayClick(ByteBuffer in) {
        long user = in.getLong();
        int slot = slot(in.getLong());
        long atMs = in.getLong();
        int slots = in.getInt();
        int n = in.getShort();
        if (n > context.length) {
            context = new int[n];
        }
        for (int k = 0; k < n; k++) {
            long item = in.getLong();
            context[k] = item == 0 ? -1 : slot(item);
        }
        newestMs = Math.max(newestMs, atMs);
        blend.learn(query.startToLearn(user, context, n, atMs, slots), slot);
    }

    private int slot(long item) {
        int known = catalog.slotOf(item);
        if (known >= 0) {
            return known;
        }
        int stranger = strangers.get(item);
        if (stranger == LongIndex.ABSENT) {
            stranger = catalog.slots() + strangers.size();
            strangers.put(item, stranger);
        }
        return stranger;
    }

    /** Called after the last chunk. */
    public void endReplay() {
        for (int k = 0; k < strangers.size(); k++) {
            blend.forget(catalog.slots() + k);
        }
        strangers = new LongIndex();
    }

    @Override
    public long stateBytes() {
        return blend.stateBytes() + 8L * hashes.length + open.capacity();
    }

    @Override
    public void writeTo(DataOutput out, Catalog items) throws IOException {
        out.writeInt(VERSION);
        out.writeLong(newestMs);
        blend.writeTo(out, items);
    }

    @Override
    public void readFrom(DataInput in, Catalog items) throws IOException {
        int version = in.readInt();
        if (version != VERSION) {
            throw new IOException("the state of the served ranking has version " + version + ", expected " + VERSION);
        }
        newestMs = in.readLong();
        blend.readFrom(in, items);
    }
}
