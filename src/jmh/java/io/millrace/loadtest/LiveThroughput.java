package io.millrace.loadtest;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.attribution.AttributionConfig;
import io.millrace.attribution.Balance;
import io.millrace.config.Configuration;
import io.millrace.learning.LearningConfig;
import io.millrace.pipeline.PipelineConfig;
import io.millrace.popularity.HalfLife;
import io.millrace.topics.TopicCatalog;
import io.millrace.topics.TopicOverrides;
import io.millrace.topics.TopicPlanner;
import io.millrace.topology.LearnerReport;
import io.millrace.topology.MillraceInstance;
import io.millrace.topology.RocksMemory;
import io.millrace.topology.Settings;
import java.io.BufferedReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * How many records a second the live topology takes, against a topology that only passes records through, on the same
 * broker (a process of its own) in the same run. One stream thread, exactly once.
 *
 * <p>The stream is pairs of an impression and the click that answers it, so every record is joined and every pair is
 * learned from, with five negatives, and is in the ledger. Users are drawn evenly from a million, items by Zipf's law
 * from a hundred thousand.
 *
 * <p>Usage: {@code LiveThroughput [records=4000000] [partitions=1] [commit=100,1000] [negatives=uniform|popularity]
 * [served=embedding|blend] [share=0] [rows=1001000]}; share is that of clicks that are ranked before they are learned, rows
 * are the most users in memory, of each partition.
 */
public final class LiveThroughput {

    private static final int USERS = 1_000_000;
    private static final int ITEMS = 100_000;
    private static final long START_MS = 1_700_000_000_000L;

    private final int records;
    private final int partitions;
    private final String sampler;
    private final int userRows;
    private final Configuration reference;
    private final String bootstrap;
    private final Path directory;

    private LiveThroughput(
            int records,
            int partitions,
            String sampler,
            String served,
            String share,
            int userRows,
            String bootstrap,
            Path directory) {
        this.records = records;
        this.partitions = partitions;
        this.sampler = sampler;
        this.userRows = userRows;
        reference = Configuration.load(
                null,
                Map.of("sampling.popularity.epsilon", "0.05", "ranking.served", served, "evaluation.share", share));
        this.bootstrap = bootstrap;
        this.directory = directory;
    }

    public static void main(String[] args) throws Exception {
        Map<String, String> options = new HashMap<>(Map.of(
                "records",
                "4000000",
                "partitions",
                "1",
                "commit",
                "100,1000",
                "negatives",
                "popularity",
                "served",
                "embedding",
                "share",
                "0",
                "rows",
                String.valueOf(USERS + 1000)));
        for (String arg : args) {
            options.put(arg.substring(0, arg.indexOf('=')), arg.substring(arg.indexOf('=') + 1));
        }
        Path directory = Files.createTempDirectory("millrace-load");
        Process broker = startBroker(directory.resolve("broker"));
        try (BufferedReader out = broker.inputReader(StandardCharsets.UTF_8)) {
            String bootstrap = awaitReady(out);
            LiveThroughput load = new LiveThroughput(
                    Integer.parseInt(options.get("records")),
                    Integer.parseInt(options.get("partitions")),
                    options.get("negatives"),
                    options.get("served"),
                    options.get("share"),
                    Integer.parseInt(options.get("rows")),
                    bootstrap,
                    directory);
            load.prepare();
            for (String commit : options.get("commit").split(",")) {
                load.compare(Long.parseLong(commit), broker.toHandle());
            }
        } finally {
            broker.destroy();
            broker.waitFor();
            delete(directory);
        }
        System.exit(0);
    }

