package io.millrace.evaluation;

import static java.util.Objects.requireNonNull;

import io.millrace.event.InvalidSetting;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How high the item that a user then clicked had been ranked, over a stream: first rank, then learn (Dawid 1984; for
 * recommenders Vinagre, Jorge and Gama, arXiv 1504.08175). With one relevant item of rank r,
 *
 * <pre>
 *   recall@K = 1 if r ≤ K else 0     ndcg@K = 1 / log2(1 + r) if r ≤ K else 0     mrr = mean of 1 / r
 * </pre>
 *
 * <p>and a miss is 0 in all of them. Means are kept whole, fading and by tumbling window; and apart for what was known,
 * for new users, for new items, and by tenths of popularity. Misses are never skipped. Not thread-safe.
 */
public final class RankMetrics {

    /** The parts that make up the whole; an event is in exactly one of the last three. */
    public enum Row {
        WHOLE,
        KNOWN,
        /** The user's first event, of a known item. */
        NEW_USER,
        /** An item that was not in the catalog, whoever clicked it. */
        NEW_ITEM
    }

    private static final int VERSION = 1;
    private static final int DECILES = 10;
    private static final double LN_2 = StrictMath.log(2);

    private final int[] cutoffs;
    private final List<String> names;
    private final double[] values;
    private final Map<Row, Mean> rows = new EnumMap<>(Row.class);
    private final Mean[] deciles = new Mean[DECILES];
    private final Fading fading;
    private final Tumbling tumbling;

    /**
     * @param cutoffs each K of recall and NDCG; 1 to 10,000
     * @param alpha what is kept of the past at each event; above 0 and below 1
     * @param window events of a tumbling window; 2 to 10,000,000
     */
    public RankMetrics(int[] cutoffs, double alpha, int window) {
        new InvalidSetting.Check()
                .require(alpha > 0 && alpha < 1, "evaluation.fading", alpha, "above 0 and below 1")
                .require(window >= 2 && window <= 10_000_000, "evaluation.window", window, "2 to 10000000")
                .require(cutoffs.length >= 1, "evaluation.cutoffs", "[]", "at least one")
                .done();
        this.cutoffs = cutoffs.clone();
        names = names(cutoffs);
        values = new double[names.size()];
        for (Row row : Row.values()) {
            rows.put(row, new Mean(values.length));
        }
        for (int k = 0; k < DECILES; k++) {
            deciles[k] = new Mean(values.length);
        }
        fading = new Fading(alpha, values.length);
        tumbling = new Tumbling(window, values.length);
    }

    /** Recall and NDCG at 10 and 20, α = 0.9995, windows of 5,000. */
    public static RankMetrics standard() {
        return new RankMetrics(new int[] {10, 20}, 0.9995, 5000);
    }

    private static List<String> names(int[] cutoffs) {
        List<String> names = new ArrayList<>();
        for (String metric : List.of("recall@", "ndcg@")) {
            for (int cutoff : cutoffs) {
                InvalidSetting.require(
                        cutoff >= 1 && cutoff <= 10_000, "evaluation.cutoffs", cutoff, "numbers from 1 to 10000");
                names.add(metric + cutoff);
            }
        }
        names.add("mrr");
        return List.copyOf(names);
    }

    /** The metrics, in the order of their numbers: {@code recall@10, ..., ndcg@10, ..., mrr}. */
    public List<String> names() {
        return names;
    }

    /** The number of a metric's name. */
    public int metric(String name) {
        int metric = names.indexOf(name);
        InvalidSetting.require(metric >= 0, "metric", name, "one of " + names);
        return metric;
    }

    /**
     * @param rank of the clicked item; NaN or infinite for a miss
     * @param newUser true at the user's first event
     * @param newItem true when the item was not in the catalog
     * @param decile of the item's popularity, 0 to 9; negative when it has none
     */
    public void observe(double rank, boolean newUser, boolean newItem, int decile) {
        measure(rank);
        Row part = newItem ? Row.NEW_ITEM : newUser ? Row.NEW_USER : Row.KNOWN;
        row(Row.WHOLE).add(values);
        row(part).add(values);
        if (decile >= 0) {
            deciles[decile].add(values);
        }
        fading.add(values);
        tumbling.add(values);
    }

    private void measure(double rank) {
        int n = cutoffs.length;
        for (int k = 0; k < n; k++) {
            boolean hit = rank <= cutoffs[k];
            values[k] = hit ? 1 : 0;
            values[n + k] = hit ? LN_2 / StrictMath.log(1 + rank) : 0;
        }
        values[2 * n] = rank >= 1 ? 1 / rank : 0;
    }

    public long count(Row row) {
        return row(row).count();
    }

    /** Mean of a metric over a part of the stream; NaN when that is empty. */
    public double mean(Row row, int metric) {
        return row(row).mean(metric);
    }

    private Mean row(Row row) {
        return requireNonNull(rows.get(row));
    }

    /** Events whose item was in this tenth of popularity. */
    public long decileCount(int decile) {
        return deciles[decile].count();
    }

    public double decileMean(int decile, int metric) {
        return deciles[decile].mean(metric);
    }

    /** Fading mean; NaN before the first event. */
    public double fading(int metric) {
        return fading.mean(metric);
    }

    /** Tumbling windows that are full. */
    public long windows() {
        return tumbling.windows();
    }

    /** Mean over the last full window; NaN before there is one. */
    public double windowMean(int metric) {
        return tumbling.mean(metric);
    }

    /** Standard error of {@link #windowMean}, events taken as independent. */
    public double windowError(int metric) {
        return tumbling.error(metric);
    }

    public void writeTo(DataOutput out) throws IOException {
        out.writeInt(VERSION);
        out.writeInt(values.length);
        for (Mean mean : means()) {
            mean.writeTo(out);
        }
        fading.writeTo(out);
        tumbling.writeTo(out);
    }

    /** @throws IOException when the bytes are of another version or another list of metrics */
    public void readFrom(DataInput in) throws IOException {
        Doubles.expect(VERSION, "version of rank metrics", in);
        Doubles.expect(values.length, "metrics", in);
        for (Mean mean : means()) {
            mean.readFrom(in);
        }
        fading.readFrom(in);
        tumbling.readFrom(in);
    }

    private List<Mean> means() {
        return Stream.concat(rows.values().stream(), Stream.of(deciles)).toList();
    }
}
