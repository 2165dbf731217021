package io.millrace.store;

import java.nio.ByteBuffer;

/**
 * The bytes of an item's row, little-endian; the value in the {@code item-rows} store and on its changelog.
 *
 * <pre>
 *   length   field
 *   1        version, 1
 *   1        flags: 1 floats present
 *   2        floats of vectors, v (target, then context unless tied; each padded)
 *   2        floats of scalars, s (bias, then optimiser state)
 *   4        slot
 *   8 + 8    exposures, clicks
 *   8 + 8    decayed exposures, decayed clicks, from the landmark
 *   8        landmark, epoch ms
 *   8        last event time, epoch ms
 *   4 + 4    steps taken, moves of any float
 *   8        XOR of their digests
 *   2 + n    id, UTF-8
 *   4 × v    vectors, when present
 *   4 × s    scalars, when present
 *   4        CRC-32C of all before
 * </pre>
 */
public final class ItemRowFormat {

    private static final byte VERSION = 1;
    private static final int FIXED = 1 + 1 + 2 + 2 + 4 + 6 * 8 + 4 + 4 + 8 + 2 + 4;

    private final RowBytes bytes = new RowBytes();

    public byte[] write(ItemRow row) {
        ByteBuffer out = bytes.start(FIXED + row.item.utf8().length + 4 * (row.vectors.length + row.scalars.length));
        out.put(VERSION).put((byte) (row.hasFloats ? 1 : 0));
        out.putShort((short) row.vectors.length).putShort((short) row.scalars.length);
        out.putInt(row.slot).putLong(row.exposures).putLong(row.clicks);
        out.putDouble(row.decayedExposures).putDouble(row.decayedClicks);
        out.putLong(row.landmarkMs).putLong(row.lastMs);
        out.putInt(row.updates).putInt(row.changes).putLong(row.digest);
        RowBytes.putId(out, row.item);
        if (row.hasFloats) {
            RowBytes.putFloats(out, row.vectors, 0, row.vectors.length);
            RowBytes.putFloats(out, row.scalars, 0, row.scalars.length);
        }
        return bytes.finish();
    }

    public void read(byte[] stored, ItemRow row) {
        ByteBuffer in = bytes.open(stored, VERSION, "item row");
        row.hasFloats = in.get() == 1;
        RowBytes.requireShape(
                "item row", "floats of vectors", in.getShort(), row.vectors.length, "learning.dimension or .tied");
        RowBytes.requireShape("item row", "floats of scalars", in.getShort(), row.scalars.length, "learning.optimizer");
        row.slot = in.getInt();
        row.exposures = in.getLong();
        row.clicks = in.getLong();
        row.decayedExposures = in.getDouble();
        row.decayedClicks = in.getDouble();
        row.landmarkMs = in.getLong();
        row.lastMs = in.getLong();
        row.updates = in.getInt();
        row.changes = in.getInt();
        row.digest = in.getLong();
        row.item = RowBytes.getId(in);
        if (row.hasFloats) {
            RowBytes.getFloats(in, row.vectors, 0, row.vectors.length);
            RowBytes.getFloats(in, row.scalars, 0, row.scalars.length);
        }
    }
}
