package io.millrace.evaluation;

import io.millrace.event.InvalidSetting;
import io.millrace.event.LongIndex;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * How good predicted click probabilities were, each made before its label was learned, over impressions whose label is
 * decided. Means are over the whole stream:
 *
 * <pre>
 *   log-loss            mean of -ln p(label), nats
 *   normalised entropy  log-loss / entropy of the click rate; below 1 is better than the constant click rate
 *   calibration         Σ p / Σ clicks; 1 is unbiased
 *   grouped AUC         mean AUC within requests that have both labels
 * </pre>
 *
 * <p>and those that need the examples themselves over the last {@code window} of them: AUC, grouped AUC, and ECE, the
 * expected calibration error over {@value #BINS} bins of equal mass (equal probabilities are never split).
 *
 * <p>Sources: He et al., "Practical Lessons from Predicting Clicks on Ads at Facebook", ADKDD 2014 (normalised
 * entropy); Naeini, Cooper and Hauskrecht, AAAI 2015 (ECE); Zhu et al., "Optimized Cost per Click", KDD 2017 (grouped
 * AUC). Not thread-safe.
 */
public final class ProbabilityMetrics {

    static final int BINS = 15;

    private static final int VERSION = 1;

    /** Probabilities are kept this far from 0 and 1 in the log-loss. */
    private static final double CLIP = 1e-12;

    private final long[] keys;
    private final long[] requests;
    private int next;
    private int held;

    private long count;
    private long clicks;
    private double loss;
    private double predicted;

    private long[] group = new long[64];
    private int groupSize;
    private long groupRequest;
    private long groups;
    private double groupAuc;

    /** @param window examples that AUC and ECE look at; 100 to 100,000,000 */
    public ProbabilityMetrics(int window) {
        InvalidSetting.require(
                window >= 100 && window <= 100_000_000, "evaluation.probability-window", window, "100 to 100000000");
        keys = new long[window];
        requests = new long[window];
    }

    /** AUC and ECE over the last 10,000 examples. */
    public static ProbabilityMetrics standard() {
        return new ProbabilityMetrics(10_000);
    }

    /**
     * @param probability of a click as it was predicted; 0 to 1, anything else counts as 0.5
     * @param request hash of the request; examples of one request that follow each other are a group of the whole
     */
    public void observe(double probability, boolean clicked, long request) {
        double p = probability >= 0 && probability <= 1 ? probability : 0.5;
        count++;
        clicks += clicked ? 1 : 0;
        predicted += p;
        double clipped = Math.max(CLIP, Math.min(1 - CLIP, p));
        loss -= StrictMath.log(clicked ? clipped : 1 - clipped);
        remember(Auc.key(p, clicked), request);
    }

    private void remember(long key, long request) {
        keys[next] = key;
        requests[next] = request;
        next = next + 1 == keys.length ? 0 : next + 1;
        held = Math.min(held + 1, keys.length);
        if (request != groupRequest) {
            closeGroup();
            groupRequest = request;
        }
        if (groupSize == group.length) {
            group = Arrays.copyOf(group, groupSize * 2);
        }
        group[groupSize++] = key;
    }

    private void closeGroup() {
        Arrays.sort(group, 0, groupSize);
        double auc = Auc.of(group, 0, groupSize);
        if (!Double.isNaN(auc)) {
            groups++;
            groupAuc += auc;
        }
        groupSize = 0;
    }

    public long count() {
        return count;
    }

    public long clicks() {
        return clicks;
    }

    /** Nats per example; NaN before the first. */
    public double logLoss() {
        return loss / count;
    }

    /** Log-loss against that of the constant click rate; NaN while all labels are the same. */
    public double normalisedEntropy() {
        double rate = (double) clicks / count;
        double entropy = -rate * StrictMath.log(rate) - (1 - rate) * StrictMath.log(1 - rate);
        return logLoss() / entropy;
    }

    /** Predicted over observed clicks. */
    public double calibration() {
        return predicted / clicks;
    }

    /** Requests with both labels, of those that are closed. */
    public long groups() {
        return groups;
    }

    /** Mean AUC within those requests; NaN when there is none. */
    public double groupedAuc() {
        return groupAuc / groups;
    }

    /** Exact AUC over the window; sorts it. */
    public double auc() {
        return Auc.of(sorted(), 0, held);
    }

    /** Expected calibration error over the window; sorts it. */
    public double ece() {
        long[] sorted = sorted();
        double error = 0;
        int from = 0;
        for (int bin = 1; bin <= BINS && from < held; bin++) {
            int end = Math.max(from + 1, (int) ((long) held * bin / BINS));
            end = Auc.endOfTies(sorted, end - 1, held);
            error += Math.abs(surplus(sorted, from, end));
            from = end;
        }
        return error / held;
    }

    /** Predicted less observed clicks. */
    private static double surplus(long[] sorted, int from, int to) {
        double surplus = 0;
        for (int k = from; k < to; k++) {
            surplus += Auc.probability(sorted[k]) - Auc.clicked(sorted[k]);
        }
        return surplus;
    }

    private long[] sorted() {
        long[] sorted = Arrays.copyOf(keys, held);
        Arrays.sort(sorted);
        return sorted;
    }

    /** Mean AUC within the requests of the window, wherever their examples lie in it. */
    public double windowGroupedAuc() {
        int[] groupOf = new int[held];
        int[] ends = sizes(groupOf);
        for (int g = 1; g < ends.length; g++) {
            ends[g] += ends[g - 1];
        }
        long[] byGroup = new long[held];
        int[] starts = ends.clone();
        for (int k = 0; k < held; k++) {
            byGroup[--starts[groupOf[k]]] = keys[k];
        }
        return meanAuc(byGroup, starts, ends);
    }

    private int[] sizes(int[] groupOf) {
        LongIndex index = new LongIndex(held);
        int[] sizes = new int[held];
        for (int k = 0; k < held; k++) {
            int known = index.get(requests[k]);
            groupOf[k] = known >= 0 ? known : index.size();
            index.put(requests[k], groupOf[k]);
            sizes[groupOf[k]]++;
        }
        return Arrays.copyOf(sizes, index.size());
    }

    private static double meanAuc(long[] keys, int[] starts, int[] ends) {
        double sum = 0;
        int defined = 0;
        for (int g = 0; g < ends.length; g++) {
            Arrays.sort(keys, starts[g], ends[g]);
            double auc = Auc.of(keys, starts[g], ends[g]);
            defined += Double.isNaN(auc) ? 0 : 1;
            sum += Double.isNaN(auc) ? 0 : auc;
        }
        return sum / defined;
    }

    public void writeTo(DataOutput out) throws IOException {
        out.writeInt(VERSION);
        out.writeInt(keys.length);
        out.writeInt(next);
        out.writeInt(held);
        for (int k = 0; k < held; k++) {
            out.writeLong(keys[k]);
            out.writeLong(requests[k]);
        }
        out.writeLong(count);
        out.writeLong(clicks);
        out.writeDouble(loss);
        out.writeDouble(predicted);
        out.writeLong(groups);
        out.writeDouble(groupAuc);
        out.writeLong(groupRequest);
        out.writeInt(groupSize);
        for (int k = 0; k < groupSize; k++) {
            out.writeLong(group[k]);
        }
    }

    /** @throws IOException when the bytes are of another version or another window */
    public void readFrom(DataInput in) throws IOException {
        Doubles.expect(VERSION, "version of probability metrics", in);
        Doubles.expect(keys.length, "probability window", in);
        next = in.readInt();
        held = in.readInt();
        for (int k = 0; k < held; k++) {
            keys[k] = in.readLong();
            requests[k] = in.readLong();
        }
        count = in.readLong();
        clicks = in.readLong();
        loss = in.readDouble();
        predicted = in.readDouble();
        groups = in.readLong();
        groupAuc = in.readDouble();
        groupRequest = in.readLong();
        groupSize = in.readInt();
        group = new long[Math.max(64, groupSize)];
        for (int k = 0; k < groupSize; k++) {
            group[k] = in.readLong();
        }
    }
}
