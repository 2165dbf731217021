package io.millrace.sampling;

import io.millrace.event.CounterRandom;
import io.millrace.popularity.ItemCounts;
import org.jspecify.annotations.Nullable;

/**
 * Everything a draw may look at: the positive it is for, the state as it was before that positive, and chance. One
 * object per partition, refilled per context; nothing in it changes while negatives are drawn.
 */
public final class Draw {

    private final Catalog catalog;
    private final ItemCounts counts;
    private final CounterRandom random = new CounterRandom();
    private final Exclusions exclusions = new Exclusions();
    private final RecentItems noItems = new RecentItems(1);

    private ModelView model = ModelView.NONE;
    private Scorer scorer = model;
    private @Nullable Batch batch;
    private int batchRow;
    private RecentItems clicked = noItems;
    private RecentItems exposed = noItems;
    private long event;
    private long user;
    private int positive;
    private long atMs;
    private long contexts;
    private String drawnBy = "";
    private float weight = 1;

    public Draw(Catalog catalog, ItemCounts counts) {
        this.catalog = catalog;
        this.counts = counts;
    }

    /**
     * Starts a new context. The caller fills {@link #exclusions} next.
     *
     * @param seed of the run
     * @param event hash of the event that negatives are drawn for
     * @param positive its item's slot, or -1 when the context has none
     */
    public Draw start(
            long seed, long event, long user, int positive, long atMs, RecentItems clicked, RecentItems exposed) {
        this.event = event;
        this.user = user;
        this.positive = positive;
        this.atMs = atMs;
        this.clicked = clicked;
        this.exposed = exposed;
        contexts++;
        batch = null;
        random.reset(seed, event, 0);
        exclusions.clear();
        exclusions.add(positive);
        return this;
    }

    public void scorer(Scorer scorer) {
        this.scorer = scorer;
    }

    /** The model, for samplers that need more than scores; its scores are used from now on. */
    public void model(ModelView model) {
        this.model = model;
        scorer = model;
    }

    /** Makes the positive of this context the {@code row}-th of a micro-batch, until the next {@link #start}. */
    public void batch(Batch batch, int row) {
        this.batch = batch;
        batchRow = row;
    }

    public Catalog catalog() {
        return catalog;
    }

    public ItemCounts counts() {
        return counts;
    }

    public CounterRandom random() {
        return random;
    }

    public Exclusions exclusions() {
        return exclusions;
    }

    /** The user's last clicks, newest first. */
    public RecentItems clicked() {
        return clicked;
    }

    /** What the user was shown and left unclicked, newest first. */
    public RecentItems exposed() {
        return exposed;
    }

    public Scorer scorer() {
        return scorer;
    }

    public ModelView model() {
        return model;
    }

    /** The micro-batch this positive is learned in, or null when positives are learned one by one. */
    public @Nullable Batch batch() {
        return batch;
    }

    public int batchRow() {
        return batchRow;
    }

    /** The slot of the item the user clicked last, or -1. */
    public int lastClicked() {
        return clicked.size() == 0 ? -1 : clicked.slot(0, catalog);
    }

    public long event() {
        return event;
    }

    public long user() {
        return user;
    }

    /** The slot of the positive, or -1. */
    public int positive() {
        return positive;
    }

    /** Event time of the positive, epoch milliseconds. */
    public long atMs() {
        return atMs;
    }

    /** Grows by one per context: what a sampler computed for one context it may keep until this changes. */
    public long contexts() {
        return contexts;
    }

    /** The config name of the leaf that made the last draw. */
    public String drawnBy() {
        return drawnBy;
    }

    /** Weight that the last draw has in the loss. */
    float weight() {
        return weight;
    }

    void drawnBy(String name) {
        drawnBy(name, 1);
    }

    void drawnBy(String name, float weight) {
        drawnBy = name;
        this.weight = weight;
    }
}
