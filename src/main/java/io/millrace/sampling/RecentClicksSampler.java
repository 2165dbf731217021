package io.millrace.sampling;

import io.millrace.event.LongIndex;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * What other users clicked last, each click of the last R equally likely:
 *
 * <pre>
 *   q(j) = (n_j - n_uj) / (n - n_u)
 * </pre>
 *
 * <p>n counts the clicks in the ring, n_u those of the user who is drawn for. Hot items become negatives of those who did
 * not click them as often as they are positives of those who did. Support is partial: items nobody clicked lately are
 * never drawn.
 *
 * <p>The ring holds, with each click, where the same user's click before it is: the user's own are found by following
 * that chain, and an item's retirement is found by its generation. Who clicked lies beside what was clicked, and an item's
 * clicks beside its generation, so that a draw waits for memory twice.
 */
final class RecentClicksSampler implements Proposal, SamplerState, Catalog.Listener {

    /** Of the generation before all others, in the first slot, so that it need not be told from others to be looked up. */
    private static final long GONE = -1L << 32;

    private final Catalog catalog;
    private final int capacity;
    private final LongIndex lastOfUser = new LongIndex();

    /** Per place, the user and the stamp of the item: generation, then slot; {@link #GONE} when it is not known any more. */
    private long[] ring = new long[2 * 16];

    /** The number, counted from the first click ever, of the same user's click before; -1 when there is none. */
    private long[] previous = new long[16];

    /** Per slot the items that have left it, then the clicks in the ring on the one that has it. */
    private long[] items = new long[1024];

    /** Clicks ever added; the ring holds the last {@code size} of them. */
    private long added;

    private int size;
    private int live;

    private long context = -1;
    private int own;
    private int newest;
    private final SlotFilter ownFilter = new SlotFilter();
    private int[] ownSlots = new int[16];

    /** @param capacity R, clicks remembered; at least 1 */
    RecentClicksSampler(Catalog catalog, int capacity) {
        this.catalog = catalog;
        this.capacity = capacity;
        catalog.listen(this);
    }

    @Override
    public String name() {
        return "recent-clicks";
    }

    @Override
    public QKind qKind() {
        return QKind.PARTIAL;
    }

    @Override
    public boolean isEmpty(Draw draw) {
        collect(draw);
        return live == own;
    }

    @Override
    public int draw(Draw draw) {
        if (isEmpty(draw)) {
            return NOTHING;
        }
        int at = before(newest, draw.random().nextInt(size));
        int slot = slot(at);
        return slot < 0 || user(at) == draw.user() ? RETRY : slot;
    }

    @Override
    public void draw(Draw draw, int count, int[] slots, double[] q) {
        if (isEmpty(draw)) {
            Arrays.fill(slots, 0, count, NOTHING);
            return;
        }
        for (int k = 0; k < count; k++) {
            slots[k] = before(newest, draw.random().nextInt(size));
        }
        long user = draw.user();
        double perClick = 1.0 / (live - own);
        for (int k = 0; k < count; k++) {
            int place = slots[k];
            long stamp = ring[2 * place + 1];
            int slot = (int) stamp;
            long item = items[slot];
            boolean isOthers = item >>> 32 == stamp >>> 32 && ring[2 * place] != user;
            slots[k] = isOthers ? slot : RETRY;
            q[k] = ((int) item - countOfOwn(slot)) * perClick;
        }
    }

    @Override
    public double probability(Draw draw, int slot) {
        return isEmpty(draw) || slot >= items.length ? 0 : countOfOthers(slot) * (1.0 / (live - own));
    }

    private int countOfOthers(int slot) {
        return (int) items[slot] - countOfOwn(slot);
    }

    private int countOfOwn(int slot) {
        return ownFilter.mayContain(slot) ? searchOwn(slot) : 0;
    }

    private int searchOwn(int slot) {
        int count = 0;
        for (int k = 0; k < own; k++) {
            count += ownSlots[k] == slot ? 1 : 0;
        }
        return count;
    }

    @Override
    public double excludedMass(Draw draw) {
        if (isEmpty(draw)) {
            return 0;
        }
        int count = 0;
        for (int k = 0; k < draw.exclusions().size(); k++) {
            int slot = draw.exclusions().slot(k);
            count += slot < items.length ? countOfOthers(slot) : 0;
        }
        return (double) count / (live - own);
    }

