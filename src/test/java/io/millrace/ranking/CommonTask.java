package io.millrace.ranking;

import io.millrace.event.Click;
import io.millrace.event.EntityId;
import io.millrace.event.Hash;
import io.millrace.event.LongIndex;
import io.millrace.popularity.HalfLife;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.Exclusions;
import io.millrace.sampling.RecentItems;
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
 * <p>Usage: {@code CommonTask FILE [name=value ...]}: model (retrieval, session, news, spec), every, limit, verbose; for
 * spec: members, blr, nb, w0, memory, H, hlr, see {@link #spec}.
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
        return switch (model) {
            case "retrieval" -> Presets.retrieval(catalog);
            case "session" -> Presets.session(catalog);
            case "news" -> Presets.news();
            case "spec" -> spec();
            default -> throw new IllegalArgumentException("model = " + model);
        };
    }

    private Ranker spec() {
        String text =
                options.getOrDefault("members", "knn/1e-3+1e-2;pop h=1/1e-3+1e-2;pop h=24/1e-3+1e-2;pop/1e-3+1e-2");
        List<Blend.Member> members = new ArrayList<>();
        for (String part : text.split(";")) {
            String[] halves = part.split("/");
            Map<String, String> p = new HashMap<>();
            String[] words = halves[0].trim().split(" ");
            for (int k = 1; k < words.length; k++) {
                String[] pair = words[k].split("=", 2);
                p.put(pair[0], pair[1]);
            }
            List<Blend.Form> forms = new ArrayList<>();
            for (String form : halves[1].split("\\+")) {
                forms.add(
                        form.equals("raw")
                                ? new Blend.Form.Raw()
                                : form.startsWith("rank")
                                        ? new Blend.Form.Rank(Float.parseFloat(form.substring(4)))
                                        : new Blend.Form.Log(Float.parseFloat(form)));
            }
            members.add(new Blend.Member(member(words[0], p), forms));
        }
        BlendConfig config = new BlendConfig(
                (float) number("blr", 0.05),
                (int) number("nb", 7),
                (float) number("w0", 0.9),
                (float) number("memory", 1),
                (int) number("H", 0),
                (float) number("hlr", 0.02));
        return members.size() == 1 && options.containsKey("alone")
                ? members.get(0).ranker()
                : new Blend(config, members);
    }

    private static float f(Map<String, String> p, String name, double otherwise) {
        return Float.parseFloat(p.getOrDefault(name, String.valueOf(otherwise)));
    }

    private Ranker member(String kind, Map<String, String> p) {
        long halfLifeMs = (long) (3_600_000 * f(p, "h", kind.equals("pop") ? 720 : 0));
        return switch (kind) {
            case "pop" -> new DecayedPopularity(new HalfLife(halfLifeMs));
            case "fresh" -> new Freshness((long) (3_600_000 * f(p, "u", 1)));
            case "knn" ->
                new CoOccurrence(
                        new CoOccurrenceConfig(
                                (int) f(p, "W", 10),
                                f(p, "wd", 0.9),
                                f(p, "bw", 1),
                                (int) f(p, "L", 20),
                                f(p, "rd", 0.8),
                                f(p, "b", 0.25),
                                f(p, "sh", 5),
                                f(p, "a", 0.25),
                                f(p, "pe", 1e-6),
                                halfLifeMs,
                                (int) f(p, "partners", 4096)),
                        new HalfLife(2_592_000_000L));
            case "sess" ->
                new SessionNeighbors(new SessionNeighborsConfig(
                        1_000_000,
                        (int) f(p, "L", 20),
                        f(p, "rd", 0.8),
                        (int) f(p, "mi", 1000),
                        (int) f(p, "k", 100),
                        f(p, "nn", 0.25),
                        f(p, "aw", 0.8),
                        f(p, "l3", 8),
                        f(p, "bw", 1)));
            case "mf" ->
                new ContextFactors(
                        ContextFactorsConfig.of(
                                (int) f(p, "d", 32),
                                f(p, "lr", 0.2),
                                (int) f(p, "L", 10),
                                f(p, "rho", 0.7),
                                (int) f(p, "neg", 50),
                                (int) f(p, "rep", 1)),
                        catalog);
            default -> throw new IllegalArgumentException("member = " + kind);
        };
    }

    private void run() {
        int every = (int) number("every", 1);
        double[] whole = new double[4];
        double[] last = new double[4];
        double[][] halves = new double[2][4];
        double limit = number("limit", 1);
        ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
        long start = cpu.getCurrentThreadCpuTime();
        for (int n = 0; n < events.size() * limit; n++) {
            Click click = events.get(n);
            RecentItems history = history(click.user());
            query.start(click.user(), history, true, click.atMs());
            int known = catalog.slotOf(click.item().hash());
            if (n % every == 0) {
                double rank = rank(known);
                add(whole, rank);
                add(halves[n < events.size() / 2 ? 0 : 1], rank);
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
                "%s%n  whole %s%n  first %s%n  second %s%n  last fifth %s%n  %.0f events/s of processor time, %.1f MB%n",
                options,
                line(whole),
                line(halves[0]),
                line(halves[1]),
                line(last),
                events.size() * limit / seconds,
                ranker.stateBytes() / 1e6);
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
}
