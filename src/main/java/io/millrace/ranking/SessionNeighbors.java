package io.millrace.ranking;

import io.millrace.sampling.Catalog;
import io.millrace.sampling.Exclusions;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * What those clicked around the same items whose histories are most like the user's. With h_1, h_2, ... the user's clicks,
 * newest first, and g(v) the least k for which v clicked h_k, the anchor:
 *
 * <pre>
 *   sim(v) = α^g(v) Σ_{k: v clicked h_k} ρ^(k-1) / |v|^n         v among those who clicked h_k lately, k = 1..L
 *   s(j)   = Σ_v sim(v) e^(-|position of j in v - position of the anchor| / reach)      the K most alike v
 * </pre>
 *
 * <p>Unlike item pairs, a neighbor must share several clicks to weigh much, which tells apart tastes that pairs blur.
 * Sources: Ludewig and Jannach, "Evaluation of session-based recommendation algorithms", UMUAI 2018 (V-SKNN); Garg et
 * al., "Sequence and time aware neighborhood", SIGIR 2019 (STAN). Not thread-safe.
 */
public final class SessionNeighbors implements Ranker {

    /** Reaches after which a click is not worth a look: e^-5 is below 1 %. */
    private static final int ENOUGH = 5;

    private final SessionNeighborsConfig config;
    private final ClickLog log;
    private final float[] fading;
    private final TopK nearest = new TopK();
    private final Exclusions nobody = new Exclusions();

    private float[] similarity = new float[64];
    private int[] found = new int[64];
    private int[] anchors = new int[64];
    private float[] candidates = new float[64];
    private int foundCount;

    public SessionNeighbors(SessionNeighborsConfig config) {
        this.config = config;
        log = new ClickLog(config.log());
        fading = new float[1 + (int) Math.ceil(config.reach() * ENOUGH)];
        for (int d = 0; d < fading.length; d++) {
            fading[d] = (float) StrictMath.exp(-d / (double) config.reach());
        }
    }

    @Override
    public String name() {
        return "session neighbors";
    }

    @Override
    public void score(Query query, float[] out) {
        Arrays.fill(out, 0, query.padded(), 0f);
        findCandidates(query);
        int near = nearest.select(candidates, foundCount, config.neighbors(), nobody, null);
        for (int r = 0; r < near; r++) {
            addNeighbor(anchors[nearest.slot(r)], nearest.score(r), out, query.slots());
        }
        for (int k = 0; k < foundCount; k++) {
            similarity[found[k]] = 0;
        }
    }

    /** Fills {@code candidates} with similarities and {@code anchors} with the click each was first met at. */
    private void findCandidates(Query query) {
        foundCount = 0;
        room();
        int me = log.ownerOf(query.user().hash());
        float weight = 1;
        float anchor = 1;
        int last = Math.min(config.recent(), query.historySize());
        for (int k = 0; k < last; k++) {
            visit(query.history(k), me, weight, anchor);
            weight *= config.recentDecay();
            anchor *= config.anchorDecay();
        }
        for (int k = 0; k < foundCount; k++) {
            candidates[k] *= similarity[found[k]] * damping(log.clicksOf(found[k]));
        }
    }

    private void visit(int slot, int me, float weight, float anchor) {
        int click = log.newestOf(slot);
        for (int left = config.occurrences(); left > 0 && click != ClickLog.NONE; left--) {
            int who = log.owner(click);
            if (who != me) {
                if (similarity[who] == 0) {
                    found[foundCount] = who;
                    anchors[foundCount] = click;
                    candidates[foundCount++] = anchor;
                }
                similarity[who] += weight;
            }
            click = log.older(click);
        }
    }

    private float damping(int length) {
        return (float) io.millrace.learning.Exp.exp(-config.lengthExponent() * FastLog.log(length));
    }

    private void addNeighbor(int anchor, float weight, float[] out, int slots) {
        int click = log.later(anchor);
        for (int d = 1; d < fading.length && click != ClickLog.NONE; d++) {
            give(click, weight * fading[d], out, slots);
            click = log.later(click);
        }
        float before = weight * config.before();
        click = log.earlier(anchor);
        for (int d = 1; d < fading.length && click != ClickLog.NONE && before > 0; d++) {
            give(click, before * fading[d], out, slots);
            click = log.earlier(click);
        }
    }

    private void give(int click, float weight, float[] out, int slots) {
        int slot = log.slot(click);
        if (slot >= 0 && slot < slots) {
            out[slot] += weight;
        }
    }

    private void room() {
        int users = log.ownerBound();
        if (users > similarity.length) {
            int larger = users * 2;
            similarity = Arrays.copyOf(similarity, larger);
            found = new int[larger];
            anchors = new int[larger];
            candidates = new float[larger];
        }
    }

    @Override
    public void learn(Query query, int slot) {
        log.add(query.user().hash(), slot, query.atMs());
    }

    @Override
    public void forget(int slot) {
        log.forget(slot);
    }

    @Override
    public long stateBytes() {
        return log.stateBytes() + 16L * similarity.length;
    }

    @Override
    public void writeTo(DataOutput out, Catalog catalog) throws IOException {
        log.writeTo(out, catalog);
    }

    @Override
    public void readFrom(DataInput in, Catalog catalog) throws IOException {
        log.readFrom(in, catalog);
    }
}
