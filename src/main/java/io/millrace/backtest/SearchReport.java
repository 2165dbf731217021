package io.millrace.backtest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a search found, without anything that another search of the same would find differently.
 *
 * @param history what was searched on
 * @param score the metric
 * @param moreIsBetter false for log-loss
 * @param firstHalf events that the choice was made on
 * @param refused times that values were drawn which do not go together
 * @param trials all configurations, in the order they were tried; number 0 is the base
 * @param best number of the one that was chosen
 * @param neighbours those that differ from it least, the nearest first
 * @param choice the base and the best on the first half, where the best was chosen, and on the second, where it was not
 */
public record SearchReport(
        Map<String, Object> history,
        String score,
        boolean moreIsBetter,
        long seed,
        int budget,
        long firstHalf,
        int refused,
        List<Tried> trials,
        int best,
        List<Neighbour> neighbours,
        List<Choice> choice) {

    /** One configuration, with its score on each beginning of the stream that it was tried on. */
    public record Tried(int number, String origin, String digest, Map<String, String> values, List<Point> scores) {}

    /**
     * A mean over the first {@code events} events.
     *
     * @param count clicks, impressions or requests that it is over
     */
    public record Point(long events, long count, double mean) {}

    /**
     * A configuration beside the best.
     *
     * @param differs what it sets otherwise
     * @param events the longest beginning that both were tried on
     * @param mean its score there
     * @param bestMean the best's score there
     */
    public record Neighbour(int number, Map<String, String> differs, long events, double mean, double bestMean) {}

    /** How a configuration did on both halves. */
    public record Choice(
            String name, int number, Map<String, String> values, double firstHalf, double heldOut, long heldOutCount) {}

    private static final int LEAST_NEIGHBOURS = 5;

    public static SearchReport of(
            Search.Result result,
            Search.Candidates candidates,
            Objective objective,
            long seed,
            int budget,
            Map<String, Object> history) {
        Trial best = result.best();
        return new SearchReport(
                history,
                objective.name(),
                objective.isMoreBetter(),
                seed,
                budget,
                result.firstHalf(),
                result.refused(),
                result.trials().stream().map(SearchReport::tried).toList(),
                best.number(),
                neighbours(result, candidates),
                List.of(
                        choice("base", result.base(), result.baseHeldOut()),
                        choice("best", best, result.bestHeldOut())));
    }

    private static Tried tried(Trial trial) {
        return new Tried(
                trial.number(),
                trial.origin().name().toLowerCase(Locale.ROOT),
                trial.config().digest(),
                trial.values(),
                trial.seen().stream()
                        .map(seen -> new Point(
                                seen.events(),
                                seen.score().count(),
                                seen.score().mean()))
                        .toList());
    }

    private static Choice choice(String name, Trial trial, Objective.Score heldOut) {
        return new Choice(
                name, trial.number(), trial.values(), trial.last().score().mean(), heldOut.mean(), heldOut.count());
    }

    /** All that are one step away, and at least a few. */
    private static List<Neighbour> neighbours(Search.Result result, Search.Candidates candidates) {
        Trial best = result.best();
        List<Trial> others = new ArrayList<>(result.trials());
        others.remove(best);
        others.sort(Comparator.<Trial>comparingDouble(trial -> candidates.distance(best.values(), trial.values()))
                .thenComparingInt(Trial::number));
        List<Neighbour> neighbours = new ArrayList<>();
        for (Trial other : others) {
            boolean isNext = candidates.distance(best.values(), other.values()) < 2;
            if (isNext || neighbours.size() < LEAST_NEIGHBOURS) {
                neighbours.add(neighbour(best, other));
            }
        }
        return List.copyOf(neighbours);
    }

    private static Neighbour neighbour(Trial best, Trial other) {
        Map<String, String> differs = new TreeMap<>(other.values());
        differs.entrySet().removeIf(value -> Objects.equals(best.values().get(value.getKey()), value.getValue()));
        Trial.Seen common = other.last();
        for (Trial.Seen seen : other.seen()) {
            common = Double.isNaN(best.mean(seen.events())) ? common : seen;
        }
        return new Neighbour(
                other.number(), differs, common.events(), common.score().mean(), best.mean(common.events()));
    }
}
