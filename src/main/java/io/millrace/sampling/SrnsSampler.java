package io.millrace.sampling;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Hard negatives that are true: a false one keeps its high score, a true one's goes up and down. Each user has a memory of
 * S1 items and of how each scored against the user's last clicks over the last h ticks; the negatives are those with the
 * highest
 *
 * <pre>
 *   ℓ_j + α_t std_j      ℓ_j = σ(s(u, j) - s(u, i)),  α_t = α min(1, ticks / T0)
 * </pre>
 *
 * <p>std is that of the recorded ℓ and 0 below three of them. A tick is an event of the user at least some time after the
 * one before. After each context S2 items join, drawn evenly, and S1 of all stay, drawn without replacement ∝ e^{s / τ}.
 *
 * <p>With incubation what joins waits first, as many items as the memory holds, until it has h records; newcomers then take
 * only places that are free.
 *
 * <p>Source: Ding, Quan, Yao, Li and Jin, "Simplify and Robustify Negative Sampling for Implicit Collaborative
 * Filtering", NeurIPS 2020; ticks take the place of its epochs.
 */
final class SrnsSampler implements Sampler, SamplerState, Catalog.Listener {

    /**
     * @param memory S1, 4 to 64
     * @param joining S2 / S1, 1 to 32
     * @param temperature τ, 0.1 to 100
     * @param alpha weight of the deviation, 0 to 20
     * @param warmup T0, ticks until α counts in full
     * @param history h, 3 to 20
     * @param tickMs least event time between ticks, milliseconds
     * @param users most users with a memory
     * @param incubates true when newcomers wait until they have h records before they join the memory
     */
    record Settings(
            int memory,
            int joining,
            double temperature,
            double alpha,
            int warmup,
            int history,
            long tickMs,
            int users,
            boolean incubates) {}

    /** What waits keeps its place before any newcomer, and ripens; more than any score divided by a temperature. */
    private static final double KEEPS_WAITING = 1e9;

    private final Settings settings;
    private final Catalog catalog;
    private final Sampler base;
    private final Generations generations = new Generations();
    private final UserMemory users;
    private final int s1;
    private final int h;

    /** Items kept per user: the memory, and as many that wait to join it where there is incubation. */
    private final int width;

    private long[] stamps = new long[0];
    private byte[] recorded = new byte[0];
    private float[] histories = new float[0];
    private long[] tickedMs = new long[0];
    private int[] ticks = new int[0];

    private final int[] slots;
    private final byte[] counts;
    private final float[] records;
    private final double[] keys;
    private final boolean[] used;
    private final boolean[] ripe;
    private final Exclusions present = new Exclusions();
    private int size;
    private long context = -1;

    /** @param base draws evenly */
    SrnsSampler(Settings settings, Catalog catalog, Sampler base) {
        this.settings = settings;
        this.catalog = catalog;
        this.base = base;
        users = new UserMemory(settings.users());
        s1 = settings.memory();
        h = settings.history();
        width = settings.incubates() ? 2 * s1 : s1;
        int most = width + s1 * settings.joining();
        slots = new int[most];
        counts = new byte[most];
        records = new float[most * h];
        keys = new double[most];
        used = new boolean[most];
        ripe = new boolean[most];
        catalog.listen(this);
    }

    @Override
    public String name() {
        return "srns";
    }

    @Override
    public QKind qKind() {
        return QKind.NONE;
    }

    @Override
    public boolean canDraw(Draw draw) {
        return base.canDraw(draw);
    }

    @Override
    public int draw(Draw draw) {
        if (!canDraw(draw)) {
            return NO_ELIGIBLE_ITEM;
        }
        enter(draw);
        weigh(draw);
        return best(draw);
    }

    /** Adds the highest first; at most as many as the memory holds. */
    @Override
    public void sample(Draw draw, int count, Negatives into) {
        if (!canDraw(draw)) {
            return;
        }
        enter(draw);
        weigh(draw);
        for (int k = 0; k < Math.min(count, size); k++) {
            int slot = best(draw);
            if (slot >= 0) {
                into.add(slot, Double.NaN, 1f, name());
            }
        }
    }

    @Override
    public double probability(Draw draw, int slot) {
        return Double.NaN;
    }

