package io.millrace.backtest;

import io.millrace.event.CounterRandom;
import io.millrace.event.Event;
import io.millrace.event.InvalidSetting;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the best of many configurations by successive halving: all run side by side over the beginning of a history,
 * the better third goes on, and so on. Each is scored on all it has seen, before it learned it.
 *
 * <pre>
 *   n configurations      over 1/9 of the first half of the history
 *   n / 3 and the base    over 1/3 of it
 *   n / 9 and the base    over all of it
 *   one step from the best, one key at a time        over all of it
 *   the best of all and the base                     over the whole history
 * </pre>
 *
 * <p>So everything is chosen on the first half; what the best does on the second is no part of the choice. Whoever goes on
 * keeps its state, so the first three lines read the history once and cost about 0.26 n first halves, at the price of n
 * states in memory for a ninth of it. Configurations never share anything, so the answer depends on the seed and not on
 * the threads. Ties go to the one that was tried first.
 *
 * <p>Source: Jamieson and Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter Optimization", AISTATS
 * 2016; scores are prequential (Dawid 1984) instead of those of a validation set.
 */
public final class Search {

    /** What may be tried. Values are by key, and equal values make equal configurations. */
    public interface Candidates {

        Map<String, String> base();

        Map<String, String> draw(CounterRandom random);

        /** Values that differ in one key by one step. */
        List<Map<String, String>> neighbours(Map<String, String> values);

        /** The number of keys that differ, and below 1 how much they do. */
        double distance(Map<String, String> a, Map<String, String> b);

        /**
         * @param name as a report calls it
         * @throws InvalidSetting when the values do not go together
         */
        RunConfig configuration(String name, Map<String, String> values);
    }

    /** Gives the same history each time. */
    public interface Histories {
        Iterator<? extends Event> open() throws IOException;
    }

    /** Is told how far it is. */
    public interface Progress {

        /** @param events that each configuration sees by the end of this stage */
        void begins(String stage, int configurations, long events);

        void at(Backtest stage);

        /**
         * @param ranked all that took part, the best first
         * @param kept how many of them go on, beside the base
         */
        void ends(List<Trial> ranked, int kept);
    }

    /**
     * What was found.
     *
     * @param trials all, in the order they were tried
     * @param best the one that was chosen
     * @param refused times that values were drawn which do not go together
     * @param firstHalf events that the choice was made on
     * @param judged the base and the best over the whole history; one of them when they are the same
     * @param bestHeldOut the best's score on the second half
     * @param baseHeldOut the base's
     */
    public record Result(
            List<Trial> trials,
            Trial best,
            int refused,
            long firstHalf,
            Backtest judged,
            Objective.Score bestHeldOut,
            Objective.Score baseHeldOut) {

        public Trial base() {
            return trials.get(0);
        }
    }

    private static final int PURPOSE = 0x5EA2C4;

    /** Of the configurations that run, one in so many goes on. */
    private static final int THIRD = 3;

    private static final int MOST_RUNGS = 3;
    private static final int DRAWS_PER_TRIAL = 50;

    private final Candidates candidates;
    private final Objective objective;
    private final Histories histories;
    private final int budget;
    private final long seed;
    private final int threads;
    private final Progress progress;
    private final CounterRandom random = new CounterRandom();
    private final List<Trial> trials = new ArrayList<>();

    /** Events after which scores are taken; the last is the first half. */
    private final List<Long> ends = new ArrayList<>();

    private final Map<String, Trial> tried = new HashMap<>();
    private int refused;
    private @Nullable InvalidSetting lastRefusal;

    /**
     * @param budget configurations that are tried, the base and neighbours included; 2 or more
     * @param seed of what is drawn
     */
    public Search(
            Candidates candidates,
            Objective objective,
            Histories histories,
            int budget,
            long seed,
            int threads,
            Progress progress) {
        new InvalidSetting.Check()
                .require(budget >= 2 && budget <= 100_000, "--budget", budget, "2 to 100000")
                .require(threads >= 1, "--threads", threads, "1 or more")
                .done();
        this.candidates = candidates;
        this.objective = objective;
        this.histories = histories;
        this.budget = budget;
        this.seed = seed;
        this.threads = threads;
        this.progress = progress;
    }

