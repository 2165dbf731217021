package io.millrace.source;

import io.millrace.event.Click;
import io.millrace.event.CounterRandom;
import io.millrace.event.Dislike;
import io.millrace.event.EntityId;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;

/**
 * A seeded stream of impressions, clicks and dislikes in order of <em>arrival</em>, with the faults of real ones:
 *
 * <ul>
 *   <li>clicks come after an exponential delay, and two of a hundred after the attribution window;
 *   <li>events arrive up to a second after their event time, and three of a hundred some seconds later still;
 *   <li>one of a hundred arrives twice, under the same id;
 *   <li>one click of two hundred answers an impression that was never logged;
 *   <li>tastes drift, once, when configured.
 * </ul>
 *
 * <p>Equal configurations give equal streams; {@link #skip} finds a position again after a restart. Users are {@code
 * u-0, u-1, ...}, items {@code i-0, i-1, ...}. Not thread-safe.
 */
public final class SyntheticStream implements Iterator<Event> {

    private record Arrival(Event event, long atMs, long sequence) {}

    /** Clicks kept per user, so that a user is not shown again what was just clicked. */
    private static final int MEMORY = 20;

    private static final int PURPOSE_REQUEST = 1;
    private static final int PURPOSE_ARRIVAL = 2;

    /** Expected clicks per impression, for the rate. */
    private static final double CLICKS_PER_IMPRESSION = 0.09;

    private final SyntheticConfig config;
    private final Audience audience;
    private final CounterRandom random = new CounterRandom();
    private final CounterRandom travel = new CounterRandom();
    private final PriorityQueue<Arrival> arrivals =
            new PriorityQueue<>(Comparator.comparingLong(Arrival::atMs).thenComparingLong(Arrival::sequence));
    private final Map<Integer, int[]> clicked = new HashMap<>();
    private final EntityId[] users;
    private final EntityId[] items;
    private final int[] slate;
    private final double meanGapMs;

    private double clockMs;
    private long requests;
    private long sequence;
    private long events;
    private long arrivalMs;

    public SyntheticStream(SyntheticConfig config) {
        this.config = config;
        audience = new Audience(config);
        users = ids("u-", config.users());
        items = ids("i-", config.items());
        slate = new int[config.slateSize()];
        clockMs = config.startMs();
        meanGapMs = 1000 * config.slateSize() * (1 + CLICKS_PER_IMPRESSION) / config.eventsPerSecond();
        arrivalMs = config.startMs();
    }

    private static EntityId[] ids(String prefix, int count) {
        EntityId[] ids = new EntityId[count];
        for (int k = 0; k < count; k++) {
            ids[k] = EntityId.of(prefix + k);
        }
        return ids;
    }

    @Override
    public boolean hasNext() {
        while (mayRequest() && (arrivals.isEmpty() || arrivals.peek().atMs() >= (long) clockMs)) {
            request();
        }
        return !arrivals.isEmpty();
    }

    /** The next event to arrive. */
    @Override
    public Event next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the stream ended after " + events + " events");
        }
        Arrival arrival = arrivals.remove();
        arrivalMs = arrival.atMs();
        events++;
        return arrival.event();
    }

    /** Passes over events, to go on where another run stopped. */
    public void skip(long count) {
        for (long k = 0; k < count && hasNext(); k++) {
            next();
        }
    }

    /** When the last event arrived, in the time of the stream, epoch milliseconds; never before its event time. */
    public long arrivalMs() {
        return arrivalMs;
    }

    /** Events so far, duplicates counted. */
    public long events() {
        return events;
    }

    /** The number of the taste that a user has at an event time, hidden from the learner. */
    public int trueTaste(EntityId user, long atMs) {
        return audience.taste(number(user), atMs);
    }

    /** The number of the taste that a user has as of the last arrival. */
    public int trueTaste(EntityId user) {
        return trueTaste(user, arrivalMs);
    }

    /** The cluster of an item; users of the taste with that number like it. */
    public int cluster(EntityId item) {
        return audience.cluster(number(item));
    }

    private static int number(EntityId id) {
        return Integer.parseInt(id.text().substring(2));
    }

    private boolean mayRequest() {
        return config.lengthMs() == 0 || clockMs < config.startMs() + (double) config.lengthMs();
    }

    private void request() {
        random.reset(config.seed(), requests++, PURPOSE_REQUEST);
        long atMs = (long) clockMs;
        int user = audience.drawUser(random);
        EntityId request = EntityId.of("r-" + requests);
        for (int position = 0; position < slate.length; position++) {
            slate[position] = drawFresh(user, position, atMs);
        }
        for (int position = 0; position < slate.length; position++) {
            show(user, request, position, atMs);
        }
        clockMs += exponential(random, meanGapMs);
    }

    /** An item that is not in the slate yet and that the user did not just click; a few tries, then the last drawn. */
    private int drawFresh(int user, int position, long atMs) {
        int item = audience.drawItem(user, atMs, random);
        for (int tries = 0; tries < 20 && isStale(user, position, item); tries++) {
            item = audience.drawItem(user, atMs, random);
        }
        return item;
    }

    private boolean isStale(int user, int position, int item) {
        for (int k = 0; k < position; k++) {
            if (slate[k] == item) {
                return true;
            }
        }
        int[] known = clicked.get(user);
        for (int k = 1; known != null && k <= MEMORY; k++) {
            if (known[k] == item + 1) {
                return true;
            }
        }
        return false;
    }

    private void show(int user, EntityId request, int position, long atMs) {
        int item = slate[position];
        EntityId id = EntityId.of(request.text() + "-" + position);
        arrive(new Impression(id, request, users[user], items[item], position, Float.NaN, atMs));
        double chance = random.nextDouble();
        if (chance < audience.clickProbability(user, item, position, atMs)) {
            click(user, item, id, atMs);
        } else if (chance > 0.999) {
            long then = atMs + 1 + (long) exponential(random, (double) config.clickDelayMs());
            arrive(new Dislike(EntityId.of("d-" + id), users[user], items[item], 1f, then));
        }
    }

    private void click(int user, int item, EntityId impression, long atMs) {
        boolean missesWindow = random.nextDouble() < 0.02;
        boolean orphan = random.nextDouble() < 0.005;
        long delay = 1 + (long) exponential(random, (double) config.clickDelayMs());
        long then = atMs + delay + (missesWindow ? config.windowMs() : 0);
        EntityId answered = orphan ? EntityId.of("lost-" + impression) : impression;
        arrive(new Click(EntityId.of("c-" + impression), answered, users[user], items[item], "click", 1f, then));
        remember(user, item);
    }

    /** Slot 0 counts the clicks; the others are a ring of item numbers plus one. */
    private void remember(int user, int item) {
        int[] known = clicked.computeIfAbsent(user, u -> new int[MEMORY + 1]);
        known[1 + known[0] % MEMORY] = item + 1;
        known[0] = (known[0] + 1) % MEMORY;
    }

    private void arrive(Event event) {
        travel.reset(config.seed(), sequence, PURPOSE_ARRIVAL);
        boolean late = travel.nextDouble() < 0.03;
        boolean twice = travel.nextDouble() < 0.01;
        long arrival =
                event.atMs() + (long) exponential(travel, 50) + (late ? 500 + (long) exponential(travel, 3000) : 0);
        arrivals.add(new Arrival(event, arrival, sequence++));
        if (twice) {
            arrivals.add(new Arrival(event, arrival + (long) exponential(travel, 500), sequence++));
        }
    }

    private static double exponential(CounterRandom random, double mean) {
        return -mean * StrictMath.log1p(-random.nextDouble());
    }
}