    /** Loads the user's memory and fills it up from the base. */
    private void enter(Draw draw) {
        if (draw.contexts() == context) {
            return;
        }
        context = draw.contexts();
        size = 0;
        present.clear();
        int place = users.find(draw.user());
        for (int k = 0; place >= 0 && k < s1; k++) {
            load(place * width + k, draw);
        }
        join(draw, s1 - size);
    }

    private void load(int from, Draw draw) {
        int slot = generations.slot(stamps[from]);
        if (slot < 0 || draw.exclusions().contains(slot) || present.contains(slot)) {
            return;
        }
        System.arraycopy(histories, from * h, records, size * h, h);
        counts[size] = recorded[from];
        present.add(slot);
        slots[size++] = slot;
    }

    private void join(Draw draw, int count) {
        for (int k = 0; k < count && size < slots.length; k++) {
            int slot = base.draw(draw);
            if (slot >= 0 && !present.contains(slot)) {
                Arrays.fill(records, size * h, (size + 1) * h, 0);
                counts[size] = 0;
                present.add(slot);
                slots[size++] = slot;
            }
        }
    }

    private void weigh(Draw draw) {
        int place = users.find(draw.user());
        double share = place < 0 ? 0 : Math.min(1, ticks[place] / (double) Math.max(1, settings.warmup()));
        double reference = draw.positive() >= 0 ? draw.scorer().score(draw.positive()) : 0;
        for (int k = 0; k < size; k++) {
            keys[k] = loss(draw.scorer().score(slots[k]), reference) + settings.alpha() * share * deviation(k);
            used[k] = Double.isNaN(keys[k]);
        }
    }

    private int best(Draw draw) {
        int best = -1;
        for (int k = 0; k < size; k++) {
            if (!used[k] && (best < 0 || keys[k] > keys[best])) {
                best = k;
            }
        }
        if (best < 0) {
            return EXHAUSTED;
        }
        used[best] = true;
        draw.drawnBy(name());
        return slots[best];
    }

    private static double loss(double score, double reference) {
        return 1 / (1 + StrictMath.exp(reference - score));
    }

    private double deviation(int k) {
        int n = Math.min(counts[k], h);
        if (n < 3) {
            return 0;
        }
        double sum = 0;
        double squares = 0;
        for (int t = 0; t < n; t++) {
            double value = records[k * h + t];
            sum += value;
            squares += value * value;
        }
        return Math.sqrt(Math.max(0, squares / n - sum / n * (sum / n)));
    }

    @Override
    public void learned(Draw draw, Negatives negatives) {
        if (draw.contexts() != context) {
            return;
        }
        int place = users.isNew(draw.user()) ? open(draw.user()) : users.use(draw.user());
        int remembered = size;
        for (int k = s1; k < width; k++) {
            load(place * width + k, draw);
        }
        tick(place, draw);
        int known = size;
        join(draw, s1 * settings.joining());
        weighToStay(draw);
        ripen(remembered, known);
        int stay = moveUp(0, true);
        size = settings.incubates() ? stay + moveUp(stay, false) : stay;
        store(place, stay);
        context = -1;
    }

    private void tick(int place, Draw draw) {
        if (draw.atMs() - tickedMs[place] >= settings.tickMs()) {
            tickedMs[place] = draw.atMs();
            ticks[place]++;
            record(draw);
        }
    }

    /** Says what may be in the memory: what was, and what has waited for h records. Of the others the known come first. */
    private void ripen(int remembered, int known) {
        for (int k = 0; k < size; k++) {
            ripe[k] = !settings.incubates() || k < remembered || counts[k] >= h;
            keys[k] += !ripe[k] && k < known ? KEEPS_WAITING : 0;
        }
    }

    private int open(long user) {
        int place = users.use(user);
        int length = users.length();
        if (ticks.length < length) {
            stamps = Arrays.copyOf(stamps, length * width);
            recorded = Arrays.copyOf(recorded, length * width);
            histories = Arrays.copyOf(histories, length * width * h);
            tickedMs = Arrays.copyOf(tickedMs, length);
            ticks = Arrays.copyOf(ticks, length);
        }
        tickedMs[place] = Long.MIN_VALUE / 2;
        ticks[place] = 0;
        return place;
    }