    /** Reads the history four times: to count it, twice for its first half, and to judge. */
    public Result run() throws IOException, InterruptedException {
        long all = count();
        long half = all / 2;
        InvalidSetting.require(half >= 9, "history", all + " events", "enough to choose on the first half: 18 or more");
        int steps = Math.min(budget / THIRD, 2 * candidates.base().size());
        draw(budget - steps);
        List<Trial> ranked = new ArrayList<>(halve(half));
        InvalidSetting.require(
                ranked.get(0).last().score().count() > 0,
                "score",
                objective.name(),
                objective.isOfImpressions()
                        ? "recall@K, since the first half has no impression that was decided"
                        : "log-loss, or another history: no click of the first half was ranked");
        ranked.addAll(tryNeighbours(ranked.get(0), budget - trials.size(), half));
        ranked.sort(byScore());
        return judge(ranked.get(0), half, all);
    }

    private long count() throws IOException {
        long events = 0;
        for (Iterator<? extends Event> history = histories.open(); history.hasNext(); history.next()) {
            events++;
        }
        return events;
    }

    private void draw(int wanted) {
        propose(Trial.Origin.BASE, candidates.base());
        for (long k = 0; trials.size() < wanted && k < (long) DRAWS_PER_TRIAL * wanted; k++) {
            propose(Trial.Origin.DRAWN, candidates.draw(random.reset(seed, k, PURPOSE)));
        }
        if (trials.size() < 2 && lastRefusal != null) {
            throw lastRefusal;
        }
    }

    /** The trial of these values, made now where there is none; null when they do not go together. */
    private @Nullable Trial propose(Trial.Origin origin, Map<String, String> values) {
        try {
            RunConfig config = candidates.configuration("trial " + trials.size(), values);
            return tried.computeIfAbsent(config.digest(), digest -> add(origin, values, config));
        } catch (InvalidSetting e) {
            refused++;
            lastRefusal = e;
            return null;
        }
    }

    private Trial add(Trial.Origin origin, Map<String, String> values, RunConfig config) {
        Trial trial = new Trial(trials.size(), origin, values, config);
        trials.add(trial);
        return trial;
    }

    /** Returns those that saw the whole first half, the best first. */
    private List<Trial> halve(long half) throws IOException, InterruptedException {
        List<Trial> running = List.copyOf(trials);
        List<PartitionRun> runs = runs(running);
        Iterator<? extends Event> history = histories.open();
        int rungs = rungs(running.size());
        for (int rung = 1; rung <= rungs; rung++) {
            ends.add(half / power(rungs - rung));
            progress.begins("stage " + rung + " of " + rungs, running.size(), ends.get(rung - 1));
            advance(running, runs, history, rung - 1);
            List<Trial> ranked = ranked(running);
            int kept = rung == rungs ? running.size() : Math.max(1, running.size() / THIRD);
            progress.ends(ranked, kept);
            Set<Trial> staying = staying(ranked, kept);
            runs = remaining(running, runs, staying);
            running = running.stream().filter(staying::contains).toList();
        }
        return ranked(running);
    }

    /** The base goes on whatever it scored, and takes nobody's place. */
    private Set<Trial> staying(List<Trial> ranked, int kept) {
        Trial base = trials.get(0);
        Set<Trial> staying = new HashSet<>(Set.of(base));
        ranked.stream().filter(trial -> trial != base).limit(kept).forEach(staying::add);
        return staying;
    }

    private static List<PartitionRun> remaining(List<Trial> trials, List<PartitionRun> runs, Set<Trial> staying) {
        List<PartitionRun> remaining = new ArrayList<>();
        for (int k = 0; k < runs.size(); k++) {
            if (staying.contains(trials.get(k))) {
                remaining.add(runs.get(k));
            }
        }
        return remaining;
    }

    static int rungs(int configurations) {
        int rungs = 1;
        for (int left = configurations; left >= THIRD && rungs < MOST_RUNGS; left /= THIRD) {
            rungs++;
        }
        return rungs;
    }

    private static long power(int exponent) {
        long power = 1;
        for (int k = 0; k < exponent; k++) {
            power *= THIRD;
        }
        return power;
    }