    private static Process startBroker(Path directory) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-Dmillrace.kafka.log=off",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.millrace.broker.BrokerMain",
                        directory.toString(),
                        "0")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String awaitReady(BufferedReader out) throws Exception {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("ready ")) {
                return line.substring("ready ".length());
            }
        }
        throw new IllegalStateException("the broker ended");
    }

    private void prepare() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            TopicPlanner planner = new TopicPlanner(admin);
            planner.apply(planner.plan(TopicCatalog.load(), TopicOverrides.keepForEver(partitions)), (short) 1);
            admin.createTopics(List.of(new org.apache.kafka.clients.admin.NewTopic("passed", partitions, (short) 1)))
                    .all()
                    .get();
        }
        long started = System.nanoTime();
        produce();
        System.out.printf(Locale.ROOT, "produced    %,d records in %.1f s%n", records, seconds(started));
    }

    /** An impression, and 500 records later in event-time order the click that answers it. */
    private void produce() {
        SplittableRandom random = new SplittableRandom(7);
        double[] cumulated = zipf();
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", bootstrap);
        properties.put("linger.ms", 20);
        properties.put("batch.size", 256 * 1024);
        List<String[]> open = new ArrayList<>();
        try (var producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int k = 0; k < records / 2; k++) {
                String user = "u" + random.nextInt(USERS);
                String item = "i" + draw(cumulated, random.nextDouble());
                long atMs = START_MS + k;
                String rest = "\",\"user\":\"" + user + "\",\"item\":\"" + item + "\",\"at\":";
                send(
                        producer,
                        "impressions",
                        user,
                        "{\"type\":\"impression\",\"id\":\"m" + k + rest + atMs + "}",
                        atMs);
                open.add(
                        new String[] {user, "{\"type\":\"click\",\"id\":\"c" + k + "\",\"impression\":\"m" + k + rest});
                if (open.size() == 500) {
                    long clickMs = atMs;
                    open.forEach(click -> send(producer, "clicks", click[0], click[1] + clickMs + "}", clickMs));
                    open.clear();
                }
            }
            open.forEach(click -> send(
                    producer, "clicks", click[0], click[1] + (START_MS + records / 2) + "}", START_MS + records / 2));
        }
    }

    private static void send(
            KafkaProducer<byte[], byte[]> producer, String topic, String user, String value, long atMs) {
        producer.send(new ProducerRecord<>(
                topic, null, atMs, user.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8)));
    }

    private void compare(long commitMs, ProcessHandle broker) throws Exception {
        Rate pass = passThrough(commitMs, broker);
        System.out.printf(Locale.ROOT, "commit %4d ms  pass-through  %s%n", commitMs, pass);
        Rate live = live(commitMs, broker);
        System.out.printf(
                Locale.ROOT,
                "commit %4d ms  millrace      %s   ratio %.3f%n",
                commitMs,
                live,
                live.perSecond() / pass.perSecond());
    }

    /** Records per second of wall time, and CPU of both processes per record; threads says what that is of. */
    private record Rate(double perSecond, double applicationMicros, double brokerMicros, String threads) {

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%,9.0f records/s   CPU per record: application %.1f us, broker %.1f us",
                    perSecond,
                    applicationMicros,
                    brokerMicros);
        }
    }

    private Rate passThrough(long commitMs, ProcessHandle broker) throws Exception {
        AtomicLong passed = new AtomicLong();
        Topology topology = new Topology();
        topology.addSource("in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), "impressions", "clicks")
                .addProcessor("pass", () -> new Pass(passed), "in")
                .addSink("out", "passed", new ByteArraySerializer(), new ByteArraySerializer(), "pass");
        Properties properties = new Properties();
        properties.putAll(streams("pass-" + commitMs, commitMs));
        try (KafkaStreams streams = new KafkaStreams(topology, properties)) {
            streams.start();
            return measure(passed::get, broker, null);
        }
    }

    private Map<String, Object> streams(String application, long commitMs) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", bootstrap);
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
        properties.put(
                StreamsConfig.STATE_DIR_CONFIG, directory.resolve(application).toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitMs);
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        properties.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        properties.put(StreamsConfig.consumerPrefix("max.poll.records"), 2000);
        properties.put(StreamsConfig.producerPrefix("linger.ms"), 5);
        properties.put(StreamsConfig.producerPrefix("batch.size"), 256 * 1024);
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksMemory.class.getName());
        properties.put(RocksMemory.BYTES, 512L << 20);
        return properties;
    }

    private Rate live(long commitMs, ProcessHandle broker) throws Exception {
        MillraceInstance instance = new MillraceInstance(
                settings(), Map.of("bootstrap.servers", bootstrap), streams("millrace-" + commitMs, commitMs));
        Profile profile = new Profile();
        try {
            instance.start();
            Rate rate = measure(() -> in(instance), broker, profile);
            System.out.printf(Locale.ROOT, "                %s%n                %s%n", profile, rate.threads());
            Balance balance = balance(instance);
            System.out.printf(
                    Locale.ROOT,
                    "                %,d clicks answered, %,d examples, balance %s%n",
                    balance.get(Balance.Count.CLICKS_ANSWERED),
                    instance.instance().learners().values().stream()
                            .mapToLong(LearnerReport::examples)
                            .sum(),
                    balance.balances() ? "exact" : "BROKEN");
            long startedNs = System.nanoTime();
            instance.close();
            System.out.printf(
                    Locale.ROOT,
                    "                stopped, and stored what was only logged, in %.1f s%n",
                    seconds(startedNs));
            return rate;
        } finally {
            instance.close();
        }
    }

    private static long in(MillraceInstance instance) {
        Balance balance = balance(instance);
        return balance.get(Balance.Count.IMPRESSIONS_IN) + balance.get(Balance.Count.CLICKS_IN);
    }

    private static Balance balance(MillraceInstance instance) {
        Balance sum = new Balance();
        instance.instance().learners().values().forEach(report -> sum.add(report.balance()));
        return sum;
    }

    private interface Count {
        long get();
    }

    /** Measures between a quarter of the records, when code is compiled and caches are warm, and all of them. */
    private Rate measure(Count count, ProcessHandle broker, Profile profile) throws Exception {
        var self = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long from = await(count, records / 4);
        if (profile != null) {
            profile.start();
        }
        ThreadTimes threads = ThreadTimes.now();
        long startedNs = System.nanoTime();
        long cpu = self.getProcessCpuTime();
        long brokerCpu = cpuNs(broker);
        long to = await(count, records);
        double seconds = seconds(startedNs);
        if (profile != null) {
            profile.stop();
        }
        long measured = to - from;
        return new Rate(
                measured / seconds,
                (self.getProcessCpuTime() - cpu) / 1e3 / measured,
                (cpuNs(broker) - brokerCpu) / 1e3 / measured,
                ThreadTimes.now().perRecordSince(threads, measured));
    }

    private static long await(Count count, long target) throws InterruptedException {
        long deadline = System.nanoTime() + 600_000_000_000L;
        long seen = count.get();
        while (seen < target) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(seen + " of " + target + " records after 10 minutes");
            }
            java.util.concurrent.locks.LockSupport.parkNanos(2_000_000L);
            seen = count.get();
        }
        return seen;
    }

    private static long cpuNs(ProcessHandle process) {
        return process.info()
                .totalCpuDuration()
                .map(java.time.Duration::toNanos)
                .orElse(0L);
    }

    private Settings settings() {
        LearningConfig learning =
                new LearningConfig(64, "logistic", "sgd", 0.025f, 0, 0.125f, 10, 10, 5, 1, 0, 0.7f, true, 0, 1, 42);
        return new Settings(
                new Settings.TopicNames("impressions", "clicks", "examples", "metrics", "dead-letters", "item-updates"),
                new PipelineConfig(
                        new AttributionConfig(10_000, 1000, 1000, 1000, 60_000, 1_000_000),
                        learning,
                        Map.of(),
                        true,
                        5,
                        10_000_000,
                        2_592_000_000L),
                new HalfLife(604_800_000),
                sampler,
                reference.samplerParameters(),
                64,
                10,
                10,
                userRows,
                200_000,
                2_592_000_000L,
                10_000_000,
                partitions,
                reference.evaluation().share(),
                List.of(10),
                5000,
                10_000,
                300_000,
                60_000,
                Map.of(),
                false,
                reference.served(),
                false);
    }

    private static final class Pass implements Processor<byte[], byte[], byte[], byte[]> {

        private final AtomicLong passed;
        private ProcessorContext<byte[], byte[]> context;

        Pass(AtomicLong passed) {
            this.passed = passed;
        }

        @Override
        public void init(ProcessorContext<byte[], byte[]> context) {
            this.context = context;
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            context.forward(record);
            passed.lazySet(passed.get() + 1);
        }
    }

    private static double[] zipf() {
        double[] cumulated = new double[ITEMS];
        double sum = 0;
        for (int k = 0; k < ITEMS; k++) {
            sum += 1.0 / (k + 1);
            cumulated[k] = sum;
        }
        return cumulated;
    }

    private static int draw(double[] cumulated, double uniform) {
        int at = java.util.Arrays.binarySearch(cumulated, uniform * cumulated[ITEMS - 1]);
        return Math.min(ITEMS - 1, at < 0 ? -at - 1 : at);
    }

    private static double seconds(long sinceNs) {
        return (System.nanoTime() - sinceNs) / 1e9;
    }

    private static void delete(Path directory) throws Exception {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
