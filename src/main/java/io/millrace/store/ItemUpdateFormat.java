package io.millrace.store;

import io.millrace.event.EntityId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The bytes of a record on {@code item-updates}: what one learner partition did to many items of one item partition in
 * one commit, as sums, so that owners may add them in any order. Little-endian.
 *
 * <pre>
 *   length   field
 *   1        version: 2 when a learner started an item at a bias, else 1
 *   4        learner partition
 *   8        sequence of the record among those of its learner
 *   2 + 2    floats of vectors v, floats of scalars s
 *   8        landmark of the decayed counts, epoch ms
 *   4        items
 *   then per item
 *   1        flags: 1 floats present, 2 start present
 *   2 + n    id, UTF-8
 *   4        slot
 *   4 + 4    exposures, clicks
 *   8 + 8    decayed exposures, decayed clicks
 *   8        last event time, epoch ms
 *   and where floats are present
 *   4 + 4    steps, moves of any float
 *   8        XOR of the steps' digests
 *   4        bias that the changes start from, where the start is present
 *   4(v + s) changes of vectors and scalars
 *   then
 *   4        CRC-32C of all before
 * </pre>
 */
public final class ItemUpdateFormat {

    private static final byte WITHOUT_STARTS = 1;
    private static final byte WITH_STARTS = 2;
    private static final int FLOATS = 1;
    private static final int START = 2;
    private static final int HEADER = 1 + 4 + 8 + 2 + 2 + 8 + 4;
    private static final int COUNT_AT = HEADER - 4;

    /** Records are closed before they exceed this, well below Kafka's default limit of 1 MiB. */
    private static final int TARGET_BYTES = 768 * 1024;

    /** Takes each item of a record as it is read. */
    public interface Reader {
        void item(ItemRow change);
    }

    private final int vectors;
    private final int scalars;
    private final CRC32C checksum = new CRC32C();

    public ItemUpdateFormat(int vectorStride, int scalarStride) {
        vectors = vectorStride;
        scalars = scalarStride;
    }

    /** Packs one record; reused after {@link #finish}. */
    public final class Writer {

        private ByteBuffer out = ByteBuffer.allocate(64 * 1024).order(ByteOrder.LITTLE_ENDIAN);
        private int items;
        private int flagsAt;
        private boolean hasStarts;

        public void start(int partition, long sequence, long landmarkMs) {
            out.clear();
            items = 0;
            hasStarts = false;
            out.put(WITHOUT_STARTS).putInt(partition).putLong(sequence);
            out.putShort((short) vectors).putShort((short) scalars);
            out.putLong(landmarkMs).putInt(0);
        }

        /** Adds an item's counts; {@link #addFloats} must follow when {@code withFloats}. */
        public void add(
                EntityId item,
                int slot,
                int exposures,
                int clicks,
                double decayedExposures,
                double decayedClicks,
                long lastMs,
                boolean withFloats) {
            room(68 + item.utf8().length + 4 * (vectors + scalars));
            flagsAt = out.position();
            out.put((byte) (withFloats ? FLOATS : 0));
            RowBytes.putId(out, item);
            out.putInt(slot).putInt(exposures).putInt(clicks);
            out.putDouble(decayedExposures).putDouble(decayedClicks).putLong(lastMs);
            items++;
        }

        /** @param startBias that the changes start from, where this learner started the row at it; else NaN */
        public void addFloats(
                int updates,
                int changes,
                long digest,
                float startBias,
                float[] vectorChanges,
                int vectorAt,
                float[] scalarChanges,
                int scalarAt) {
            out.putInt(updates).putInt(changes).putLong(digest);
            if (!Float.isNaN(startBias)) {
                hasStarts = true;
                out.put(flagsAt, (byte) (FLOATS | START));
                out.putFloat(startBias);
            }
            RowBytes.putFloats(out, vectorChanges, vectorAt, vectors);
            RowBytes.putFloats(out, scalarChanges, scalarAt, scalars);
        }

        public boolean isEmpty() {
            return items == 0;
        }

        public boolean isFull() {
            return out.position() >= TARGET_BYTES;
        }

        public byte[] finish() {
            out.put(0, hasStarts ? WITH_STARTS : WITHOUT_STARTS);
            out.putInt(COUNT_AT, items);
            room(4);
            checksum.reset();
            checksum.update(out.array(), 0, out.position());
            out.putInt((int) checksum.getValue());
            byte[] record = new byte[out.position()];
            System.arraycopy(out.array(), 0, record, 0, record.length);
            items = 0;
            return record;
        }

        private void room(int bytes) {
            if (out.remaining() < bytes) {
                ByteBuffer larger =
                        ByteBuffer.allocate(2 * out.capacity() + bytes).order(ByteOrder.LITTLE_ENDIAN);
                out = larger.put(out.flip());
            }
        }
    }

    /** Who sent an update, and as which of its records. */
    public record Origin(int partition, long sequence) {}

    /** Reads a record item by item through one reused {@code change}. */
    public Origin read(byte[] record, ItemRow change, Reader reader) {
        ByteBuffer in = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
        checksum.reset();
        checksum.update(record, 0, Math.max(0, record.length - 4));
        if (record.length < HEADER + 4 || in.getInt(record.length - 4) != (int) checksum.getValue()) {
            throw new UnreadableRow("item update of " + record.length + " bytes fails its checksum");
        }
        byte version = in.get();
        if (version != WITHOUT_STARTS && version != WITH_STARTS) {
            throw new UnreadableRow("item update has version " + version + ", expected at most " + WITH_STARTS
                    + "; finish the upgrade of all instances first");
        }
        Origin origin = new Origin(in.getInt(), in.getLong());
        RowBytes.requireShape(
                "item update", "floats of vectors", in.getShort(), vectors, "learning.dimension or .tied");
        RowBytes.requireShape("item update", "floats of scalars", in.getShort(), scalars, "learning.optimizer");
        change.landmarkMs = in.getLong();
        for (int items = in.getInt(); items > 0; items--) {
            readItem(in, change);
            reader.item(change);
        }
        return origin;
    }

    private void readItem(ByteBuffer in, ItemRow change) {
        int flags = in.get();
        change.hasFloats = (flags & FLOATS) != 0;
        change.item = RowBytes.getId(in);
        change.slot = in.getInt();
        change.exposures = in.getInt();
        change.clicks = in.getInt();
        change.decayedExposures = in.getDouble();
        change.decayedClicks = in.getDouble();
        change.lastMs = in.getLong();
        change.updates = 0;
        change.changes = 0;
        change.digest = 0;
        change.startBias = Float.NaN;
        if (change.hasFloats) {
            change.updates = in.getInt();
            change.changes = in.getInt();
            change.digest = in.getLong();
            change.startBias = (flags & START) != 0 ? in.getFloat() : Float.NaN;
            RowBytes.getFloats(in, change.vectors, 0, vectors);
            RowBytes.getFloats(in, change.scalars, 0, scalars);
        }
    }
}
