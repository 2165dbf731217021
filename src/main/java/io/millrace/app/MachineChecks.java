package io.millrace.app;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.config.Configuration;
import io.millrace.config.HistorySettings;
import io.millrace.config.QuerySettings;
import io.millrace.learning.Arithmetic;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the doctor looks at on this machine. */
final class MachineChecks {

    private static final int OLDEST_JAVA = 17;
    private static final long MB = 1L << 20;
    private static final long LITTLE_DISK_BYTES = 1024 * MB;

    private final Configuration configuration;

    MachineChecks(Configuration configuration) {
        this.configuration = configuration;
    }

    List<Finding> findings() {
        return List.of(
                java(Runtime.version().feature()),
                arithmetic(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()),
                heap(Runtime.getRuntime().maxMemory()),
                memory(Runtime.getRuntime().maxMemory(), physicalBytes()),
                stateDir(Path.of(configuration.identity().stateDir())),
                port());
    }

    static Finding java(int version) {
        return version >= OLDEST_JAVA
                ? Finding.ok("java", "Java " + version)
                : Finding.fail("java", "Java " + version, "install Java 17 or later");
    }

    static Finding arithmetic(boolean vector) {
        String cure = "start with ./millrace, or add --add-modules jdk.incubator.vector to the java command";
        return vector
                ? Finding.ok("arithmetic", Arithmetic.get().name())
                : Finding.warn("arithmetic", "scalar: the same results, three times slower", cure);
    }

    /** The rows that are kept at most, against the heap they live in. */
    Finding heap(long heapBytes) {
        long users = configuration.memory().userRows() * userRowBytes();
        long items = configuration.memory().itemRows() * itemRowBytes();
        long rows = users + items;
        String says = "%d MB heap; user rows take up to %d MB, copies of item rows %d MB"
                .formatted(heapBytes / MB, users / MB, items / MB);
        return rows < heapBytes / 2
                ? Finding.ok("heap", says)
                : Finding.warn(
                        "heap",
                        says,
                        "MILLRACE_HEAP=" + (rows * 3 / MB) + "m, or smaller memory.user-rows and .item-rows");
    }

    /** Vector and optimiser state of a user, and both histories as id and time. */
    private long userRowBytes() {
        HistorySettings history = configuration.history();
        return 128 + 4L * configuration.learning().dimension() + 16L * (history.clicked() + history.exposed());
    }

    /** Both vectors of an item and its optimiser state, as most optimisers have it. */
    private long itemRowBytes() {
        return 128 + 8L * configuration.learning().dimension();
    }

    Finding memory(long heapBytes, long physicalBytes) {
        long needed = heapBytes + configuration.memory().rocksdbBytes();
        String says = "%d MB for heap and RocksDB, of %d MB".formatted(needed / MB, physicalBytes / MB);
        return needed <= physicalBytes * 0.9
                ? Finding.ok("memory", says)
                : Finding.warn("memory", says, "a smaller MILLRACE_HEAP or memory.rocksdb, before the system kills it");
    }

    private static long physicalBytes() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }

    static Finding stateDir(Path directory) {
        Path existing = nearestExisting(directory.toAbsolutePath());
        if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
            return Finding.fail("state", existing + " cannot be written", "set state-dir to a directory that can be");
        }
        try {
            long free = Files.getFileStore(existing).getUsableSpace();
            String says = directory + ", " + free / MB + " MB free";
            return free >= LITTLE_DISK_BYTES
                    ? Finding.ok("state", says)
                    : Finding.warn("state", says, "make room, or set state-dir to a larger disk");
        } catch (IOException e) {
            return Finding.warn("state", "free space of " + existing + " is unknown: " + e.getMessage(), "look there");
        }
    }

    private static Path nearestExisting(Path path) {
        Path at = path;
        while (!Files.exists(at) && at.getParent() != null) {
            at = at.getParent();
        }
        return at;
    }

    private Finding port() {
        QuerySettings query = configuration.query();
        String address = query.host() + ":" + query.port();
        try (ServerSocket socket = new ServerSocket(query.port(), 1, InetAddress.getByName(query.host()))) {
            return Finding.ok("http", query.port() == 0 ? "a free port, " + socket.getLocalPort() : address);
        } catch (IOException e) {
            return Finding.warn(
                    "http", address + ": " + e.getMessage(), "is an instance running already? else set query.port");
        }
    }
}
