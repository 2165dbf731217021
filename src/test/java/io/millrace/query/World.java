package io.millrace.query;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.pipeline.ClickCalibration;
import io.millrace.query.Routing.Owner;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** One instance in memory: ports that hold what a test puts into them, a server in front, and a client to ask it. */
final class World implements AutoCloseable {

    static final int DIMENSION = 4;
    static final HttpClient CLIENT = HttpClient.newHttpClient();

    final Items items = new Items();
    final Users users = new Users();
    final Routes routing = new Routes();
    final Self status = new Self();
    final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    final QueryServer server;

    private World(QueryConfig config) {
        server = QueryServer.start(config, items, users, routing, status, registry);
    }

    static World open() {
        return of(config());
    }

    static World of(QueryConfig config) {
        return new World(config);
    }

    static QueryConfig config() {
        return config("", 1000);
    }

    static QueryConfig config(String token, int timeoutMs) {
        return new QueryConfig("127.0.0.1", 0, "", token, false, 1000, timeoutMs, 16);
    }

    /** Items i-0 … i-4: i-0 points along the first axis, i-1 nearly so, i-2 along the second; later ones are hotter. */
    World withItems() {
        items.put("i-0", 0.1f, 0, 1, 0, 0, 0);
        items.put("i-1", 0.0f, 1, 0.9f, 0.1f, 0, 0);
        items.put("i-2", 0.2f, 2, 0, 1, 0, 0);
        items.put("i-3", 0.0f, 3, -1, 0, 0, 0);
        items.put("i-4", 0.3f, 4, 0, 0, 3, 0);
        return this;
    }

    /** A user along the first axis who clicked i-0 last. */
    World withUser(String user) {
        return withUser(user, null);
    }

    /** The same, whose scores are made click probabilities. */
    World withUser(String user, ClickCalibration.Scale clicks) {
        users.rows.put(
                user,
                new UserState(new float[] {1, 0, 0, 0}, List.of("i-0"), 7, 0xABCDEFL, 1_700_000_000_000L, clicks));
        return this;
    }

    HttpResponse<String> get(String target) {
        return send("GET", target, "", Map.of());
    }

    HttpResponse<String> post(String target, String body) {
        return send("POST", target, body, Map.of());
    }

    HttpResponse<String> send(String method, String target, String body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + target))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(method + " " + target, e);
        }
    }

    /** This instance as others see it, as the owner of partition 3. */
    Owner asOwner() {
        return new Owner("127.0.0.1", server.port(), 3, false, true);
    }

    @Override
    public void close() {
        server.close();
    }

    /** Rows in one array list; every call holds the lock, as a real index holds its sequence. */
    static final class Items implements ItemIndex {

        private final Map<String, Integer> slots = new LinkedHashMap<>();
        private final List<Item> rows = new ArrayList<>();

        synchronized void put(String id, float bias, double popularity, float... vector) {
            Item item = new Item(
                    id, vector, bias, 10 * (long) popularity, (long) popularity, 10 * popularity, popularity, 5, 42);
            Integer slot = slots.putIfAbsent(id, rows.size());
            if (slot == null) {
                rows.add(item);
            } else {
                rows.set(slot, item);
            }
        }

        /** Gives the slot of one item to another. */
        synchronized void rename(String from, String to) {
            int slot = slots.remove(from);
            slots.put(to, slot);
            Item old = rows.get(slot);
            rows.set(slot, new Item(to, old.embedding(), old.bias(), 0, 0, 0, 0, 0, 0));
        }

        @Override
        public int dimension() {
            return DIMENSION;
        }

        @Override
        public synchronized int size() {
            return slots.size();
        }

        @Override
        public synchronized int slots() {
            return rows.size();
        }

        @Override
        public synchronized int slotOf(String id) {
            return slots.getOrDefault(id, ABSENT);
        }

        @Override
        public synchronized String idOf(int slot) {
            return rows.get(slot).id();
        }

        @Override
        public synchronized Item find(String id) {
            Integer slot = slots.get(id);
            return slot == null ? null : rows.get(slot);
        }

        @Override
        public synchronized float measure(float[] x, int slot, Measure measure) {
            Item item = rows.get(slot);
            float dot = dot(x, item.embedding());
            return switch (measure) {
                case SCORE -> item.bias() + dot;
                case DOT -> dot;
                case COSINE -> (float) (dot / Math.sqrt(dot(x, x) * dot(item.embedding(), item.embedding())));
            };
        }

        @Override
        public synchronized int measureAll(float[] x, Measure measure, float[] out) {
            return fill(out, item -> measure(x, slots.get(item.id()), measure));
        }

        @Override
        public synchronized int biasAll(float[] out) {
            return fill(out, Item::bias);
        }

        @Override
        public synchronized int popularityAll(float[] out) {
            return fill(out, item -> (float) item.decayedClicks());
        }

        @Override
        public long asOfMs() {
            return 1_700_000_000_000L;
        }

        private int fill(float[] out, java.util.function.ToDoubleFunction<Item> value) {
            int n = Math.min(out.length, rows.size());
            for (int slot = 0; slot < n; slot++) {
                out[slot] = (float) value.applyAsDouble(rows.get(slot));
            }
            return n;
        }

        private static float dot(float[] a, float[] b) {
            float sum = 0;
            for (int f = 0; f < a.length; f++) {
                sum += a[f] * b[f];
            }
            return sum;
        }
    }

    /** Rows a test put there; a query that made one would show in {@link #rows}. */
    static final class Users implements UserStates {

        final Map<String, UserState> rows = new ConcurrentHashMap<>();
        volatile UnaryOperator<String> before = user -> user;

        @Override
        public Optional<UserState> find(String user) {
            return Optional.ofNullable(rows.get(before.apply(user)));
        }
    }

    /** Everything is local until a test says otherwise. */
    static final class Routes implements Routing {

        volatile Owner others = new Owner("127.0.0.1", 1, 3, true, true);

        @Override
        public Owner ownerOf(String user) {
            return others;
        }

        @Override
        public List<Instance> instances() {
            return List.of(new Instance("127.0.0.1", 8080, true, List.of(0, 1, 3)));
        }
    }

    static final class Self implements StatusSource {

        volatile Health live = Health.good();
        volatile Health ready = Health.good();

        @Override
        public Status status() {
            return new Status(
                    "learner-v1",
                    "RUNNING",
                    1234,
                    new Model(DIMENSION, "logistic", "adagrad", "popularity", 1, 5, 99),
                    new SamplerMemory(
                            640,
                            new TreeMap<>(Map.of(
                                    "recent-clicks", new TreeMap<>(Map.of("stateBytes", 640L, "fallbacks", 0L))))),
                    new JoinBalance(10, new TreeMap<>(Map.of("clicked", 4L, "unclicked", 5L, "pending", 1L))),
                    List.of(new PartitionLag("clicks", 3, 90, 100)),
                    List.of(new Restore("users", 3, 50, 200)));
        }

        @Override
        public Health live() {
            return live;
        }

        @Override
        public Health ready() {
            return ready;
        }
    }
}
