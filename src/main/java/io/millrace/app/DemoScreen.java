package io.millrace.app;

import io.millrace.source.NormalForm;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What the demo prints. */
final class DemoScreen {

    private final PrintWriter out;
    private final long startedNs = System.nanoTime();

    DemoScreen(PrintWriter out) {
        this.out = out;
    }

    /** One line of what runs where. */
    void say(String part, String text) {
        print("%4ds  %-8s %s", seconds(), part, text);
    }

    /**
     * How it goes.
     *
     * @param sent events produced so far; those not taken in yet are the lag
     */
    void line(Progress progress, long sent, Histogram freshness) {
        print(
                "%4ds  events %,9d  lag %,6d  fresh p99 %s  |  hit@10  learned %.3f  popular %.3f  random %.3f  (%,d ranked)",
                seconds(),
                progress.in(),
                Math.max(0, sent - progress.in()),
                p99(freshness),
                progress.metric("learned", "recall@10.fading"),
                progress.metric("popular", "recall@10.fading"),
                progress.metric("random", "recall@10.fading"),
                progress.evaluated());
    }

    void summary(Progress progress, Freshness probes, Feeder feeder, @Nullable NormalForm file) {
        print("");
        print(
                "events      %,d sent, %,d taken in, %,d examples in the ledger, %,d items",
                feeder.sent(), progress.in(), progress.examples(), progress.items());
        if (file != null) {
            print(
                    "file        %,d rows: %,d impressions, %,d clicks, %,d passed over",
                    file.rows(), file.impressions(), file.clicks(), file.passedOver());
        }
        progress.balance().view().forEach(this::balance);
        print("balance     %s", progress.balance().balances() ? "exact" : "BROKEN: please report this");
        for (String metric : new String[] {"recall@10", "recall@20", "mrr"}) {
            print(
                    "%-10s  learned %.4f   embedding %.4f   popular %.4f   random %.4f   over %,d ranked clicks, each before it was learned",
                    metric.replace("recall", "hit"),
                    progress.metric("learned", metric),
                    progress.metric("embedding", metric),
                    progress.metric("popular", metric),
                    progress.metric("random", metric),
                    progress.evaluated());
        }
        freshness("freshness", probes.lastMinute(), "of the last minute, click produced to changed vector served");
        freshness("since start", probes.millis(), "with those of the first seconds, while the JVM compiles");
    }

    private void freshness(String name, Histogram millis, String which) {
        if (millis.getTotalCount() > 0) {
            print(
                    "%-11s p50 %d ms  p99 %d ms  max %d ms  over %,d probes %s",
                    name,
                    millis.getValueAtPercentile(50),
                    millis.getValueAtPercentile(99),
                    millis.getMaxValue(),
                    millis.getTotalCount(),
                    which);
        }
    }

    private void balance(String kind, Map<String, Long> counts) {
        StringBuilder line = new StringBuilder();
        counts.forEach((outcome, count) -> line.append(String.format(Locale.ROOT, "  %s %,d", outcome, count)));
        print("%-10s%s", kind, line);
    }

    private static String p99(Histogram freshness) {
        return freshness.getTotalCount() == 0 ? "   - ms" : String.format("%4d ms", freshness.getValueAtPercentile(99));
    }

    private long seconds() {
        return (System.nanoTime() - startedNs) / 1_000_000_000L;
    }

    private void print(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
        out.flush();
    }
}
