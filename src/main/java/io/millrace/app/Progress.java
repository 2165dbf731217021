package io.millrace.app;

import io.millrace.attribution.Balance;
import io.millrace.topology.LearnerReport;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How far the learners of a process are, summed over its partitions. */
final class Progress {

    private final RunningMillrace running;
    private final long before;

    /** What was counted in earlier runs is not this run's. */
    Progress(RunningMillrace running) {
        this.running = running;
        before = total();
    }

    /** Events taken in since this run began. */
    long in() {
        return total() - before;
    }

    private long total() {
        Balance balance = balance();
        return balance.get(Balance.Count.IMPRESSIONS_IN)
                + balance.get(Balance.Count.CLICKS_IN)
                + balance.get(Balance.Count.DISLIKES_IN);
    }

    Balance balance() {
        Balance sum = new Balance();
        reports().forEach(report -> sum.add(report.balance()));
        return sum;
    }

    /** Clicks ranked before they were learned. */
    long evaluated() {
        return reports().stream().mapToLong(LearnerReport::evaluated).sum();
    }

    /** A prequential metric of a ranker over the partitions, each weighed by its ranked clicks. */
    double metric(String ranker, String name) {
        double sum = 0;
        long weight = 0;
        for (LearnerReport report : reports()) {
            Double value = report.metrics().getOrDefault(ranker, Map.of()).get(name);
            if (value != null && report.evaluated() > 0) {
                sum += value * report.evaluated();
                weight += report.evaluated();
            }
        }
        return weight == 0 ? 0 : sum / weight;
    }

    long examples() {
        return reports().stream().mapToLong(LearnerReport::examples).sum();
    }

    int items() {
        return running.instance().instance().table().size();
    }

    void awaitCaughtUp(long sent, CountDownLatch stop, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (in() < sent && System.nanoTime() < deadline && stop.getCount() > 0) {
            stop.await(50, TimeUnit.MILLISECONDS);
        }
    }

    private Collection<LearnerReport> reports() {
        return running.instance().instance().learners().values();
    }
}
