package io.millrace.loadtest;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Processor time of this process by what its threads are for. The JVM tells that of Java threads; of its own and RocksDB's
 * threads Linux does, by the names they have there.
 */
final class ThreadTimes {

    /** Part of a Java thread's name, and what to call it. */
    private static final Map<String, String> JAVA = new LinkedHashMap<>();

    /** Start of a native thread's name, and what to call it. */
    private static final Map<String, String> NATIVE = new LinkedHashMap<>();

    static {
        JAVA.put("StreamThread-1-producer", "producer");
        JAVA.put("StreamThread-1", "stream thread");
        JAVA.put("item-table", "item table");
        NATIVE.put("GC Thread", "collector");
        NATIVE.put("G1 ", "collector");
        NATIVE.put("C1 Compiler", "compiler");
        NATIVE.put("C2 Compiler", "compiler");
        NATIVE.put("rocksdb:", "RocksDB");
    }

    private static final long NS_PER_TICK = 10_000_000;

    private final Map<String, Long> ns = new TreeMap<>();

    private ThreadTimes() {}

    static ThreadTimes now() {
        ThreadTimes times = new ThreadTimes();
        times.addJava();
        times.addNative();
        long all = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
        times.ns.put(
                "rest",
                all - times.ns.values().stream().mapToLong(Long::longValue).sum());
        return times;
    }

    private void addJava() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null) {
                add(JAVA, thread.getThreadName(), Math.max(0, threads.getThreadCpuTime(thread.getThreadId())));
            }
        }
    }

    private void addNative() {
        Path tasks = Path.of("/proc/self/task");
        if (!Files.isDirectory(tasks)) {
            return;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(tasks)) {
            for (Path task : all) {
                addNative(task);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void addNative(Path task) throws IOException {
        try {
            String stat = Files.readString(task.resolve("stat"));
            int nameEnd = stat.lastIndexOf(')');
            // From the state on: user time is the 12th field, system time the 13th.
            String[] fields = stat.substring(nameEnd + 2).split(" ");
            long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
            add(NATIVE, stat.substring(stat.indexOf('(') + 1, nameEnd), ticks * NS_PER_TICK);
        } catch (NoSuchFileException ended) {
            // A thread that has ended since it was listed.
        }
    }

    private void add(Map<String, String> names, String thread, long spentNs) {
        for (Map.Entry<String, String> name : names.entrySet()) {
            if (thread.contains(name.getKey())) {
                ns.merge(name.getValue(), spentNs, Long::sum);
                return;
            }
        }
    }

    /** Microseconds a record, by what the threads are for. */
    String perRecordSince(ThreadTimes before, long records) {
        StringBuilder text = new StringBuilder("CPU per record: ");
        ns.forEach((name, spent) -> text.append(String.format(
                Locale.ROOT, "%s %.2f us, ", name, (spent - before.ns.getOrDefault(name, 0L)) / 1e3 / records)));
        return text.substring(0, text.length() - 2);
    }
}
