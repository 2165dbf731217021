package io.millrace.ranking;

import io.millrace.event.CounterRandom;
import io.millrace.event.EntityId;
import io.millrace.learning.ItemRows;
import io.millrace.learning.OnlineLearner;
import io.millrace.learning.Optimizer;
import io.millrace.learning.Optimizers;
import io.millrace.learning.UserRows;
import io.millrace.popularity.HalfLife;
import io.millrace.popularity.ItemCounts;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.Draw;
import io.millrace.sampling.ExcludingSampler;
import io.millrace.sampling.Negatives;
import io.millrace.sampling.Proposal;
import io.millrace.sampling.QKind;
import io.millrace.sampling.RecentItems;
import io.millrace.sampling.Sampler;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A factor model whose user is the last clicks and nothing else, with its own rows, negatives and replay: each new click
 * is one step, and so are a few clicks drawn from those remembered, with the context they had. Replay is what a stream
 * read once lacks most: rows of rare items see too few steps otherwise. Source: Lin, "Self-improving reactive agents
 * based on reinforcement learning, planning and teaching", Machine Learning 1992.
 *
 * <p>For a blend: an ensemble is several of these with other seeds and decays. Not thread-safe.
 */
public final class ContextFactors implements Ranker {

    private static final int REPLAY = 7;

    private final ContextFactorsConfig config;
    private final Catalog catalog;
    private final ItemRows items;
    private final UserRows users;
    private final OnlineLearner learner;
    private final ClickLog log;
    private final Draw draw;
    private final ItemsOfTheTime law = new ItemsOfTheTime();
    private final Sampler sampler = new ExcludingSampler(law, 64);
    private final Negatives negatives = new Negatives();
    private final RecentItems nothing = new RecentItems(1);
    private final CounterRandom random = new CounterRandom();
    private final int scratch;
    private final float[] represented;
    private final int[] context;
    private float[] byRow = new float[64];
    private long steps;

    public ContextFactors(ContextFactorsConfig config, Catalog catalog) {
        this.config = config;
        this.catalog = catalog;
        Optimizer optimizer = Optimizers.make(config.learning());
        int recent = config.learning().contextItems();
        items = new ItemRows(config.learning(), optimizer, catalog, null);
        users = new UserRows(config.learning(), optimizer, recent, 1, 64);
        learner = new OnlineLearner(config.learning(), catalog, items, users, optimizer);
        log = new ClickLog(config.log());
        draw = new Draw(catalog, new ItemCounts(new HalfLife(86_400_000L)));
        scratch = users.row(EntityId.of("whoever is scored or learned from"));
        represented = new float[items.padded()];
        context = new int[recent];
    }

    @Override
    public String name() {
        return "context factors";
    }

    @Override
    public void score(Query query, float[] out) {
        show(query);
        for (int slot = 0; slot < query.slots(); slot++) {
            if (items.rowIfPresent(slot) < 0 && catalog.isActive(slot)) {
                items.row(slot);
            }
        }
        learner.represent(scratch, represented);
        if (items.rows() > byRow.length) {
            byRow = new float[items.rows() * 2];
        }
        items.scoreRows(represented, byRow);
        for (int slot = 0; slot < query.slots(); slot++) {
            int row = items.rowIfPresent(slot);
            out[slot] = row >= 0 ? byRow[row] : 0;
        }
    }

    /** Makes the scratch user have clicked what the query's user did. */
    private void show(Query query) {
        int last = Math.min(context.length, query.historySize());
        for (int k = 0; k < last; k++) {
            context[k] = query.history(k);
        }
        fill(last);
    }

    /** Adds the first {@code last} of {@code context}, newest first, to the scratch user's clicks. */
    private void fill(int last) {
        RecentItems clicked = users.clicked(scratch);
        clicked.clear();
        for (int k = last - 1; k >= 0; k--) {
            if (context[k] >= 0 && catalog.isActive(context[k])) {
                clicked.add(catalog.item(context[k]).hash(), 0);
            }
        }
    }

    @Override
    public int reach() {
        return context.length;
    }

