package io.millrace.sampling;

import io.millrace.config.Configuration;
import io.millrace.event.EntityId;
import io.millrace.learning.Arithmetic;
import io.millrace.popularity.HalfLife;
import io.millrace.popularity.ItemCounts;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A partition that draws are measured on: N items clicked by Zipf's law, a model of d = 64, a user with ten clicks and 64
 * unclicked impressions, and samplers as configured by default that have been told 20,000 clicks.
 */
final class DrawWorld {

    static final int D = 64;
    static final long NOW = 1_700_000_000_000L;

    private static final int CLICKS = 20_000;
    private static final int USERS = 1000;

    final int items;
    final Catalog catalog = new Catalog();
    final ItemCounts counts = newCounts();
    final Draw draw = new Draw(catalog, counts);
    final FlatModel model;
    final Negatives negatives = new Negatives();

    /** Slots as they are clicked. */
    final int[] clicks = new int[1 << 20];

    /** Σ of the clicks of slots 0 to k, for a binary search. */
    final double[] cumulative;

    private final RecentItems clicked = new RecentItems(10);
    private final RecentItems exposed = new RecentItems(64);
    private final MicroBatch batch = MicroBatch.of(parameters());
    private long event;

    DrawWorld(int items) {
        this.items = items;
        var random = new SplittableRandom(1);
        for (int k = 0; k < items; k++) {
            catalog.add(EntityId.of("i" + k));
        }
        model = new FlatModel(items, random);
        cumulative = new double[items];
        for (int slot = 0; slot < items; slot++) {
            cumulative[slot] = (slot == 0 ? 0 : cumulative[slot - 1]) + clicksOf(slot);
        }
        for (int k = 0; k < clicks.length; k++) {
            clicks[k] = search(random.nextDouble());
        }
        count(counts);
        draw.model(model);
        for (int k = 0; k < 64; k++) {
            clicked.add(catalog.item(random.nextInt(items)).hash(), NOW);
            exposed.add(catalog.item(random.nextInt(items)).hash(), NOW);
            batch.add(k, clicks[k], k, NOW);
        }
    }

    static Parameters parameters() {
        return Configuration.load(null, Map.of("sampling.dns.warm-up", "0", "sampling.adaptive-rank.every", "1s"))
                .samplerParameters();
    }

    static ItemCounts newCounts() {
        ItemCounts counts = new ItemCounts(new HalfLife(604_800_000));
        counts.advance(NOW);
        return counts;
    }

    /** Clicks by Zipf's law; neighbours in the order of popularity are far apart in that of slots. */
    private double clicksOf(int slot) {
        return 10.0 * items / (1 + slot * 48_271L % items);
    }

    void count(ItemCounts into) {
        for (int slot = 0; slot < items; slot++) {
            long clicksOf = (long) clicksOf(slot);
            into.add(slot, 10 * clicksOf, clicksOf, clicksOf(slot) / 2, clicksOf(slot), NOW);
        }
    }

    /** A draw by clicks from the array that cannot change. */
    int search(double uniform) {
        double sought = uniform * cumulative[items - 1];
        int low = 0;
        int high = items - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (cumulative[middle] > sought) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** A sampler with a past. */
    Sampler sampler(String name) {
        Sampling sampling = Samplers.make(name, parameters(), catalog, counts, 64);
        sampling.advanced(NOW);
        for (int k = 0; k < CLICKS; k++) {
            sampling.clicked(k % USERS, clicks[k], clicks[k + 1], NOW);
            sampling.unclicked(k % USERS, clicks[k + CLICKS], NOW);
        }
        sampling.advanced(NOW + 3_600_000);
        boolean isAdaptive = name.equals("adaptive-rank");
        for (int k = 0; k < (isAdaptive ? 1 + items / 10 : 200); k++) {
            context();
            negatives.clear();
            if (!isAdaptive) {
                sampling.sampler().sample(draw, 5, negatives);
            }
            sampling.learned(draw, negatives);
        }
        return sampling.sampler();
    }

    /** Counts with nothing but this law to keep in step. */
    ItemCounts updating(String law) {
        ItemCounts own = newCounts();
        Samplers.make(law, parameters(), catalog, own, 64).advanced(NOW);
        count(own);
        return own;
    }

    Draw context() {
        event++;
        draw.start(1, event, event % USERS, clicks[(int) event & clicks.length - 1], NOW, clicked, exposed);
        for (int k = 0; k < clicked.size(); k++) {
            draw.exclusions().add(clicked.slot(k, catalog));
        }
        draw.batch(batch, 0);
        return draw;
    }

    /** Vectors side by side, scored as the learner scores them. */
    static final class FlatModel implements ModelView {

        private final Arithmetic arithmetic = Arithmetic.get();
        private final float[] vectors;
        private final float[] user = new float[D];

        FlatModel(int items, SplittableRandom random) {
            vectors = new float[items * D];
            for (int k = 0; k < vectors.length; k++) {
                vectors[k] = (k * 0x9E3779B9 >> 8) * 0x1p-24f;
            }
            for (int f = 0; f < D; f++) {
                user[f] = (float) random.nextDouble() - 0.5f;
            }
        }

        @Override
        public int dimension() {
            return D;
        }

        @Override
        public void user(float[] out) {
            System.arraycopy(user, 0, out, 0, D);
        }

        @Override
        public boolean user(long user, float[] out) {
            user(out);
            return true;
        }

        @Override
        public void item(int slot, float[] out) {
            System.arraycopy(vectors, slot * D, out, 0, D);
        }

        @Override
        public float bias(int slot) {
            return 0;
        }

        @Override
        public float score(int slot) {
            return arithmetic.dot(user, 0, vectors, slot * D, D);
        }
    }
}
