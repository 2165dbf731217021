package io.millrace.store;

import io.millrace.event.EntityId;
import io.millrace.learning.UserRows;
import io.millrace.sampling.RecentItems;
import java.nio.ByteBuffer;

/**
 * The bytes of a user's row, little-endian:
 *
 * <pre>
 *   length   field
 *   1        version, 1
 *   2        floats of the padded vector, p
 *   2        floats of optimiser state, s
 *   4        steps taken
 *   8        XOR of their digests
 *   8        last event time, epoch ms
 *   2 + n    id, UTF-8
 *   4 × p    vector
 *   4 × s    optimiser state
 *   2 + 16 k recent clicks, oldest first: item hash, event time
 *   2 + 16 k unclicked exposures, likewise
 *   4        CRC-32C of all before
 * </pre>
 */
public final class UserRowFormat {

    private static final byte VERSION = 1;
    private static final int FIXED = 1 + 2 + 2 + 4 + 8 + 8 + 2 + 2 + 2 + 4;

    private final RowBytes bytes = new RowBytes();

    public byte[] write(UserRows users, int row) {
        EntityId user = users.user(row);
        RecentItems clicked = users.clicked(row);
        RecentItems exposed = users.exposed(row);
        int floats = users.padded() + users.stateFloats();
        ByteBuffer out = bytes.start(FIXED + user.utf8().length + 4 * floats + 16 * (clicked.size() + exposed.size()));
        out.put(VERSION);
        out.putShort((short) users.padded()).putShort((short) users.stateFloats());
        out.putInt(users.updates(row)).putLong(users.digest(row)).putLong(users.lastMs(row));
        RowBytes.putId(out, user);
        RowBytes.putFloats(out, users.floats(), users.vector(row), users.padded());
        RowBytes.putFloats(out, users.floats(), users.state(row), users.stateFloats());
        putItems(out, clicked);
        putItems(out, exposed);
        return bytes.finish();
    }

    /** Fills a row that has just been started. */
    public void read(byte[] stored, UserRows users, int row) {
        ByteBuffer in = bytes.open(stored, VERSION, "user row");
        RowBytes.requireShape("user row", "floats of vector", in.getShort(), users.padded(), "learning.dimension");
        RowBytes.requireShape(
                "user row", "floats of optimiser state", in.getShort(), users.stateFloats(), "learning.optimizer");
        users.addSteps(row, in.getInt(), in.getLong());
        users.seenAt(row, in.getLong());
        users.rename(row, RowBytes.getId(in));
        RowBytes.getFloats(in, users.floats(), users.vector(row), users.padded());
        RowBytes.getFloats(in, users.floats(), users.state(row), users.stateFloats());
        getItems(in, users.clicked(row));
        getItems(in, users.exposed(row));
    }

    /**
     * A user's row by itself, for readers that have no table of rows.
     *
     * @param vector padded
     */
    public record Row(EntityId user, int updates, long digest, long lastMs, float[] vector, RecentItems clicked) {}

    /** Reads a row by itself. */
    public Row read(byte[] stored) {
        ByteBuffer in = bytes.open(stored, VERSION, "user row");
        float[] vector = new float[in.getShort()];
        int states = in.getShort();
        int updates = in.getInt();
        long digest = in.getLong();
        long lastMs = in.getLong();
        EntityId user = RowBytes.getId(in);
        RowBytes.getFloats(in, vector, 0, vector.length);
        in.position(in.position() + 4 * states);
        int count = in.getShort();
        RecentItems clicked = new RecentItems(Math.max(1, count));
        for (int k = 0; k < count; k++) {
            clicked.add(in.getLong(), in.getLong());
        }
        return new Row(user, updates, digest, lastMs, vector, clicked);
    }

    private static void putItems(ByteBuffer out, RecentItems items) {
        out.putShort((short) items.size());
        for (int k = items.size() - 1; k >= 0; k--) {
            out.putLong(items.item(k)).putLong(items.atMs(k));
        }
    }

    private static void getItems(ByteBuffer in, RecentItems items) {
        for (int k = in.getShort(); k > 0; k--) {
            items.add(in.getLong(), in.getLong());
        }
    }
}
