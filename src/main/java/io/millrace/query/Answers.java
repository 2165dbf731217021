package io.millrace.query;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Parts that several answers share. */
final class Answers {

    private Answers() {}

    static ArrayNode hits(List<Scans.Hit> hits) {
        ArrayNode array = Json.array();
        hits.forEach(hit -> array.add(hit(hit.item(), hit.score())));
        return array;
    }

    static ObjectNode hit(String item, float score) {
        return Json.object().put("item", item).put("score", score);
    }

    static ObjectNode counts(Item item, long asOfMs) {
        return Json.object()
                .put("exposures", item.exposures())
                .put("clicks", item.clicks())
                .put("decayedExposures", item.decayedExposures())
                .put("decayedClicks", item.decayedClicks())
                .put("asOfMs", asOfMs);
    }
}
