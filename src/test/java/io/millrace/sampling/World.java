package io.millrace.sampling;

import io.millrace.event.CounterRandom;
import io.millrace.event.EntityId;
import io.millrace.popularity.HalfLife;
import io.millrace.popularity.ItemCounts;
import java.util.ArrayList;
import java.util.List;

/** A small partition with a history: a catalog with holes, users who click by Zipf's law, a model, and a sampler. */
final class World {

    static final long START_MS = 1_700_000_000_000L;
    static final long HOUR_MS = 3_600_000;
    static final int USERS = 20;

    final Catalog catalog = new Catalog();
    final ItemCounts counts = new ItemCounts(new HalfLife(24 * HOUR_MS));
    final Draw draw = new Draw(catalog, counts);
    final LinearModel model;
    final RecentItems[] clicked = new RecentItems[USERS];
    final RecentItems[] unclicked = new RecentItems[USERS];
    final Sampling sampling;
    final Sampler sampler;
    final Negatives negatives = new Negatives();
    private final CounterRandom history;
    private final List<Integer> slots = new ArrayList<>();
    private final long seed;
    private long events;
    long nowMs = START_MS;

    private World(String name, Parameters parameters, int items, long seed) {
        this.seed = seed;
        history = new CounterRandom().reset(seed, 77, 5);
        model = new LinearModel(8, items + 2000, seed);
        draw.model(model);
        counts.advance(nowMs);
        for (int u = 0; u < USERS; u++) {
            clicked[u] = new RecentItems(20);
            unclicked[u] = new RecentItems(30);
        }
        sampling = Samplers.make(name, parameters, catalog, counts, 64);
        sampler = sampling.sampler();
        sampling.advanced(nowMs);
        for (int k = 0; k < items; k++) {
            add("item" + k);
        }
    }

    /** A world of 50 items, of which 10 more were retired, and 600 events. */
    static World of(String name, Parameters parameters, long seed) {
        var world = new World(name, parameters, 60, seed);
        for (int k = 0; k < 60; k += 6) {
            world.retire("item" + k);
        }
        world.live(600);
        for (int user = 0; user < 5; user++) {
            world.context(user);
            world.sampling.learned(world.draw, world.sample(5));
        }
        return world;
    }

    static World of(String name, long seed) {
        return of(name, ReferenceParameters.with(), seed);
    }

    /** A world of so many items and nothing that happened. */
    static World empty(String name, Parameters parameters, int items, long seed) {
        return new World(name, parameters, items, seed);
    }

    /** The click graph of samplers that have one. */
    ClickGraph graph() {
        return sampling.state(ClickGraph.class);
    }

    int add(String item) {
        int slot = catalog.add(EntityId.of(item));
        slots.add(slot);
        return slot;
    }

    void retire(String item) {
        int slot = catalog.retire(EntityId.of(item).hash());
        slots.remove(Integer.valueOf(slot));
        counts.clear(slot);
    }

    /** Lets so many things happen: a minute each, a third of them clicks. */
    void live(int happenings) {
        for (int k = 0; k < happenings; k++) {
            passTo(nowMs + 60_000);
            int user = history.nextInt(USERS);
            int slot = zipf();
            counts.exposed(slot, nowMs);
            if (history.nextInt(3) == 0) {
                click(user, slot);
            } else {
                unclicked[user].add(catalog.item(slot).hash(), nowMs);
                sampling.unclicked(userHash(user), slot, nowMs);
            }
        }
    }

    void click(int user, int slot) {
        int previous = clicked[user].size() == 0 ? -1 : catalog.slotOf(clicked[user].item(0));
        counts.clicked(slot, nowMs);
        clicked[user].add(catalog.item(slot).hash(), nowMs);
        unclicked[user].remove(catalog.item(slot).hash());
        sampling.clicked(userHash(user), slot, previous, nowMs);
    }

    void passTo(long ms) {
        nowMs = ms;
        counts.advance(ms);
        sampling.advanced(ms);
    }

    private int zipf() {
        double u = history.nextDouble();
        return slots.get((int) Math.min(slots.size() - 1, Math.pow(slots.size(), u) - 1));
    }

    static long userHash(int user) {
        return EntityId.of("user" + user).hash();
    }

    /** A new context for a user, whose last clicks and some more are excluded. */
    Draw context(int user) {
        return context(user, slots.get(history.nextInt(slots.size())));
    }

    Draw context(int user, int positive) {
        model.of(userHash(user));
        draw.start(seed, events++, userHash(user), positive, nowMs, clicked[user], unclicked[user]);
        for (int k = 0; k < clicked[user].size(); k++) {
            draw.exclusions().add(catalog.slotOf(clicked[user].item(k)));
        }
        draw.batch(batch(user, positive), 3);
        return draw;
    }

    /** A batch of 16 whose row 3 is the user's; other rows are what others clicked last. */
    private Batch batch(int user, int positive) {
        long number = events;
        return new Batch() {
            @Override
            public long number() {
                return number;
            }

            @Override
            public int size() {
                return 16;
            }

            @Override
            public long user(int row) {
                return userHash(row == 3 ? user : row % USERS);
            }

            @Override
            public int item(int row) {
                return row == 3 || slots.isEmpty() ? positive : slots.get(row * 7 % slots.size());
            }
        };
    }

    void excludeAll() {
        slots.forEach(draw.exclusions()::add);
    }

    Negatives sample(int count) {
        negatives.clear();
        sampler.sample(draw, count, negatives);
        return negatives;
    }

    /** q of every slot in the present context. */
    double[] law() {
        double[] law = new double[catalog.slots()];
        for (int slot = 0; slot < law.length; slot++) {
            law[slot] = catalog.isActive(slot) ? sampler.probability(draw, slot) : 0;
        }
        return law;
    }

    long[] draws(int count) {
        long[] seen = new long[catalog.slots()];
        for (int k = 0; k < count; k++) {
            int slot = sampler.draw(draw);
            if (slot >= 0) {
                seen[slot]++;
            }
        }
        return seen;
    }
}
