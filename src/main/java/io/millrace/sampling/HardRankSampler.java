package io.millrace.sampling;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * What an earlier model ranked well for this user, but not at the very top: ranks 101 to 500 of N, evenly. The top is left
 * out because it is full of positives to come.
 *
 * <p>The model is frozen from time to time, and with it, when they are next met, the user's vector. In mode {@code exact}
 * all items are ranked once per user and freeze, O(N d), and the window is kept. In mode {@code sampled} nothing is kept:
 * a pool is drawn evenly, and the ranks of the pool that correspond to the window are drawn from, O(pool d); with fewer
 * than N / hi candidates that is the best of the pool, near rank N / pool.
 *
 * <p>Before the first freeze the base sampler draws.
 *
 * <p>Source: Huang et al., "Embedding-based Retrieval in Facebook Search", KDD 2020, section on hard negatives.
 */
final class HardRankSampler implements Sampler, SamplerState, Catalog.Listener {

    /**
     * @param low first rank, from 1
     * @param high last rank
     * @param pool candidates in mode sampled
     * @param everyMs event time between freezes, milliseconds
     * @param everyExamples positives between freezes, where that comes first
     * @param users most users whose vectors or windows are kept
     */
    record Settings(boolean exact, int low, int high, int pool, long everyMs, long everyExamples, int users) {}

    private static final long[] NO_WINDOW = {};

    private final Settings settings;
    private final Catalog catalog;
    private final Sampler base;
    private final FrozenModel frozen = new FrozenModel();
    private final Generations generations = new Generations();
    private final Pool pool;
    private final UserMemory users;

    private float[] vectors = new float[0];
    private long[] versions = new long[16];
    private long[][] windows = new long[16][0];

    private long nowMs = Long.MIN_VALUE;
    private long frozenMs = Long.MIN_VALUE;
    private long fallbacks;
    private long examples;

    private long context = -1;
    private float[] vector = new float[0];
    private float[] scores = new float[16];
    private int[] slots = new int[16];
    private int[] eligible = new int[16];
    private long[] window = new long[0];
    private int eligibleCount;

    /** @param base draws evenly; for pools, and before the first freeze */
    HardRankSampler(Settings settings, Catalog catalog, Sampler base) {
        this.settings = settings;
        this.catalog = catalog;
        this.base = base;
        pool = new Pool(settings.pool());
        users = new UserMemory(settings.users());
        catalog.listen(this);
    }

    @Override
    public String name() {
        return "hard-rank";
    }

    @Override
    public QKind qKind() {
        return settings.exact() ? QKind.PARTIAL : QKind.NONE;
    }

    @Override
    public boolean canDraw(Draw draw) {
        if (frozen.version() == 0 || !settings.exact()) {
            return base.canDraw(draw);
        }
        enter(draw);
        return eligibleCount > 0;
    }

    @Override
    public int draw(Draw draw) {
        if (!canDraw(draw)) {
            return NO_ELIGIBLE_ITEM;
        }
        if (frozen.version() == 0) {
            fallbacks++;
            return base.draw(draw);
        }
        enter(draw);
        int slot = settings.exact() ? eligible[draw.random().nextInt(eligibleCount)] : ofPool(draw);
        draw.drawnBy(name());
        return slot;
    }

    @Override
    public double probability(Draw draw, int slot) {
        if (!settings.exact()) {
            return Double.NaN;
        }
        if (frozen.version() == 0) {
            return base.probability(draw, slot);
        }
        enter(draw);
        int count = 0;
        for (int k = 0; k < eligibleCount; k++) {
            count += eligible[k] == slot ? 1 : 0;
        }
        return eligibleCount == 0 ? 0 : (double) count / eligibleCount;
    }

    private int ofPool(Draw draw) {
        pool.clear();
        pool.fill(base, draw, settings.pool());
        int count = 0;
        for (int k = 0; k < pool.size(); k++) {
            if (frozen.isKnown(pool.slot(k))) {
                count = score(pool.slot(k), count);
            }
        }
        if (count == 0) {
            return EXHAUSTED;
        }
        int low = poolRank(first(), count);
        int high = poolRank(last(), count);
        int rank = low + draw.random().nextInt(high - low + 1);
        Selection.rank(scores, slots, 0, count, rank - 1);
        return slots[rank - 1];
    }

    private int poolRank(int rank, int count) {
        return (int) Math.max(1, Math.min(count, Math.ceil((double) rank * count / catalog.size())));
    }

    private int score(int slot, int count) {
        float score = frozen.score(vector, 0, slot);
        if (!Float.isFinite(score)) {
            return count;
        }
        scores[count] = score;
        slots[count] = slot;
        return count + 1;
    }

    /** The first rank of the window; small catalogs have it from 1 % to 5 %. */
    private int first() {
        return isSmall() ? (int) Math.ceil(0.01 * catalog.size()) : settings.low();
    }

    private int last() {
        return isSmall() ? (int) Math.ceil(0.05 * catalog.size()) : settings.high();
    }

    private boolean isSmall() {
        return catalog.size() < 2L * settings.high();
    }

