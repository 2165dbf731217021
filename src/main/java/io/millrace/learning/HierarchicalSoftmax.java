package io.millrace.learning;

import io.millrace.popularity.ItemCounts;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.SamplerState;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The click among all items by its path in a tree, see {@link PathTree}: a softmax over the whole catalog in O(log N), with no
 * negatives and no q. The loss of a click on item j by a user represented by v is -ln P(j | v).
 *
 * <p>The tree grows with the catalog from the first item on. It is built by popularity when there are enough items, or after a
 * while; then once per period, and when its mean path has become longer than 1.5 (entropy + 1). A tree that was just built
 * starts at 0 and learns from every click beside the one that serves, whose gradient alone moves v; it takes over after its
 * warm-up.
 *
 * <p>The trees belong to one learner partition and are written as one with the state of its sampler: {@code 4 (d + optimiser
 * state)} bytes per item and tree, at every commit. What moves of items is what is given of them, in their rows.
 */
public final class HierarchicalSoftmax implements SamplerState, Catalog.Listener, ItemCounts.Listener {

    /** Clicks between looks at the length of paths, or as many as there are items. */
    private static final int LOOK_EVERY = 1000;

    private static final double LONGEST = 1.5;
    private static final long NEVER = Long.MIN_VALUE;

    private final LearningConfig config;
    private final Catalog catalog;
    private final RowSteps steps;
    private final int stateFloats;
    private final float[] unused;
    private @Nullable ItemCounts counts;
    private @Nullable PathTree serving;
    private @Nullable PathTree growing;
    private long firstMs = NEVER;
    private long builtMs = NEVER;
    private long nowMs = NEVER;
    private long grown;
    private long sinceLook;

    HierarchicalSoftmax(LearningConfig config, Catalog catalog, RowSteps steps, Optimizer optimizer) {
        this.config = config;
        this.catalog = catalog;
        this.steps = steps;
        int d = Arithmetic.padded(config.dimension());
        stateFloats = optimizer.stateFloats(d);
        unused = new float[d];
    }

    /** Takes the counts that the tree is built by, and every item there is. Called once, before anything is learned. */
    public void start(ItemCounts itemCounts) {
        counts = itemCounts;
        serving = newTree();
        catalog.listen(this);
        itemCounts.listen(this);
    }

    private PathTree newTree() {
        if (counts == null) {
            throw new IllegalStateException("the tree was not started");
        }
        return new PathTree(config, catalog, counts.decayedClicks(), steps, stateFloats);
    }

    private PathTree serving() {
        if (serving == null) {
            throw new IllegalStateException("the tree was not started");
        }
        return serving;
    }

    /** One step on a click; fills {@code gradient} with the derivative by v. False when it was not finite. */
    boolean learn(int slot, float[] v, int at, float weight, float[] gradient) {
        if (growing != null && !growing.learn(slot, v, at, weight, unused)) {
            return false;
        }
        return serving().learn(slot, v, at, weight, gradient);
    }

    /** ln P of an item given v. */
    public float logProbability(float[] v, int slot) {
        return (float) serving().logProbability(v, 0, slot);
    }

    /** ln P of every item given v, in {@code out[slot]}. */
    public void logProbabilities(float[] v, float[] out) {
        serving().logProbabilities(v, out);
    }

    @Override
    public void added(int slot) {
        serving().insert(slot);
        if (growing != null) {
            growing.insert(slot);
        }
    }

    @Override
    public void retired(int slot) {
        serving().remove(slot);
        if (growing != null) {
            growing.remove(slot);
        }
    }

    @Override
    public void changed(int slot) {
        serving().counted(slot);
        if (growing != null) {
            growing.counted(slot);
        }
    }

    @Override
    public void shrank(int exponent) {
        serving().rescaled();
        if (growing != null) {
            growing.rescaled();
        }
    }

    @Override
    public void advanced(long atMs) {
        nowMs = atMs;
        firstMs = firstMs == NEVER ? atMs : firstMs;
        boolean isFirst = builtMs == NEVER;
        boolean isDue = isFirst
                ? catalog.size() >= config.trees().treeItems()
                        || atMs - firstMs >= config.trees().treeAfterMs()
                : atMs - builtMs >= config.trees().treeEveryMs();
        if (isDue) {
            build();
        }
    }

    @Override
    public void clicked(long user, int slot, int previous, long atMs) {
        if (growing != null && ++grown >= config.trees().treeWarmUp()) {
            serving = growing;
            growing = null;
        }
        if (++sinceLook >= Math.max(LOOK_EVERY, catalog.size())) {
            sinceLook = 0;
            lookAtPaths();
        }
    }

    private void lookAtPaths() {
        boolean isTooLong = serving().meanDepth() > LONGEST * (serving().entropy() + 1);
        if (growing == null && builtMs != NEVER && isTooLong) {
            build();
        }
    }

    /** One that is still growing gives way to the newer one. */
    private void build() {
        builtMs = nowMs;
        grown = 0;
        growing = newTree();
        growing.build();
    }

    /** True while a new tree learns beside the one that serves. */
    public boolean isRebuilding() {
        return growing != null;
    }

    @Override
    public String name() {
        return "hierarchical-softmax";
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        out.writeLong(firstMs);
        out.writeLong(builtMs);
        out.writeLong(nowMs);
        out.writeLong(grown);
        out.writeLong(sinceLook);
        serving().writeTo(out);
        out.writeBoolean(growing != null);
        if (growing != null) {
            growing.writeTo(out);
        }
    }

    @Override
    public void readFrom(DataInput in) throws IOException {
        firstMs = in.readLong();
        builtMs = in.readLong();
        nowMs = in.readLong();
        grown = in.readLong();
        sinceLook = in.readLong();
        serving = newTree();
        serving.readFrom(in);
        growing = null;
        if (in.readBoolean()) {
            growing = newTree();
            growing.readFrom(in);
        }
    }

    @Override
    public long stateBytes() {
        return serving().stateBytes() + (growing == null ? 0 : growing.stateBytes());
    }
}
