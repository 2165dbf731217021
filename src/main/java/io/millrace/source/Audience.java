package io.millrace.source;

import io.millrace.event.CounterRandom;
import io.millrace.event.Hash;

/**
 * What is hidden behind the synthetic stream: who likes what, and how that changes. Item i lies in cluster i mod tastes
 * and is the (i div tastes)-th most popular of it. A user has a main and a side taste.
 */
final class Audience {

    /** Share of users who move to another taste at the drift. */
    private static final double MOVERS = 1.0 / 3;

    private static final double MAIN = 0.55;
    private static final double SIDE = 0.18;
    private static final double OTHER = 0.01;

    /** How much everybody likes the trending cluster. */
    private static final double TREND = 0.25;

    private final SyntheticConfig config;
    private final Zipf ranks;
    private final Zipf activity;
    private final long salt;
    private final long driftMs;

    Audience(SyntheticConfig config) {
        this.config = config;
        ranks = new Zipf(config.items() / config.tastes(), 0.9);
        activity = new Zipf(config.users(), 0.6);
        salt = Hash.mix(config.seed());
        driftMs = config.driftAfterMs() == 0 ? Long.MAX_VALUE : config.startMs() + config.driftAfterMs();
    }

    /** Some users come more often than others. */
    int drawUser(CounterRandom random) {
        return activity.draw(random);
    }

    /**
     * What a middling recommender would show: often something of the user's main taste, else anything, popular items
     * first either way.
     */
    int drawItem(int user, long atMs, CounterRandom random) {
        double kind = random.nextDouble();
        int cluster;
        if (kind < 0.35) {
            cluster = taste(user, atMs);
        } else if (kind < 0.5 && atMs >= driftMs) {
            cluster = trending();
        } else {
            cluster = random.nextInt(config.tastes());
        }
        return ranks.draw(random) * config.tastes() + cluster;
    }

    /** The probability of a click, by how well the item matches, how popular it is, and how far up it stands. */
    double clickProbability(int user, int item, int position, long atMs) {
        int rank = item / config.tastes();
        return match(user, cluster(item), atMs) * StrictMath.pow(rank + 1, -0.15) / (1 + 0.15 * position);
    }

    private double match(int user, int cluster, long atMs) {
        if (cluster == taste(user, atMs)) {
            return MAIN;
        }
        if (atMs >= driftMs && cluster == trending()) {
            return TREND;
        }
        return cluster == sideTaste(user) ? SIDE : OTHER;
    }

    /** The main taste of a user at an event time. */
    int taste(int user, long atMs) {
        boolean moved = atMs >= driftMs && uniform(user, 2) < MOVERS;
        int before = below(user, 0, config.tastes());
        return moved ? (before + 1 + below(user, 3, config.tastes() - 1)) % config.tastes() : before;
    }

    int cluster(int item) {
        return item % config.tastes();
    }

    private int sideTaste(int user) {
        return below(user, 1, config.tastes());
    }

    private int trending() {
        return below(0, 4, config.tastes());
    }

    private int below(int user, int purpose, int bound) {
        return (int) (uniform(user, purpose) * bound);
    }

    private double uniform(int user, int purpose) {
        return (Hash.pair(salt + purpose, user) >>> 11) * 0x1p-53;
    }
}
