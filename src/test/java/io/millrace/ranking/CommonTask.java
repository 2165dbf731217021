package io.millrace.ranking;

import io.millrace.event.Click;
import io.millrace.event.CounterRandom;
import io.millrace.event.EntityId;
import io.millrace.event.Hash;
import io.millrace.event.LongIndex;
import io.millrace.learning.ItemRows;
import io.millrace.learning.LearningConfig;
import io.millrace.learning.OnlineLearner;
import io.millrace.learning.Optimizer;
import io.millrace.learning.Optimizers;
import io.millrace.learning.UserRows;
import io.millrace.popularity.HalfLife;
import io.millrace.popularity.ItemCounts;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.Draw;
import io.millrace.sampling.ExcludingSampler;
import io.millrace.sampling.Exclusions;
import io.millrace.sampling.Negatives;
import io.millrace.sampling.RecentItems;
import io.millrace.sampling.Sampler;
import io.millrace.sampling.UniformSampler;
import io.millrace.source.NormalForm;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The common task on a file of clicks: each event's item is first ranked among all items known so far that the user has
 * not had, then learned from; repeats of a pair are dropped. A program to print figures, not a test.
 *
 * <p>Usage: {@code CommonTask FILE [name=value ...]}, names: model (popularity, knn, mf, blend, full), every, step, dimension,
 * negatives, decay, own, replay, partners, verbose.
 */
public final class CommonTask {

    private final Map<String, String> options = new HashMap<>();
    private final Catalog catalog = new Catalog();
    private final Query query = new Query(catalog);
    private final List<Click> events = new ArrayList<>();
    private final LongIndex userIndex = new LongIndex();
    private final List<RecentItems> histories = new ArrayList<>();
    private final Ranker ranker;
    private float[] scores = new float[0];

    private CommonTask(String[] args) throws IOException {
        for (int k = 1; k < args.length; k++) {
            String[] pair = args[k].split("=", 2);
            options.put(pair[0], pair[1]);
        }
        read(Path.of(args[0]));
        ranker = ranker(options.getOrDefault("model", "blend"));
    }

    public static void main(String[] args) throws IOException {
        CommonTask task = new CommonTask(args);
        task.run();
    }

    private double number(String name, double otherwise) {
        return Double.parseDouble(options.getOrDefault(name, String.valueOf(otherwise)));
    }

    private void read(Path file) throws IOException {
        java.util.Set<Long> pairs = new java.util.HashSet<>();
        try (NormalForm form = new NormalForm(file)) {
            while (form.hasNext()) {
                Click click = (Click) form.next();
                if (pairs.add(Hash.pair(click.user().hash(), click.item().hash()))) {
                    events.add(click);
                }
            }
        }
    }

    private Ranker ranker(String model) {
        DecayedPopularity month = popularity(2_592_000_000L);
        int partners = (int) number("partners", 1024);
        CoOccurrenceConfig c = CoOccurrenceConfig.DEFAULT;
        CoOccurrenceConfig pairs = new CoOccurrenceConfig(
                c.pairs(), c.pairDecay(), 1, c.recent(), c.recentDecay(), 0.25f, 5, 0.25f, 1e-6f, 0, partners);
        CoOccurrenceConfig alone = new CoOccurrenceConfig(10, 0.8f, 1, 20, 0.75f, 0.25f, 5, 0.25f, 0.5f, 0, partners);
        return switch (model) {
            case "popularity" -> month;
            case "hour" -> popularity(3_600_000L);
            case "knn" -> new CoOccurrence(alone, new HalfLife(2_592_000_000L));
            case "mf" -> new Factors();
            case "blend", "full" -> {
                List<Blend.Member> members = new ArrayList<>(List.of(
                        Blend.Member.logs(new CoOccurrence(pairs, month), 1e-3f, 1e-2f),
                        Blend.Member.logs(popularity(3_600_000L), 1e-3f, 1e-2f),
                        Blend.Member.logs(popularity(86_400_000L), 1e-3f, 1e-2f),
                        Blend.Member.logs(month, 1e-3f, 1e-2f)));
                if (model.equals("full")) {
                    members.add(Blend.Member.raw(new Factors()));
                }
                yield new Blend(BlendConfig.DEFAULT, members);
            }
            default -> throw new IllegalArgumentException("model = " + model);
        };
    }

    private static DecayedPopularity popularity(long halfLifeMs) {
        return new DecayedPopularity(new HalfLife(halfLifeMs));
    }

