package io.millrace.backtest;

import io.millrace.evaluation.PairedComparison;
import io.millrace.event.Event;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Feeds one history through several configurations at once. Events are read a chunk at a time; every configuration takes
 * the whole chunk in order, on a thread of its own while there are cores, and a configuration is never split. So results
 * do not depend on the number of threads, and memory does not grow with the history.
 */
public final class Backtest implements AutoCloseable {

    /** Is told how far it is, between chunks. */
    public interface Progress {
        void at(Backtest backtest);
    }

    private static final int CHUNK = 8192;
    private static final int PAIRED_WINDOW = 10_000;

    private final List<PartitionRun> runs;
    private final List<List<PairedComparison>> paired = new ArrayList<>();
    private final ExecutorService threads;
    private final ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
    private long events;
    private long wallNs;

    /** @param runs each configuration's; the first is the one that others are compared with */
    public Backtest(List<PartitionRun> runs, int threads) {
        this.runs = List.copyOf(runs);
        for (int k = 1; k < runs.size(); k++) {
            paired.add(List.of(new PairedComparison(PAIRED_WINDOW), new PairedComparison(PAIRED_WINDOW)));
        }
        this.threads = Executors.newFixedThreadPool(Math.max(1, Math.min(threads, runs.size())));
    }

    /** Runs to the end of the history, after what ran before. */
    public void run(Iterator<? extends Event> history, Progress progress) throws InterruptedException {
        long start = System.nanoTime() - wallNs;
        List<Event> chunk = read(history);
        while (!chunk.isEmpty()) {
            List<Event> events = chunk;
            List<Future<?>> parts = new ArrayList<>();
            for (PartitionRun run : runs) {
                parts.add(threads.submit(part(run, events)));
            }
            chunk = read(history);
            for (Future<?> part : parts) {
                await(part);
            }
            compare();
            this.events += events.size();
            wallNs = System.nanoTime() - start;
            progress.at(this);
        }
    }

    private static List<Event> read(Iterator<? extends Event> history) {
        List<Event> chunk = new ArrayList<>(CHUNK);
        while (chunk.size() < CHUNK && history.hasNext()) {
            chunk.add(history.next());
        }
        return chunk;
    }

    private Callable<Void> part(PartitionRun run, List<Event> events) {
        return () -> {
            long start = cpu.getCurrentThreadCpuTime();
            events.forEach(run::accept);
            run.addCpu(cpu.getCurrentThreadCpuTime() - start);
            return null;
        };
    }

    private static void await(Future<?> part) throws InterruptedException {
        try {
            part.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Pairs what the configurations made of the same clicks. */
    private void compare() {
        Ranked first = runs.get(0).ranked().takeChunk();
        for (int k = 1; k < runs.size(); k++) {
            List<PairedComparison> against = paired.get(k - 1);
            runs.get(k).ranked().takeChunk().pair(first, (hits, others) -> {
                against.get(0).observe(hits[0], others[0]);
                against.get(1).observe(hits[1], others[1]);
            });
        }
    }

    public List<PartitionRun> runs() {
        return runs;
    }

    /** Events taken so far, by each configuration. */
    public long events() {
        return events;
    }

    /** Time since the start, nanoseconds. */
    public long wallNs() {
        return wallNs;
    }

    /** Processor time of all configurations, nanoseconds. */
    public long cpuNs() {
        return runs.stream().mapToLong(PartitionRun::cpuNs).sum();
    }

    /**
     * A later configuration against the first, by hits at the headline's cutoff.
     *
     * @param run 1 or more
     * @param line 0 for the served ranking, 1 for the embeddings
     */
    PairedComparison paired(int run, int line) {
        return paired.get(run - 1).get(line);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
