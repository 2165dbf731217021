package io.millrace.sampling;

import io.millrace.popularity.DecayedCounts;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Nearly Zipf by rank of popularity, without weighing counts in the draw. With U uniform in [0, 1) and N items,
 *
 * <pre>
 *   r    = ⌊(N + 1)^U⌋ - 1                       0 is the most popular
 *   q(r) = ln((r + 2) / (r + 1)) / ln(N + 1)     sums to 1 by telescoping
 * </pre>
 *
 * <p>Ranks are those of the decayed clicks at the last refresh; items that came since stand at the end. q is exact for
 * the ranks the draw uses, however old they are. Ranks are made here from the counts, so the law cannot be fed items in
 * the wrong order.
 *
 * <p>Source: the log-uniform candidate sampler of TensorFlow (range_sampler.cc).
 */
final class LogUniformSampler implements Proposal, SamplerState, Catalog.Listener {

    /** Ranks of retired items are drawn over until they hold this share. */
    private static final double MOST_GONE = 0.25;

    /** A refresh sorts all items, so at least this share of N clicks must have paid for it. */
    private static final double LEAST_CLICKS = 0.1;

    private final Catalog catalog;
    private final DecayedCounts counts;
    private final long refreshMs;
    private final long refreshClicks;

    /** By rank; -1 where the item has gone. */
    private int[] slots = new int[16];

    private int[] ranks = new int[16];

    /** ln((r + 2) / (r + 1)) of the rank of a slot, 0 without an item; what a user has clicked is looked up per draw. */
    private double[] ratios = new double[16];

    private int size;

    /** Sum of ln((r + 2) / (r + 1)) over the ranks whose item has gone. */
    private double gone;

    private double logSize;
    private long clicks;
    private long nextMs = Long.MIN_VALUE;

    /**
     * @param refreshMs event time between refreshes, milliseconds
     * @param refreshClicks clicks between refreshes, where that comes first
     */
    LogUniformSampler(Catalog catalog, DecayedCounts counts, long refreshMs, long refreshClicks) {
        this.catalog = catalog;
        this.counts = counts;
        this.refreshMs = refreshMs;
        this.refreshClicks = refreshClicks;
        catalog.listen(this);
    }

    @Override
    public String name() {
        return "log-uniform";
    }

    @Override
    public QKind qKind() {
        return QKind.EXACT;
    }

    @Override
    public int draw(Draw draw) {
        if (size == 0) {
            return NOTHING;
        }
        int slot = slots[rank(draw)];
        return slot >= 0 ? slot : RETRY;
    }

    private int rank(Draw draw) {
        return (int) next(draw, size) - 1;
    }

    /** The rank and 1, at most N, which rounding could bring it above; left a double, as its logarithm needs it again. */
    private double next(Draw draw, double last) {
        double next = Math.floor(RankLaw.exp(draw.random().nextDouble() * logSize));
        return next < last ? next : last;
    }

    /** What is at the ranks is asked for first: while memory brings it, q is computed. */
    @Override
    public void draw(Draw draw, int count, int[] slots, double[] q) {
        if (size == 0) {
            Arrays.fill(slots, 0, count, NOTHING);
            return;
        }
        double last = size;
        for (int k = 0; k < count; k++) {
            q[k] = next(draw, last);
            slots[k] = this.slots[(int) q[k] - 1];
        }
        double perRatio = 1 / (logSize - gone);
        for (int k = 0; k < count; k++) {
            q[k] = RankLaw.logRatio((int) q[k] - 1, q[k]) * perRatio;
        }
        for (int k = 0; gone > 0 && k < count; k++) {
            slots[k] = slots[k] >= 0 ? slots[k] : RETRY;
        }
    }

    @Override
    public double probability(Draw draw, int slot) {
        return ratio(slot) * (1 / (logSize - gone));
    }

    @Override
    public double excludedMass(Draw draw) {
        double excluded = 0;
        for (int k = 0; k < draw.exclusions().size(); k++) {
            excluded += ratio(draw.exclusions().slot(k));
        }
        return excluded * (1 / (logSize - gone));
    }

    private double ratio(int slot) {
        return slot < ratios.length ? ratios[slot] : 0;
    }

    private void rank(int slot, int rank) {
        ranks[slot] = rank;
        ratios[slot] = RankLaw.logRatio(rank);
    }

