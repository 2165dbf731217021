package io.millrace.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.codec.LedgerExample.Negative;
import io.millrace.codec.LedgerExample.Shown;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads records of the {@code examples} ledger, for recounts and tools; not on any hot path. */
public final class ExampleReader {

    private static final int VERSION = 1;

    private final ObjectMapper json = new ObjectMapper();

    /** @throws IllegalArgumentException when this is not a ledger record of a version that is known here */
    public LedgerExample read(byte[] value) {
        try {
            JsonNode example = json.readTree(value);
            int version = example.path("v").asInt();
            if (version != VERSION) {
                throw new IllegalArgumentException("v = " + version + ", expected " + VERSION);
            }
            return example(example);
        } catch (IOException e) {
            throw new IllegalArgumentException("not a record of the ledger: " + e.getMessage(), e);
        }
    }

    private static LedgerExample example(JsonNode node) {
        return new LedgerExample(
                ExampleKind.of(node.required("kind").textValue()),
                node.required("id").textValue(),
                node.required("user").textValue(),
                node.required("item").textValue(),
                node.path("action").textValue(),
                node.required("weight").floatValue(),
                node.required("at").longValue(),
                node.required("partition").intValue(),
                node.required("sequence").longValue(),
                node.has("impression") ? shown(node) : null,
                negatives(node.required("negatives")),
                node.required("shortfall").intValue(),
                node.path("late").booleanValue());
    }

    private static @Nullable Shown shown(JsonNode node) {
        return new Shown(
                node.required("impression").textValue(),
                node.path("request").textValue(),
                node.path("position").asInt(-1),
                node.has("propensity") ? node.path("propensity").floatValue() : Float.NaN,
                node.required("impressionAt").longValue());
    }

    private static List<Negative> negatives(JsonNode array) {
        List<Negative> negatives = new ArrayList<>();
        for (JsonNode node : array) {
            double logQ = node.path("logQ").isNumber() ? node.path("logQ").doubleValue() : Double.NaN;
            negatives.add(new Negative(
                    node.required("item").textValue(),
                    node.required("sampler").textValue(),
                    logQ,
                    node.required("weight").floatValue()));
        }
        return negatives;
    }
}