    @Override
    public void learn(Query query, int slot) {
        law.bound = query.slots();
        show(query);
        step(slot);
        for (int k = 0; k < config.replay() && log.size() > 0; k++) {
            random.reset(config.learning().seed(), steps, REPLAY);
            replay(log.at(random.nextInt(log.size())));
        }
        log.add(query.user().hash(), slot, query.atMs());
    }

    private void replay(int click) {
        int slot = log.slot(click);
        if (slot < 0) {
            return;
        }
        int last = 0;
        for (int past = log.earlier(click); past != ClickLog.NONE && last < context.length; past = log.earlier(past)) {
            context[last++] = log.slot(past);
        }
        fill(last);
        step(slot);
    }

    private void step(int slot) {
        if (!catalog.isActive(slot)) {
            return;
        }
        draw.start(config.learning().seed(), steps++, 0, slot, 0, nothing, nothing);
        negatives.clear();
        if (law.size() > 1) {
            sampler.sample(draw, config.negatives(), negatives);
        }
        learner.learn(scratch, slot, negatives, 1, steps);
    }

    /**
     * Uniform over the items there were when the question was asked, so that a click that is taught again later meets the
     * negatives it met first. Slots are given lowest first, so those are the lower ones; only of items that were retired
     * since nothing can be drawn any more.
     */
    private final class ItemsOfTheTime implements Proposal {

        private static final int MAX_TRIES = 16;

        private int bound;

        int size() {
            return bound - (catalog.slots() - catalog.size());
        }

        @Override
        public String name() {
            return "uniform";
        }

        @Override
        public QKind qKind() {
            return QKind.EXACT;
        }

        @Override
        public boolean isEmpty(Draw context) {
            return size() <= 0;
        }

        @Override
        public int draw(Draw context) {
            for (int tries = 0; tries < MAX_TRIES; tries++) {
                int slot = context.random().nextInt(bound);
                if (catalog.isActive(slot)) {
                    return slot;
                }
            }
            return RETRY;
        }

        @Override
        public double probability(Draw context, int slot) {
            return slot < bound && catalog.isActive(slot) ? 1.0 / size() : 0;
        }
    }

    @Override
    public void forget(int slot) {
        items.drop(slot);
        log.forget(slot);
    }

    @Override
    public long stateBytes() {
        return items.stateBytes() + log.stateBytes() + 4L * byRow.length;
    }

    @Override
    public void writeTo(DataOutput out, Catalog catalog) throws IOException {
        out.writeLong(steps);
        int floats = items.vectorFloats() + items.scalarFloats();
        out.writeInt(floats);
        out.writeInt(present(catalog));
        for (int slot = 0; slot < catalog.slots(); slot++) {
            int row = items.rowIfPresent(slot);
            if (catalog.isActive(slot) && row >= 0) {
                out.writeLong(catalog.item(slot).hash());
                for (int f = 0; f < floats; f++) {
                    out.writeFloat(items.floats()[items.learned(row, f)]);
                }
            }
        }
        log.writeTo(out, catalog);
    }

    private int present(Catalog catalog) {
        int count = 0;
        for (int slot = 0; slot < catalog.slots(); slot++) {
            count += catalog.isActive(slot) && items.rowIfPresent(slot) >= 0 ? 1 : 0;
        }
        return count;
    }

    /** @throws IOException when the rows are of another dimension */
    @Override
    public void readFrom(DataInput in, Catalog catalog) throws IOException {
        steps = in.readLong();
        int floats = in.readInt();
        if (floats != items.vectorFloats() + items.scalarFloats()) {
            throw new IOException("floats of a row of context factors = " + floats + ", expected "
                    + (items.vectorFloats() + items.scalarFloats()));
        }
        for (int left = in.readInt(); left > 0; left--) {
            int slot = catalog.slotOf(in.readLong());
            int row = slot >= 0 ? items.row(slot) : -1;
            for (int f = 0; f < floats; f++) {
                float x = in.readFloat();
                if (row >= 0) {
                    items.floats()[items.learned(row, f)] = x;
                }
            }
        }
        log.readFrom(in, catalog);
    }
}