    /** Takes the user's vector and, in mode exact, window as they were at first sight since the freeze. */
    private void enter(Draw draw) {
        if (draw.contexts() == context) {
            return;
        }
        context = draw.contexts();
        int d = frozen.dimension();
        if (vector.length != d) {
            vector = new float[d];
        }
        int place = users.find(draw.user());
        boolean kept = place >= 0 && versions[place] == frozen.version();
        if (kept) {
            System.arraycopy(vectors, place * d, vector, 0, d);
        } else {
            draw.model().user(vector);
        }
        room(Math.max(settings.pool(), settings.exact() ? catalog.slots() : 0));
        if (settings.exact()) {
            window = kept ? windows[place] : rankAll();
            findEligible(draw);
        }
    }

    private void room(int count) {
        if (count > scores.length) {
            scores = new float[count * 2];
            slots = new int[count * 2];
        }
    }

    private long[] rankAll() {
        int count = 0;
        for (int slot = 0; slot < catalog.slots(); slot++) {
            if (frozen.isKnown(slot)) {
                count = score(slot, count);
            }
        }
        int high = Math.min(last(), count);
        int low = Math.min(first(), high);
        if (count == 0) {
            return new long[0];
        }
        Selection.rank(scores, slots, 0, count, high - 1);
        Selection.rank(scores, slots, 0, high, low - 1);
        long[] stamps = new long[high - low + 1];
        for (int k = 0; k < stamps.length; k++) {
            stamps[k] = generations.stamp(slots[low - 1 + k]);
        }
        return stamps;
    }

    private void findEligible(Draw draw) {
        if (eligible.length < window.length) {
            eligible = new int[window.length];
        }
        eligibleCount = 0;
        for (long stamp : window) {
            int slot = generations.slot(stamp);
            if (slot >= 0 && !draw.exclusions().contains(slot)) {
                eligible[eligibleCount++] = slot;
            }
        }
    }

    @Override
    public long fallbacks() {
        return fallbacks;
    }

    @Override
    public void learned(Draw draw, Negatives negatives) {
        examples++;
        if (frozen.version() > 0 && draw.contexts() == context) {
            keep(draw.user());
        }
        boolean due = nowMs - settings.everyMs() >= frozenMs || examples >= settings.everyExamples();
        if (due && draw.model().dimension() > 0 && nowMs != Long.MIN_VALUE) {
            frozen.freeze(draw.model(), catalog);
            frozenMs = nowMs;
            examples = 0;
            context = -1;
        }
    }

    private void keep(long user) {
        int d = frozen.dimension();
        int place = users.use(user);
        roomForUsers();
        System.arraycopy(vector, 0, vectors, place * d, d);
        versions[place] = frozen.version();
        windows[place] = settings.exact() ? window : NO_WINDOW;
    }

    private void roomForUsers() {
        int length = users.length();
        if (versions.length < length) {
            versions = Arrays.copyOf(versions, length);
            windows = Arrays.copyOf(windows, length);
        }
        if (vectors.length < length * frozen.dimension()) {
            vectors = Arrays.copyOf(vectors, length * frozen.dimension());
        }
    }

    @Override
    public void advanced(long nowMs) {
        this.nowMs = Math.max(this.nowMs, nowMs);
    }

    @Override
    public void added(int slot) {}

    @Override
    public void retired(int slot) {
        frozen.forget(slot);
        generations.retired(slot);
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        out.writeLong(nowMs);
        out.writeLong(frozenMs);
        out.writeLong(examples);
        out.writeLong(fallbacks);
        frozen.writeTo(out, catalog);
        out.writeInt(users.size());
        for (int place = users.first(); place >= 0; place = users.next(place)) {
            out.writeLong(users.user(place));
            out.writeLong(versions[place]);
            for (int f = 0; f < frozen.dimension(); f++) {
                out.writeFloat(vectors[place * frozen.dimension() + f]);
            }
            writeWindow(windows[place], out);
        }
    }

    private void writeWindow(long[] stamps, DataOutput out) throws IOException {
        out.writeInt(stamps.length);
        for (long stamp : stamps) {
            int slot = generations.slot(stamp);
            out.writeBoolean(slot >= 0);
            out.writeLong(slot >= 0 ? catalog.item(slot).hash() : 0);
        }
    }

    @Override
    public void readFrom(DataInput in) throws IOException {
        nowMs = in.readLong();
        frozenMs = in.readLong();
        examples = in.readLong();
        fallbacks = in.readLong();
        frozen.readFrom(in, catalog);
        users.clear();
        context = -1;
        int count = in.readInt();
        for (int k = 0; k < count; k++) {
            int place = users.use(in.readLong());
            roomForUsers();
            versions[place] = in.readLong();
            for (int f = 0; f < frozen.dimension(); f++) {
                vectors[place * frozen.dimension() + f] = in.readFloat();
            }
            windows[place] = readWindow(in);
        }
    }

    private long[] readWindow(DataInput in) throws IOException {
        long[] stamps = new long[in.readInt()];
        for (int k = 0; k < stamps.length; k++) {
            boolean was = in.readBoolean();
            int slot = catalog.slotOf(in.readLong());
            stamps[k] = was && slot >= 0 ? generations.stamp(slot) : Generations.GONE;
        }
        return stamps;
    }

    @Override
    public long stateBytes() {
        long window = settings.exact() ? 8L * (settings.high() - settings.low() + 3) : 0;
        return frozen.stateBytes() + users.stateBytes() + 4L * vectors.length + (16 + window) * users.size();
    }
}
