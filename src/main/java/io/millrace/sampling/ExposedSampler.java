package io.millrace.sampling;

import java.util.Arrays;

/**
 * What this user was shown lately and left unclicked, each entry of the ring equally likely: real negatives, hard by
 * construction, and partial, since most items were never shown.
 *
 * <p>Items clicked since have left the ring; items whose answer is still open are excluded by the caller.
 *
 * <p>Source: Ding et al., IJCAI 2019 (exposure data); Huang et al., KDD 2020, on why never to use it alone.
 */
public final class ExposedSampler implements Proposal {

    private final long maxAgeMs;
    private final float weight;

    private long context = -1;
    private int[] slots = new int[64];

    /** What {@link #counts} knows the slots by. */
    private int[] numbers = new int[64];

    private int size;
    private final SlotCounts counts = new SlotCounts();

    /**
     * @param maxAgeMs entries older than this are passed over; event time, milliseconds
     * @param weight of these negatives in the loss, 0 to 1: what was seen and left is half a positive
     */
    ExposedSampler(long maxAgeMs, float weight) {
        this.maxAgeMs = maxAgeMs;
        this.weight = weight;
    }

    @Override
    public float weight() {
        return weight;
    }

    @Override
    public String name() {
        return "exposed";
    }

    @Override
    public QKind qKind() {
        return QKind.PARTIAL;
    }

    @Override
    public boolean isEmpty(Draw draw) {
        collect(draw);
        return size == 0;
    }

    @Override
    public int draw(Draw draw) {
        collect(draw);
        return size == 0 ? NOTHING : slots[draw.random().nextInt(size)];
    }

    @Override
    public void draw(Draw draw, int count, int[] into, double[] q) {
        if (isEmpty(draw)) {
            Arrays.fill(into, 0, count, NOTHING);
            return;
        }
        double perEntry = 1.0 / size;
        for (int k = 0; k < count; k++) {
            int entry = draw.random().nextInt(size);
            into[k] = slots[entry];
            q[k] = counts.countOf(numbers[entry]) * perEntry;
        }
    }

    @Override
    public double probability(Draw draw, int slot) {
        collect(draw);
        return size == 0 ? 0 : (double) counts.count(slot) / size;
    }

    @Override
    public double excludedMass(Draw draw) {
        collect(draw);
        int count = 0;
        for (int k = 0; k < draw.exclusions().size(); k++) {
            count += counts.count(draw.exclusions().slot(k));
        }
        return size == 0 ? 0 : (double) count / size;
    }

    private void collect(Draw draw) {
        if (draw.contexts() == context) {
            return;
        }
        context = draw.contexts();
        RecentItems exposed = draw.exposed();
        if (slots.length < exposed.size()) {
            slots = new int[exposed.size() * 2];
            numbers = new int[slots.length];
        }
        size = exposed.slotsSince(draw.atMs() - maxAgeMs, draw.catalog(), slots);
        counts.clear();
        for (int k = 0; k < size; k++) {
            numbers[k] = counts.add(slots[k]);
        }
    }
}
