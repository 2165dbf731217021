package io.millrace.ranking;

import io.millrace.sampling.Catalog;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * How new an item is: s(j) = -ln(1 + age of j / unit), the age counted from its first click. On news the interest in an
 * article ends long before its counts have faded, and a count alone cannot tell a rising article from a falling one. Not
 * thread-safe.
 */
public final class Freshness implements Ranker {

    private static final long NEVER = Long.MIN_VALUE;

    private final long unitMs;
    private long[] first = new long[0];

    /** @param unitMs the age at which an item has lost ln 2, milliseconds; at least 1 */
    public Freshness(long unitMs) {
        this.unitMs = unitMs;
    }

    @Override
    public String name() {
        return "freshness";
    }

    @Override
    public void score(Query query, float[] out) {
        room(query.slots());
        float perMs = 1f / unitMs;
        for (int slot = 0; slot < query.slots(); slot++) {
            long age = first[slot] == NEVER ? 0 : Math.max(0, query.atMs() - first[slot]);
            out[slot] = -FastLog.log(1 + age * perMs);
        }
    }

    @Override
    public void learn(Query query, int slot) {
        room(slot + 1);
        if (first[slot] == NEVER) {
            first[slot] = query.atMs();
        }
    }

    private void room(int slots) {
        if (slots > first.length) {
            int old = first.length;
            first = Arrays.copyOf(first, Math.max(64, Math.max(slots, old * 2)));
            Arrays.fill(first, old, first.length, NEVER);
        }
    }

    @Override
    public void forget(int slot) {
        if (slot < first.length) {
            first[slot] = NEVER;
        }
    }

    @Override
    public long stateBytes() {
        return 8L * first.length;
    }

    @Override
    public void writeTo(DataOutput out, Catalog catalog) throws IOException {
        int slots = Math.min(catalog.slots(), first.length);
        out.writeInt(SlotBytes.active(catalog, slots));
        for (int slot = 0; slot < slots; slot++) {
            if (catalog.isActive(slot)) {
                out.writeLong(catalog.item(slot).hash());
                out.writeLong(first[slot]);
            }
        }
    }

    @Override
    public void readFrom(DataInput in, Catalog catalog) throws IOException {
        for (int items = in.readInt(); items > 0; items--) {
            int slot = catalog.slotOf(in.readLong());
            long atMs = in.readLong();
            if (slot >= 0) {
                room(slot + 1);
                first[slot] = atMs;
            }
        }
    }
}
