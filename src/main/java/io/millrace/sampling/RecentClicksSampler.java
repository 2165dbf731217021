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
 * that chain, and an item's retirement is found by its generation. All of a click lies together, and generations are only
 * asked for while the ring has clicks on items that have gone: a draw waits for memory twice.
 */
final class RecentClicksSampler implements Proposal, SamplerState, Catalog.Listener {

    private static final int USER = 0;
    private static final int STAMP = 1;

    /** The number, counted from the first click ever, of the same user's click before; -1 when there is none. */
    private static final int PREVIOUS = 2;

    private static final int CELL = 4;

    private final Catalog catalog;
    private final int capacity;
    private final Generations generations = new Generations();
    private final LongIndex lastOfUser = new LongIndex();

    /** Places; a cell each. */
    private int length = 16;

    private long[] ring = new long[16 * CELL];
    private int[] itemCounts = new int[1024];

    /** Clicks ever added; the ring holds the last {@code size} of them. */
    private long added;

    private int size;
    private int live;

    private long context = -1;
    private int own;
    private int newest;
    private final SlotCounts ownCounts = new SlotCounts();

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
            int slot = user(place) == user ? RETRY : slot(place);
            slots[k] = slot < 0 ? RETRY : slot;
            q[k] = slot < 0 ? 0 : countOfOthers(slot) * perClick;
        }
    }

    @Override
    public double probability(Draw draw, int slot) {
        return isEmpty(draw) || slot >= itemCounts.length ? 0 : countOfOthers(slot) * (1.0 / (live - own));
    }

    private int countOfOthers(int slot) {
        return itemCounts[slot] - ownCounts.count(slot);
    }

    @Override
    public double excludedMass(Draw draw) {
        if (isEmpty(draw)) {
            return 0;
        }
        int count = 0;
        for (int k = 0; k < draw.exclusions().size(); k++) {
            int slot = draw.exclusions().slot(k);
            count += slot < itemCounts.length ? countOfOthers(slot) : 0;
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
        ownCounts.clear();
        for (long click = last < 0 ? -1 : numberOf(last); click >= added - size; ) {
            int at = before(newest, (int) (added - 1 - click));
            int slot = slot(at);
            if (slot >= 0) {
                ownCounts.add(slot);
                own++;
            }
            click = ring[at * CELL + PREVIOUS];
        }
    }

    /** The place so many clicks before another; no division, which a draw would wait for. */
    private int before(int place, int clicks) {
        int at = place - clicks;
        return at < 0 ? at + length : at;
    }

    private long user(int place) {
        return ring[place * CELL + USER];
    }

    /** The slot of a click's item, or -1 when the item has gone. */
    private int slot(int place) {
        long stamp = ring[place * CELL + STAMP];
        return live == size ? (int) stamp : generations.slot(stamp);
    }

    @Override
    public void clicked(long user, int slot, int before, long atMs) {
        add(user, generations.stamp(slot));
    }

    private void add(long user, long stamp) {
        if (size == length && size < capacity) {
            grow();
        }
        if (size == capacity) {
            evict();
        }
        int at = at(added);
        int last = lastOfUser.get(user);
        ring[at * CELL + USER] = user;
        ring[at * CELL + STAMP] = stamp;
        ring[at * CELL + PREVIOUS] = last < 0 ? -1 : numberOf(last);
        lastOfUser.put(user, at);
        added++;
        size++;
        count(generations.slot(stamp), 1);
    }

    private void count(int slot, int change) {
        if (slot >= 0) {
            itemCounts[slot] += change;
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
        if (slot >= itemCounts.length) {
            itemCounts = Arrays.copyOf(itemCounts, Math.max(slot + 1, itemCounts.length * 2));
        }
    }

    @Override
    public void retired(int slot) {
        generations.retired(slot);
        live -= itemCounts[slot];
        itemCounts[slot] = 0;
        if (live < size / 2) {
            refill();
        }
    }

    /** Closes the gaps that retired items left. */
    private void refill() {
        long[] old = ring;
        long from = added - size;
        long to = added;
        start(length);
        for (long click = from; click < to; click++) {
            int at = (int) (click % length) * CELL;
            if (generations.slot(old[at + STAMP]) >= 0) {
                add(old[at + USER], old[at + STAMP]);
            }
        }
    }

    private void start(int places) {
        length = places;
        ring = new long[places * CELL];
        lastOfUser.clear();
        Arrays.fill(itemCounts, 0);
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
            add(old[k * CELL + USER], old[k * CELL + STAMP]);
        }
    }

    /** Where a click is; rings start at click 0 and only wrap at their full capacity. */
    private int at(long click) {
        return (int) (click % length);
    }

    /** The number of the click that is at a place. */
    private long numberOf(int at) {
        long newest = added - 1;
        return newest - (newest - at) % length;
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
            add(user, was && slot >= 0 ? generations.stamp(slot) : Generations.GONE);
        }
    }

    @Override
    public long stateBytes() {
        return 8L * ring.length + 4L * itemCounts.length + lastOfUser.stateBytes() + generations.stateBytes();
    }
}