    /** ℓ against the mean score of the user's last clicks: the same positive hardly comes again. */
    private void record(Draw draw) {
        double sum = 0;
        int count = 0;
        for (int k = 0; k < Math.min(10, draw.clicked().size()); k++) {
            int slot = draw.clicked().slot(k, catalog);
            if (slot >= 0) {
                sum += draw.scorer().score(slot);
                count++;
            }
        }
        double reference = count == 0 ? 0 : sum / count;
        for (int k = 0; k < size; k++) {
            int at = counts[k] % h;
            records[k * h + at] = (float) loss(draw.scorer().score(slots[k]), reference);
            counts[k] = (byte) (counts[k] + 1 < 2 * h ? counts[k] + 1 : h);
        }
    }

    /** s / τ plus Gumbel noise: the largest are a draw without replacement ∝ e^{s / τ}. The positive does not stay. */
    private void weighToStay(Draw draw) {
        for (int k = 0; k < size; k++) {
            float score = draw.scorer().score(slots[k]);
            boolean may = Float.isFinite(score) && !draw.exclusions().contains(slots[k]);
            keys[k] = may ? score / settings.temperature() + Gumbel.next(draw.random()) : Double.NEGATIVE_INFINITY;
        }
    }

    /** Moves the S1 with the largest keys, of those that are ripe or of those that are not, to a place; returns how many. */
    private int moveUp(int to, boolean ofRipe) {
        int moved = 0;
        for (; moved < s1; moved++) {
            int best = -1;
            for (int other = to + moved; other < size; other++) {
                best = ripe[other] == ofRipe && (best < 0 || keys[other] > keys[best]) ? other : best;
            }
            if (best < 0) {
                break;
            }
            swap(to + moved, best);
        }
        return moved;
    }

    private void swap(int a, int b) {
        int slot = slots[a];
        slots[a] = slots[b];
        slots[b] = slot;
        double key = keys[a];
        keys[a] = keys[b];
        keys[b] = key;
        boolean isRipe = ripe[a];
        ripe[a] = ripe[b];
        ripe[b] = isRipe;
        byte count = counts[a];
        counts[a] = counts[b];
        counts[b] = count;
        for (int t = 0; t < h; t++) {
            float record = records[a * h + t];
            records[a * h + t] = records[b * h + t];
            records[b * h + t] = record;
        }
    }

    /** @param stay how many of those kept are the memory; the others wait */
    private void store(int place, int stay) {
        for (int k = 0; k < width; k++) {
            int from = k < s1 ? k : stay + k - s1;
            boolean is = from < (k < s1 ? stay : size);
            int to = place * width + k;
            stamps[to] = is ? generations.stamp(slots[from]) : Generations.GONE;
            recorded[to] = is ? counts[from] : 0;
            if (is) {
                System.arraycopy(records, from * h, histories, to * h, h);
            } else {
                Arrays.fill(histories, to * h, (to + 1) * h, 0);
            }
        }
    }

    @Override
    public void added(int slot) {}

    @Override
    public void retired(int slot) {
        generations.retired(slot);
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        out.writeInt(width);
        out.writeInt(h);
        out.writeInt(users.size());
        for (int place = users.first(); place >= 0; place = users.next(place)) {
            out.writeLong(users.user(place));
            out.writeLong(tickedMs[place]);
            out.writeInt(ticks[place]);
            for (int k = place * width; k < (place + 1) * width; k++) {
                int slot = generations.slot(stamps[k]);
                out.writeBoolean(slot >= 0);
                out.writeLong(slot >= 0 ? catalog.item(slot).hash() : 0);
                out.writeByte(recorded[k]);
                for (int t = 0; t < h; t++) {
                    out.writeFloat(histories[k * h + t]);
                }
            }
        }
    }

    /** Memories of another size are not taken over. */
    @Override
    public void readFrom(DataInput in) throws IOException {
        users.clear();
        context = -1;
        if (in.readInt() != width || in.readInt() != h) {
            return;
        }
        int count = in.readInt();
        for (int u = 0; u < count; u++) {
            int place = open(in.readLong());
            tickedMs[place] = in.readLong();
            ticks[place] = in.readInt();
            for (int k = place * width; k < (place + 1) * width; k++) {
                boolean was = in.readBoolean();
                int slot = catalog.slotOf(in.readLong());
                stamps[k] = was && slot >= 0 ? generations.stamp(slot) : Generations.GONE;
                recorded[k] = in.readByte();
                for (int t = 0; t < h; t++) {
                    histories[k * h + t] = in.readFloat();
                }
            }
        }
    }

    @Override
    public long stateBytes() {
        return users.stateBytes() + 9L * stamps.length + 4L * histories.length + 12L * ticks.length;
    }
}