    @Override
    public void added(int slot) {
        if (size == slots.length) {
            slots = Arrays.copyOf(slots, size * 2);
        }
        if (slot >= ranks.length) {
            ranks = Arrays.copyOf(ranks, Math.max(slot + 1, ranks.length * 2));
            ratios = Arrays.copyOf(ratios, ranks.length);
        }
        slots[size] = slot;
        rank(slot, size++);
        logSize = StrictMath.log(size + 1.0);
    }

    @Override
    public void retired(int slot) {
        int rank = ranks[slot];
        slots[rank] = -1;
        gone += ratios[slot];
        ratios[slot] = 0;
        if (gone > MOST_GONE * logSize) {
            closeGaps();
        }
    }

    private void closeGaps() {
        int kept = 0;
        for (int rank = 0; rank < size; rank++) {
            if (slots[rank] >= 0) {
                rank(slots[rank], kept);
                slots[kept++] = slots[rank];
            }
        }
        size = kept;
        logSize = StrictMath.log(size + 1.0);
        gone = 0;
    }

    @Override
    public void clicked(long user, int slot, int previous, long atMs) {
        clicks++;
    }

    @Override
    public void advanced(long nowMs) {
        boolean due = nowMs >= nextMs || clicks >= refreshClicks;
        if (due && clicks > 0 && clicks >= LEAST_CLICKS * size) {
            refresh();
            clicks = 0;
            nextMs = nowMs + refreshMs;
        }
    }

    /** Sorts by falling count, then by slot. The order is mostly the one there was, which merging makes cheap. */
    private void refresh() {
        closeGaps();
        int[] from = slots;
        int[] to = new int[slots.length];
        for (int width = 1; width < size; width *= 2) {
            for (int low = 0; low < size; low += 2 * width) {
                merge(from, to, low, Math.min(low + width, size), Math.min(low + 2 * width, size));
            }
            int[] swap = from;
            from = to;
            to = swap;
        }
        slots = from;
        for (int rank = 0; rank < size; rank++) {
            rank(slots[rank], rank);
        }
    }

    private void merge(int[] from, int[] to, int low, int middle, int high) {
        if (middle == high || !isBefore(from[middle], from[middle - 1])) {
            System.arraycopy(from, low, to, low, high - low);
            return;
        }
        int left = low;
        int right = middle;
        for (int at = low; at < high; at++) {
            boolean takeRight = left == middle || right < high && isBefore(from[right], from[left]);
            to[at] = takeRight ? from[right++] : from[left++];
        }
    }

    private boolean isBefore(int slot, int other) {
        double count = counts.get(slot);
        double otherCount = counts.get(other);
        return count > otherCount || count == otherCount && slot < other;
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        out.writeLong(clicks);
        out.writeLong(nextMs);
        out.writeDouble(gone);
        out.writeInt(size);
        for (int rank = 0; rank < size; rank++) {
            out.writeBoolean(slots[rank] >= 0);
            out.writeLong(slots[rank] >= 0 ? catalog.item(slots[rank]).hash() : 0);
        }
    }

    /** Items that were not written stand behind those that were. */
    @Override
    public void readFrom(DataInput in) throws IOException {
        clicks = in.readLong();
        nextMs = in.readLong();
        gone = in.readDouble();
        int written = in.readInt();
        int[] present = slots;
        int presentSize = size;
        slots = new int[Math.max(16, written + size)];
        Arrays.fill(ranks, -1);
        size = 0;
        for (int k = 0; k < written; k++) {
            boolean was = in.readBoolean();
            int slot = catalog.slotOf(in.readLong());
            gone += was && slot < 0 ? RankLaw.logRatio(k) : 0;
            place(was ? slot : -1);
        }
        for (int k = 0; k < presentSize; k++) {
            if (present[k] >= 0 && ranks[present[k]] < 0) {
                place(present[k]);
            }
        }
        logSize = StrictMath.log(size + 1.0);
        if (gone > MOST_GONE * logSize) {
            closeGaps();
        }
    }

    private void place(int slot) {
        slots[size] = slot;
        if (slot >= 0) {
            rank(slot, size);
        }
        size++;
    }

    @Override
    public long stateBytes() {
        return 4L * (slots.length + ranks.length) + 8L * ratios.length;
    }
}
