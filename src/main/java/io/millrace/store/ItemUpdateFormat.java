package io.millrace.store;

import io.millrace.event.EntityId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The bytes of a record on {@code item-updates}: what one learner partition did to many items of one item partition in
 * one commit, as sums, so that owners may add them in any order. Little-endian.
 *
 * <pre>
 *   length   field
 *   1        version, 1
 *   4        learner partition
 *   8        sequence of the record among those of its learner
 *   2 + 2    floats of vectors v, floats of scalars s
 *   8        landmark of the decayed counts, epoch ms
 *   4        items
 *   then per item
 *   1        flags: 1 floats present
 *   2 + n    id, UTF-8
 *   4        slot
 *   4 + 4    exposures, clicks
 *   8 + 8    decayed exposures, decayed clicks
 *   8        last event time, epoch ms
 *   and where floats are present
 *   4 + 4    steps, moves of any float
 *   8        XOR of the steps' digests
 *   4(v + s) changes of vectors and scalars
 *   then
 *   4        CRC-32C of all before
 * </pre>
 */
public final class ItemUpdateFormat {

    private static final byte VERSION = 1;
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

        public void start(int partition, long sequence, long landmarkMs) {
            out.clear();
            items = 0;
            out.put(VERSION).putInt(partition).putLong(sequence);
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
            byte[] id = item.text().getBytes(StandardCharsets.UTF_8);
            room(64 + id.length + 4 * (vectors + scalars));
            out.put((byte) (withFloats ? 1 : 0));
            RowBytes.putText(out, id);
            out.putInt(slot).putInt(exposures).putInt(clicks);
            out.putDouble(decayedExposures).putDouble(decayedClicks).putLong(lastMs);
            items++;
        }

        public void addFloats(
                int updates,
                int changes,
                long digest,
                float[] vectorChanges,
                int vectorAt,
                float[] scalarChanges,
                int scalarAt) {
            out.putInt(updates).putInt(changes).putLong(digest);
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
        if (in.get() != VERSION) {
            throw new UnreadableRow("item update has version " + record[0] + ", expected " + VERSION
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
        change.hasFloats = in.get() == 1;
        change.item = EntityId.of(RowBytes.getText(in));
        change.slot = in.getInt();
        change.exposures = in.getInt();
        change.clicks = in.getInt();
        change.decayedExposures = in.getDouble();
        change.decayedClicks = in.getDouble();
        change.lastMs = in.getLong();
        change.updates = 0;
        change.changes = 0;
        change.digest = 0;
        if (change.hasFloats) {
            change.updates = in.getInt();
            change.changes = in.getInt();
            change.digest = in.getLong();
            RowBytes.getFloats(in, change.vectors, 0, vectors);
            RowBytes.getFloats(in, change.scalars, 0, scalars);
        }
    }
}