    private void run() {
        int every = (int) number("every", 1);
        double[] whole = new double[4];
        double[] last = new double[4];
        ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
        long start = cpu.getCurrentThreadCpuTime();
        for (int n = 0; n < events.size(); n++) {
            Click click = events.get(n);
            RecentItems history = history(click.user());
            query.start(click.user(), history, true, click.atMs());
            int known = catalog.slotOf(click.item().hash());
            if (n % every == 0) {
                double rank = rank(known);
                add(whole, rank);
                if (n >= (int) (events.size() * 0.8)) {
                    add(last, rank);
                }
            }
            int slot = known >= 0 ? known : catalog.add(click.item());
            ranker.learn(query, slot);
            history.add(click.item().hash(), click.atMs());
        }
        double seconds = (cpu.getCurrentThreadCpuTime() - start) / 1e9;
        System.out.printf(
                "%s: %s %s | %.0f events/s of processor time, %.1f MB%n",
                options, line(whole), line(last), events.size() / seconds, ranker.stateBytes() / 1e6);
        if (options.containsKey("verbose") && ranker instanceof Blend blend) {
            for (int k = 0; k < blend.features().size(); k++) {
                System.out.printf(
                        "  %s: %.3f .. %.3f%n", blend.features().get(k), blend.weight(k, 0), blend.weight(k, 6));
            }
        }
    }

    private RecentItems history(EntityId user) {
        int known = userIndex.get(user.hash());
        if (known < 0) {
            known = histories.size();
            userIndex.put(user.hash(), known);
            histories.add(new RecentItems(100_000));
        }
        return histories.get(known);
    }

    private double rank(int target) {
        if (scores.length < query.padded()) {
            scores = new float[query.padded() * 2];
        }
        if (query.slots() == 0) {
            return Double.NaN;
        }
        ranker.score(query, scores);
        return rankOf(target);
    }

    private double rankOf(int target) {
        if (target < 0) {
            return Double.NaN;
        }
        Exclusions excluded = query.excluded();
        double rank = 0.5;
        for (int j = 0; j < query.slots(); j++) {
            rank += scores[j] > scores[target] ? 1 : scores[j] == scores[target] ? 0.5 : 0;
        }
        for (int k = 0; k < excluded.size(); k++) {
            float s = scores[excluded.slot(k)];
            rank -= s > scores[target] ? 1 : s == scores[target] ? 0.5 : 0;
        }
        return rank;
    }

    private static void add(double[] to, double rank) {
        to[0]++;
        to[1] += rank <= 10 ? 1 : 0;
        to[2] += rank <= 20 ? 1 : 0;
        to[3] += rank >= 1 ? 1 / rank : 0;
    }

    private static String line(double[] of) {
        return String.format(
                "n %.0f hit@10 %.4f recall@20 %.4f mrr %.4f", of[0], of[1] / of[0], of[2] / of[0], of[3] / of[0]);
    }

    /** The factor model with its own negatives, and a step on a past event for each new one. */
    private final class Factors implements Ranker {

        private final LearningConfig config = new LearningConfig(
                (int) number("dimension", 32),
                "softmax-is",
                "adagrad-row",
                (float) number("step", 0.2),
                0,
                (float) number("init", 0.5),
                1000,
                100,
                100,
                (float) number("own", 0),
                (int) number("recent", 10),
                (float) number("decay", 0.7),
                false,
                1,
                1,
                1);
        private final Optimizer optimizer = Optimizers.make(config);
        private final ItemRows items = new ItemRows(config, optimizer, catalog, null);
        private final UserRows users = new UserRows(config, optimizer, config.contextItems(), 1, 1 << 30);
        private final OnlineLearner learner = new OnlineLearner(config, catalog, items, users, optimizer);
        private final LearnerScorer scorer = new LearnerScorer(learner);
        private final Draw draw = new Draw(catalog, new ItemCounts(new HalfLife(86_400_000L)));
        private final Sampler sampler = new ExcludingSampler(new UniformSampler(), 64);
        private final Negatives negatives = new Negatives();
        private final RecentItems nothing = new RecentItems(1);
        private final CounterRandom random = new CounterRandom();
        private final EntityId past = EntityId.of("a user of the past");
        private final List<long[]> replay = new ArrayList<>();
        private long steps;

        @Override
        public String name() {
            return "factors";
        }

        @Override
        public void score(Query q, float[] out) {
            scorer.score(q, out);
        }

        @Override
        public void learn(Query q, int slot) {
            int user = users.row(q.user());
            step(user, slot);
            for (int k = 0; k < (int) number("replay", 0) && !replay.isEmpty(); k++) {
                random.reset(7, steps, k);
                long[] event = replay.get(random.nextInt(replay.size()));
                RecentItems clicked = users.clicked(users.row(past));
                clicked.clear();
                for (int h = 1; h < event.length; h++) {
                    clicked.add(event[h], 0);
                }
                step(users.row(past), catalog.slotOf(event[0]));
            }
            RecentItems clicked = users.clicked(user);
            long[] event = new long[1 + clicked.size()];
            event[0] = catalog.item(slot).hash();
            for (int k = 0; k < clicked.size(); k++) {
                event[event.length - 1 - k] = clicked.item(k);
            }
            replay.add(event);
            clicked.add(event[0], q.atMs());
        }

        private void step(int user, int slot) {
            draw.start(1, steps++, user, slot, 0, nothing, nothing);
            negatives.clear();
            if (catalog.size() > 1) {
                sampler.sample(draw, (int) number("negatives", 50), negatives);
            }
            learner.learn(user, slot, negatives, 1, steps);
        }

        @Override
        public long stateBytes() {
            return items.stateBytes();
        }
    }
}
