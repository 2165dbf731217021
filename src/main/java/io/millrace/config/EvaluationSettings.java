package io.millrace.config;

import java.util.List;
import java.util.TreeSet;

/**
 * What is evaluated before it is learned.
 *
 * @param share of clicks, chosen by hash; 0 to 1
 * @param k cut-offs of hit rate and NDCG, in rising order; each 1 to 1,000
 * @param window evaluated clicks in the fading averages; 100 to 10 million
 * @param recommendSeen true when what a user has clicked may be recommended again
 */
public record EvaluationSettings(double share, List<Integer> k, int window, boolean recommendSeen) {

    public EvaluationSettings {
        k = List.copyOf(k);
        Ranges check = new Ranges("evaluation");
        check.in(share, "share", 0, 1);
        boolean fits = !k.isEmpty() && k.get(0) >= 1 && k.get(k.size() - 1) <= 1000;
        check.that(fits && k.equals(List.copyOf(new TreeSet<>(k))), "k", k, "numbers from 1 to 1000, in rising order");
        check.in(window, "window", 100, 10_000_000);
        check.done();
    }
}
