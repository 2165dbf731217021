package io.millrace.query;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.query.ItemIndex.Measure;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers about items, which any instance can give. */
final class ItemQueries {

    static final Set<String> SIMILAR_PARAMETERS = Set.of("k", "metric");
    static final Set<String> POPULAR_PARAMETERS = Set.of("k");

    private static final int DEFAULT_K = 10;

    private final ItemIndex items;
    private final Scans scans;
    private final int maxK;

    ItemQueries(ItemIndex items, Scans scans, int maxK) {
        this.items = items;
        this.scans = scans;
        this.maxK = maxK;
    }

    void item(Exchange exchange) {
        String id = exchange.id();
        exchange.arguments();
        Item item = known(id);
        ObjectNode node = Json.object()
                .put("item", id)
                .put("dimension", item.embedding().length)
                .put("bias", item.bias())
                .put("updates", item.updates())
                .put("lastUpdatedMs", item.lastUpdatedMs());
        node.set("counts", Answers.counts(item, items.asOfMs()));
        node.set("embedding", Json.floats(item.embedding()));
        exchange.answer(node);
    }

    void similar(Exchange exchange) {
        String id = exchange.id();
        Arguments arguments = exchange.arguments();
        int k = k(arguments);
        String metric = arguments.choice("metric", "cosine", Set.of("cosine", "dot"));
        Measure measure = metric.equals("dot") ? Measure.DOT : Measure.COSINE;
        float[] vector = known(id).embedding();
        List<Scans.Hit> hits = scans.top(
                out -> items.measureAll(vector, measure, out), Selection.allBut(id), k, exchange.remainingMs());
        ObjectNode node = Json.object().put("item", id).put("metric", metric);
        node.set("items", Answers.hits(hits));
        exchange.answer(node);
    }

    void popular(Exchange exchange) {
        int k = k(exchange.arguments());
        Popularity popularity = new Popularity(items);
        List<Scans.Hit> hits = scans.top(popularity, Selection.ALL, k, exchange.remainingMs());
        ObjectNode node = Json.object().put("rankedBy", popularity.rankedBy());
        node.set("items", withCounts(hits));
        exchange.answer(node);
    }

    private ArrayNode withCounts(List<Scans.Hit> hits) {
        ArrayNode array = Json.array();
        long asOfMs = items.asOfMs();
        for (Scans.Hit hit : hits) {
            @Nullable Item item = items.find(hit.item());
            if (item != null) {
                ObjectNode node = Json.object().put("item", hit.item());
                node.set("counts", Answers.counts(item, asOfMs));
                array.add(node);
            }
        }
        return array;
    }

    private int k(Arguments arguments) {
        return arguments.integer("k", Math.min(DEFAULT_K, maxK), 1, maxK);
    }

    private Item known(String id) {
        @Nullable Item item = items.find(id);
        if (item == null) {
            throw Problem.notFound(
                    "unknown-item",
                    "The item has no embedding",
                    "item \"" + id + "\" has no row: it has not been shown often enough yet, or it has expired",
                    "Check the id against the events' item; it gets a row with the events that show it.");
        }
        return item;
    }
}
