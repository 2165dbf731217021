package io.millrace.learning;

import io.millrace.event.CounterRandom;
import io.millrace.event.Hash;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.RecentItems;

/**
 * The clicks that are near a new one: those before it in its session, up to W. A session ends where the pause between two
 * clicks of a user is longer than the gap. Each click i has a window b_i of its own, even in 1..W by its hash, so that near
 * clicks are paired more often; at distance δ,
 *
 * <pre>
 *   the new click c is context of h     where δ is at most b_h      (centre h, {@link #follows})
 *   h is context of the new click c     where δ is at most b_c      (centre c, {@link #precedes})
 * </pre>
 *
 * <p>Both are found when c comes, so over a stream every centre meets its whole window, the clicks after it too, although
 * they were not known when it came: the pairs are those of a program that reads whole sessions. Clicks that are thinned
 * out are passed over before distances are counted, which widens windows as in that program.
 *
 * <p>A click is known by its user, item and time, which are in the user's row: so b, and whether a click is thinned out, are
 * the same at each look. One object per partition, refilled per click.
 *
 * <p>Source: Mikolov et al., NIPS 2013, and the word2vec program; Barkan and Koenigstein, "Item2vec", MLSP 2016, whose sets
 * without order are windows that are all W.
 */
public final class ClickWindow {

    private static final int PURPOSE = 0x57;

    /** Says which clicks there are, where some are thinned out. */
    public interface Kept {
        boolean keeps(long click, int slot);
    }

    private final SequenceConfig config;
    private final long seed;
    private final Catalog catalog;
    private final Kept kept;
    private final CounterRandom random = new CounterRandom();
    private final int[] slots;
    private final boolean[] follows;
    private final boolean[] precedes;
    private int size;

    public ClickWindow(SequenceConfig config, long seed, Catalog catalog, Kept kept) {
        this.config = config;
        this.seed = seed;
        this.catalog = catalog;
        this.kept = kept;
        int most = config.window() * (config.isBothSided() ? 2 : 1);
        slots = new int[most];
        follows = new boolean[most];
        precedes = new boolean[most];
    }

    /** What a click is known by, here and to whoever thins clicks out. */
    public static long key(long user, long item, long atMs) {
        return Hash.pair(Hash.pair(user, item), atMs);
    }

    /**
     * Finds the clicks near a new one.
     *
     * @param clicked the user's clicks before it
     */
    public void find(RecentItems clicked, long user, long item, long atMs) {
        size = 0;
        int own = window(key(user, item, atMs));
        long laterMs = atMs;
        int distance = 0;
        for (int k = 0; k < clicked.size() && distance < config.window(); k++) {
            long clickMs = clicked.atMs(k);
            if (Math.abs(laterMs - clickMs) > config.sessionGapMs()) {
                return;
            }
            laterMs = clickMs;
            long click = key(user, clicked.item(k), clickMs);
            int slot = catalog.slotOf(clicked.item(k));
            if (slot >= 0 && !kept.keeps(click, slot)) {
                continue;
            }
            distance++;
            add(slot, distance <= window(click), distance <= own);
        }
    }

    /**
     * Finds the clicks that are context of one of a user's last clicks, before and after it; none when it is not among them any
     * more.
     */
    public void findAround(RecentItems clicked, long user, long item, long atMs) {
        size = 0;
        int centre = 0;
        while (centre < clicked.size() && (clicked.item(centre) != item || clicked.atMs(centre) != atMs)) {
            centre++;
        }
        if (centre < clicked.size()) {
            int own = window(key(user, item, atMs));
            addSide(clicked, user, centre, 1, own);
            addSide(clicked, user, centre, -1, own);
        }
    }

    private void addSide(RecentItems clicked, long user, int centre, int direction, int own) {
        long lastMs = clicked.atMs(centre);
        int distance = 0;
        for (int k = centre + direction; k >= 0 && k < clicked.size() && distance < own; k += direction) {
            if (Math.abs(lastMs - clicked.atMs(k)) > config.sessionGapMs()) {
                return;
            }
            lastMs = clicked.atMs(k);
            int slot = catalog.slotOf(clicked.item(k));
            if (slot < 0 || kept.keeps(key(user, clicked.item(k), lastMs), slot)) {
                distance++;
                add(slot, false, true);
            }
        }
    }

    private void add(int slot, boolean isFollowed, boolean isPreceding) {
        if (slot >= 0 && (isFollowed || isPreceding)) {
            slots[size] = slot;
            follows[size] = isFollowed;
            precedes[size++] = isPreceding;
        }
    }

    /** False for a click that is thinned out. */
    public boolean keeps(long click, int slot) {
        return kept.keeps(click, slot);
    }

    /** b of a click. */
    int window(long click) {
        return config.isRandom() ? 1 + random.reset(seed, click, PURPOSE).nextInt(config.window()) : config.window();
    }

    /** Clicks that are near in one way or the other, nearest first. */
    public int size() {
        return size;
    }

    /** True when the click can be predicted: with {@code cbow}, from clicks that precede it; else from any that is near. */
    public boolean isEmpty() {
        if (!config.isCbow()) {
            return size == 0;
        }
        for (int k = 0; k < size; k++) {
            if (precedes[k]) {
                return false;
            }
        }
        return true;
    }

    public int slot(int k) {
        return slots[k];
    }

    /** True when the new click is context of the k-th. */
    public boolean follows(int k) {
        return follows[k];
    }

    /** True when the k-th is context of the new click. */
    public boolean precedes(int k) {
        return precedes[k];
    }
}
