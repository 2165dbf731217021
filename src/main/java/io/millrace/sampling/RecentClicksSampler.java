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
 * that chain, and an item's retirement is found by its generation.
 */
final class RecentClicksSampler implements Proposal, SamplerState, Catalog.Listener {

    private final Catalog catalog;
    private final int capacity;
    private final Generations generations = new Generations();
    private final LongIndex lastOfUser = new LongIndex();

    private long[] users = new long[16];
    private long[] stamps = new long[16];

    /** The number, counted from the first click ever, of the same user's click before; -1 when there is none. */
    private long[] previous = new long[16];

    private int[] itemCounts = new int[1024];

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
        int slot = generations.slot(stamps[at]);
        return slot < 0 || users[at] == draw.user() ? RETRY : slot;
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
        for (int k = 0; k < count; k++) {
            int at = slots[k];
            int slot = generations.slot(stamps[at]);
            slots[k] = slot < 0 || users[at] == user ? RETRY : slot;
        }
        double perClick = 1.0 / (live - own);
        for (int k = 0; k < count; k++) {
            q[k] = slots[k] >= 0 ? countOfOthers(slots[k]) * perClick : 0;
        }
    }

    @Override
    public double probability(Draw draw, int slot) {
        return isEmpty(draw) || slot >= itemCounts.length ? 0 : countOfOthers(slot) * (1.0 / (live - own));
    }

    private int countOfOthers(int slot) {
        int count = itemCounts[slot];
        for (int k = 0; k < own && ownFilter.mayContain(slot); k++) {
            count -= ownSlots[k] == slot ? 1 : 0;
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
        ownFilter.clear();
        for (long click = last < 0 ? -1 : numberOf(last); click >= added - size; ) {
            int at = before(newest, (int) (added - 1 - click));
            int slot = generations.slot(stamps[at]);
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
        return at < 0 ? at + users.length : at;
    }

    private void addOwn(int slot) {
        if (own == ownSlots.length) {
            ownSlots = Arrays.copyOf(ownSlots, own * 2);
        }
        ownSlots[own++] = slot;
    }

    @Override
    public void clicked(long user, int slot, int before, long atMs) {
        add(user, generations.stamp(slot));
    }

    private void add(long user, long stamp) {
        if (size == users.length && size < capacity) {
            grow();
        }
        if (size == capacity) {
            evict();
        }
        int at = at(added);
        int last = lastOfUser.get(user);
        users[at] = user;
        stamps[at] = stamp;
        previous[at] = last < 0 ? -1 : numberOf(last);
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
        if (lastOfUser.get(users[at]) == at) {
            lastOfUser.remove(users[at]);
        }
        count(generations.slot(stamps[at]), -1);
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
        long[] oldUsers = users;
        long[] oldStamps = stamps;
        long from = added - size;
        long to = added;
        int length = users.length;
        start(length);
        for (long click = from; click < to; click++) {
            int at = (int) (click % length);
            if (generations.slot(oldStamps[at]) >= 0) {
                add(oldUsers[at], oldStamps[at]);
            }
        }
    }

    private void start(int length) {
        users = new long[length];
        stamps = new long[length];
        previous = new long[length];
        lastOfUser.clear();
        Arrays.fill(itemCounts, 0);
        added = 0;
        size = 0;
        live = 0;
        context = -1;
    }

    private void grow() {
        long[] oldUsers = users;
        long[] oldStamps = stamps;
        int held = size;
        start(Math.min(capacity, held * 2));
        for (int k = 0; k < held; k++) {
            add(oldUsers[k], oldStamps[k]);
        }
    }

    /** Where a click is; rings start at click 0 and only wrap at their full capacity. */
    private int at(long click) {
        return (int) (click % users.length);
    }

    /** The number of the click that is at a place. */
    private long numberOf(int at) {
        long newest = added - 1;
        return newest - (newest - at) % users.length;
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        out.writeInt(size);
        for (long click = added - size; click < added; click++) {
            int slot = generations.slot(stamps[at(click)]);
            out.writeLong(users[at(click)]);
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
        return 24L * users.length + 4L * itemCounts.length + lastOfUser.stateBytes() + generations.stateBytes();
    }
}