    /** Finds the user's own clicks, once per context. */
    private void collect(Draw draw) {
        if (draw.contexts() == context) {
            return;
        }
        context = draw.contexts();
        own = 0;
        newest = size == 0 ? 0 : at(added - 1);
        int last = lastOfUser.get(draw.user());
        ownFilter.clear();
        for (long click = last < 0 ? -1 : numberOf(last); click >= added - size; ) {
            int at = before(newest, (int) (added - 1 - click));
            int slot = slot(at);
            if (slot >= 0) {
                addOwn(slot);
                ownFilter.add(slot);
            }
            click = previous[at];
        }
    }

    /** The place so many clicks before another; no division, which a draw would wait for. */
    private int before(int place, int clicks) {
        int at = place - clicks;
        return at < 0 ? at + previous.length : at;
    }

    private long user(int place) {
        return ring[2 * place];
    }

    /** The slot of a click's item, or -1 when the item has gone. */
    private int slot(int place) {
        return slotOf(ring[2 * place + 1]);
    }

    private int slotOf(long stamp) {
        int slot = (int) stamp;
        return items[slot] >>> 32 == stamp >>> 32 ? slot : -1;
    }

    private long stamp(int slot) {
        return items[slot] >>> 32 << 32 | slot;
    }

    private void addOwn(int slot) {
        if (own == ownSlots.length) {
            ownSlots = Arrays.copyOf(ownSlots, own * 2);
        }
        ownSlots[own++] = slot;
    }

    @Override
    public void clicked(long user, int slot, int before, long atMs) {
        add(user, stamp(slot));
    }

    private void add(long user, long stamp) {
        if (size == previous.length && size < capacity) {
            grow();
        }
        if (size == capacity) {
            evict();
        }
        int at = at(added);
        int last = lastOfUser.get(user);
        ring[2 * at] = user;
        ring[2 * at + 1] = stamp;
        previous[at] = last < 0 ? -1 : numberOf(last);
        lastOfUser.put(user, at);
        added++;
        size++;
        count(slotOf(stamp), 1);
    }

    private void count(int slot, int change) {
        if (slot >= 0) {
            items[slot] += change;
            live += change;
        }
    }

    private void evict() {
        int at = at(added - size);
        if (lastOfUser.get(user(at)) == at) {
            lastOfUser.remove(user(at));
        }
        count(slot(at), -1);
        size--;
    }

    @Override
    public void added(int slot) {
        if (slot >= items.length) {
            items = Arrays.copyOf(items, Math.max(slot + 1, items.length * 2));
        }
    }

    @Override
    public void retired(int slot) {
        live -= (int) items[slot];
        items[slot] = (items[slot] >>> 32) + 1 << 32;
        if (live < size / 2) {
            refill();
        }
    }

    /** Closes the gaps that retired items left. */
    private void refill() {
        long[] old = ring;
        long from = added - size;
        long to = added;
        int length = previous.length;
        start(length);
        for (long click = from; click < to; click++) {
            int at = (int) (click % length);
            if (slotOf(old[2 * at + 1]) >= 0) {
                add(old[2 * at], old[2 * at + 1]);
            }
        }
    }

    private void start(int length) {
        ring = new long[2 * length];
        previous = new long[length];
        lastOfUser.clear();
        for (int slot = 0; slot < items.length; slot++) {
            items[slot] = items[slot] >>> 32 << 32;
        }
        added = 0;
        size = 0;
        live = 0;
        context = -1;
    }

    private void grow() {
        long[] old = ring;
        int held = size;
        start(Math.min(capacity, held * 2));
        for (int k = 0; k < held; k++) {
            add(old[2 * k], old[2 * k + 1]);
        }
    }

    /** Where a click is; rings start at click 0 and only wrap at their full capacity. */
    private int at(long click) {
        return (int) (click % previous.length);
    }

    /** The number of the click that is at a place. */
    private long numberOf(int at) {
        long newest = added - 1;
        return newest - (newest - at) % previous.length;
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        out.writeInt(size);
        for (long click = added - size; click < added; click++) {
            int slot = slot(at(click));
            out.writeLong(user(at(click)));
            out.writeBoolean(slot >= 0);
            out.writeLong(slot >= 0 ? catalog.item(slot).hash() : 0);
        }
    }

    @Override
    public void readFrom(DataInput in) throws IOException {
        start(16);
        int written = in.readInt();
        for (int k = 0; k < written; k++) {
            long user = in.readLong();
            boolean was = in.readBoolean();
            int slot = catalog.slotOf(in.readLong());
            add(user, was && slot >= 0 ? stamp(slot) : GONE);
        }
    }

    @Override
    public long stateBytes() {
        return 8L * (ring.length + previous.length + items.length) + lastOfUser.stateBytes();
    }
}