    private List<PartitionRun> runs(List<Trial> configurations) {
        return configurations.stream()
                .map(trial -> new PartitionRun(trial.config(), OutputStream.nullOutputStream(), objective.looks()))
                .toList();
    }

    /** From the end of one stage to that of the next. */
    private void advance(List<Trial> running, List<PartitionRun> runs, Iterator<? extends Event> history, int stage)
            throws InterruptedException {
        long end = ends.get(stage);
        long passed = stage == 0 ? 0 : ends.get(stage - 1);
        try (Backtest backtest = new Backtest(runs, threads)) {
            backtest.run(new Prefix(history, end - passed), progress::at);
        }
        for (int k = 0; k < runs.size(); k++) {
            running.get(k).saw(end, objective.of(runs.get(k)));
        }
    }

    private List<Trial> ranked(List<Trial> of) {
        List<Trial> ranked = new ArrayList<>(of);
        ranked.sort(byScore());
        return ranked;
    }

    private Comparator<Trial> byScore() {
        return Comparator.<Trial>comparingLong(trial -> -trial.last().events())
                .thenComparing(trial -> trial.last().score().mean(), objective::compare)
                .thenComparingInt(Trial::number);
    }

    /** Also runs to the end what was drawn before and did not get there. */
    private List<Trial> tryNeighbours(Trial best, int most, long half) throws IOException, InterruptedException {
        List<Map<String, String>> steps = shuffled(candidates.neighbours(best.values()));
        List<Trial> neighbours = new ArrayList<>();
        for (int k = 0; k < steps.size() && neighbours.size() < most; k++) {
            Trial neighbour = propose(Trial.Origin.NEIGHBOUR, steps.get(k));
            if (neighbour != null && Double.isNaN(neighbour.mean(half))) {
                neighbours.add(neighbour);
            }
        }
        if (!neighbours.isEmpty()) {
            progress.begins("neighbours of " + best.number(), neighbours.size(), half);
            Iterator<? extends Event> history = histories.open();
            List<PartitionRun> runs = runs(neighbours);
            for (int stage = 0; stage < ends.size(); stage++) {
                advance(neighbours, runs, history, stage);
            }
            progress.ends(ranked(neighbours), neighbours.size());
        }
        return neighbours;
    }

    private <T> List<T> shuffled(List<T> list) {
        List<T> shuffled = new ArrayList<>(list);
        random.reset(seed, -1, PURPOSE);
        for (int k = shuffled.size() - 1; k > 0; k--) {
            int other = random.nextInt(k + 1);
            T moved = shuffled.set(k, shuffled.get(other));
            shuffled.set(other, moved);
        }
        return shuffled;
    }

    private Result judge(Trial best, long half, long all) throws IOException, InterruptedException {
        Trial base = trials.get(0);
        List<PartitionRun> runs = new ArrayList<>(List.of(judged("base", base)));
        if (best != base) {
            runs.add(judged("best", best));
        }
        PartitionRun bestRun = runs.get(runs.size() - 1);
        progress.begins("the whole history", runs.size(), all);
        Backtest judged = new Backtest(runs, threads);
        try (judged) {
            Iterator<? extends Event> history = histories.open();
            judged.run(new Prefix(history, half), progress::at);
            Objective.Score bestFirst = objective.of(bestRun);
            Objective.Score baseFirst = objective.of(runs.get(0));
            judged.run(history, progress::at);
            return new Result(
                    List.copyOf(trials),
                    best,
                    refused,
                    half,
                    judged,
                    objective.of(bestRun).since(bestFirst),
                    objective.of(runs.get(0)).since(baseFirst));
        }
    }

    private PartitionRun judged(String name, Trial trial) {
        return new PartitionRun(candidates.configuration(name, trial.values()));
    }

    /** The next events of a history, and no more of them than so many. */
    private static final class Prefix implements Iterator<Event> {

        private final Iterator<? extends Event> history;
        private long left;

        Prefix(Iterator<? extends Event> history, long events) {
            this.history = history;
            left = events;
        }

        @Override
        public boolean hasNext() {
            return left > 0 && history.hasNext();
        }

        @Override
        public Event next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            left--;
            return history.next();
        }
    }
}
