package io.millrace.loadtest;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Where a stream thread's time goes, by looking at its stack twenty times a second and naming the innermost frame that
 * says what it is at. Samples fall on safepoints, so shares are good to a few percent, no better.
 */
final class Profile {

    /** What a frame's class or method says, innermost first; the first that matches names the sample. */
    private static final Map<String, String> PARTS = new LinkedHashMap<>();

    static {
        PARTS.put("io.millrace.codec.EventCodec", "decode");
        PARTS.put("io.millrace.topology.LedgerSink", "ledger");
        PARTS.put("io.millrace.attribution", "join");
        PARTS.put("io.millrace.sampling", "draw");
        PARTS.put("io.millrace.popularity", "count");
        PARTS.put("io.millrace.learning.OnlineLearner", "step");
        PARTS.put("io.millrace.topology.ItemView.takeChanges", "merge published");
        PARTS.put("io.millrace.topology.ItemView.commit", "pack updates");
        PARTS.put("io.millrace.topology.ItemOwner.accept", "own items");
        PARTS.put("io.millrace.topology.ItemOwner.commit", "item rows: changelog");
        PARTS.put("io.millrace.topology.StoredUsers.store", "user rows: store");
        PARTS.put("io.millrace.topology.StoredUsers.log", "user rows: changelog");
        PARTS.put("io.millrace.topology.StoredUsers.load", "user rows: load");
        PARTS.put("io.millrace.store.ChunkLog", "join log");
        PARTS.put("io.millrace.topology.LearnerTask", "other commit work");
        PARTS.put("io.millrace.pipeline", "pipeline");
        PARTS.put("commitTransaction", "commit: flush + transaction");
        PARTS.put("StreamTask.prepareCommit", "commit: flush + transaction");
        PARTS.put("TaskManager.commit", "commit: flush + transaction");
        PARTS.put("pollPhase", "poll");
        PARTS.put("StreamThread", "streams");
    }

    /** Each look stops all threads for near half a millisecond: more often, and the measured would be slower by percents. */
    private static final long PAUSE_NS = 50_000_000;

    private final Map<String, Integer> samples = new LinkedHashMap<>();
    private volatile boolean stopped;
    private Thread sampler;
    private int total;

    void start() {
        sampler = new Thread(this::run, "profile");
        sampler.setDaemon(true);
        sampler.start();
    }

    void stop() throws InterruptedException {
        stopped = true;
        sampler.join();
    }

    private void run() {
        Thread stream = streamThread();
        while (!stopped) {
            samples.merge(part(stream.getStackTrace()), 1, Integer::sum);
            total++;
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    private static Thread streamThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().endsWith("StreamThread-1"))
                .findFirst()
                .orElseThrow();
    }

    private static String part(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            String name = frame.getClassName() + "." + frame.getMethodName();
            for (Map.Entry<String, String> part : PARTS.entrySet()) {
                if (name.contains(part.getKey())) {
                    return part.getValue();
                }
            }
        }
        return "other";
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("stream thread: ");
        samples.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .forEach(part -> text.append(String.format(
                        Locale.ROOT, "%s %d %%, ", part.getKey(), Math.round(100.0 * part.getValue() / total))));
        return text.substring(0, text.length() - 2);
    }
}
