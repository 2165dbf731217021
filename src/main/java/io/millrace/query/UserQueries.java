package io.millrace.query;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.pipeline.ClickCalibration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers about one user, given by the instance that owns them. */
final class UserQueries {

    static final Set<String> RECOMMENDATION_PARAMETERS = Set.of("k", "exclude-seen", "allow", "deny");
    static final Set<String> SCORE_PARAMETERS = Set.of("user", "items");

    private static final int DEFAULT_K = 10;

    private final UserStates users;
    private final ItemIndex items;
    private final Routing routing;
    private final Ranking ranking;
    private final Scoring scoring;
    private final Scans scans;
    private final Forwarder forwarder;
    private final int maxK;

    UserQueries(
            UserStates users,
            ItemIndex items,
            Routing routing,
            Ranking ranking,
            Scoring scoring,
            Scans scans,
            Forwarder forwarder,
            int maxK) {
        this.users = users;
        this.items = items;
        this.routing = routing;
        this.ranking = ranking;
        this.scoring = scoring;
        this.scans = scans;
        this.forwarder = forwarder;
        this.maxK = maxK;
    }

    void user(Exchange exchange) {
        String user = exchange.id();
        exchange.arguments();
        atOwner(exchange, user, state -> exchange.answer(user(user, state.orElseThrow(() -> unknown(user)))));
    }

    void recommendations(Exchange exchange) {
        String user = exchange.id();
        Arguments arguments = exchange.arguments();
        Wish wish = new Wish(
                arguments.integer("k", Math.min(DEFAULT_K, maxK), 1, maxK),
                arguments.flag("exclude-seen", true),
                arguments.has("allow") ? arguments.ids("allow") : null,
                arguments.ids("deny"));
        atOwner(exchange, user, state -> exchange.answer(recommendations(exchange, user, state, wish)));
    }

    void scores(Exchange exchange) {
        Arguments arguments = exchange.arguments();
        String user = arguments.id("user");
        List<String> asked = arguments.ids("items");
        if (asked.isEmpty()) {
            throw Problem.badRequest("items is missing, expected ids", "Give at least one id in items.");
        }
        atOwner(exchange, user, state -> exchange.answer(scores(user, state, asked)));
    }

    private record Wish(
            int k, boolean excludeSeen, @Nullable List<String> allow, List<String> deny) {}

    /** Answers from local state, or sends the request to where it is; one hop at most. */
    private void atOwner(Exchange exchange, String user, Consumer<Optional<UserState>> answer) {
        Routing.Owner owner = routing.ownerOf(user);
        exchange.partition(owner.partition());
        if (owner.available() && owner.local()) {
            answer.accept(users.find(user));
        } else if (exchange.hopped()) {
            throw Problem.misdirected(owner, "user \"" + user + "\" is not owned by this instance");
        } else if (owner.available()) {
            forwarder.forward(exchange, owner);
        } else {
            throw Problem.unavailable("partition " + owner.partition() + " of user \"" + user
                    + "\" has no owner now; instances are joining or leaving");
        }
    }

    private static ObjectNode user(String user, UserState state) {
        ObjectNode node = Json.object()
                .put("user", user)
                .put("dimension", state.embedding().length)
                .put("updates", state.updates())
                .put("digest", String.format("%016x", state.digest()))
                .put("lastEventMs", state.lastMs());
        node.set("recentClicks", Json.texts(state.recentClicks()));
        node.set("embedding", Json.floats(state.embedding()));
        return node;
    }

    private ObjectNode recommendations(Exchange exchange, String user, Optional<UserState> state, Wish wish) {
        List<String> seen =
                wish.excludeSeen() ? state.map(UserState::recentClicks).orElse(List.of()) : List.of();
        Selection selection = Selection.of(wish.allow(), wish.deny(), seen);
        Popularity popularity = new Popularity(items);
        Scans.Fill fill = state.<Scans.Fill>map(known -> out -> ranking.scoreAll(user, known, wish.excludeSeen(), out))
                .orElse(popularity);
        List<Scans.Hit> hits = scans.top(fill, selection, wish.k(), exchange.remainingMs());
        ObjectNode node = Json.object()
                .put("user", user)
                .put("cold", state.isEmpty())
                .put("rankedBy", state.isEmpty() ? popularity.rankedBy() : ranking.name())
                .put("excludedSeen", seen.size());
        node.set("items", Answers.hits(hits));
        node.set("unknown", unknownItems(wish.allow() == null ? List.of() : wish.allow()));
        return node;
    }

    /** A user without a row has the zero vector: what an item scores is then the same for all of them, such as its bias. */
    private ObjectNode scores(String user, Optional<UserState> state, List<String> asked) {
        float[] vector = state.map(UserState::embedding).orElseGet(() -> new float[items.dimension()]);
        float[] values = scoring.scores(user, vector, asked);
        ArrayNode scores = Json.array();
        Set<String> unknown = new LinkedHashSet<>();
        for (int k = 0; k < values.length; k++) {
            if (Float.isNaN(values[k])) {
                unknown.add(asked.get(k));
            } else {
                scores.add(withProbability(Answers.hit(asked.get(k), values[k]), values[k], state));
            }
        }
        ObjectNode node =
                Json.object().put("user", user).put("cold", state.isEmpty()).put("scoredBy", scoring.name());
        node.set("scores", scores);
        node.set("unknown", Json.texts(List.copyOf(unknown)));
        return node;
    }

    /** A score alone is no click probability: its negatives were drawn, not shown. */
    private static ObjectNode withProbability(ObjectNode hit, float score, Optional<UserState> state) {
        ClickCalibration.Scale clicks = state.map(UserState::clicks).orElse(null);
        return clicks == null ? hit : hit.put("clickProbability", clicks.probability(score));
    }

    private ArrayNode unknownItems(List<String> asked) {
        return Json.texts(
                asked.stream().filter(item -> items.slotOf(item) < 0).distinct().toList());
    }

    private static Problem unknown(String user) {
        return Problem.notFound(
                "unknown-user",
                "The user has no embedding",
                "user \"" + user + "\" has no row: no event of theirs has been learned from, or it has expired",
                "Check the id against the events' user; recommendations answer users without a row too, by popularity.");
    }
}
