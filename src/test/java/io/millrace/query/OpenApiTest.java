package io.millrace.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.millrace.learning.KeepRates;
import io.millrace.pipeline.ClickCalibration;
import io.millrace.query.Routing.Owner;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real answers, good and bad, are what the file promises; and the file and the routes list the same things. */
class OpenApiTest {

    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private static final Set<String> METHODS = Set.of("get", "post", "put", "delete", "patch", "head", "options");

    private final World world = World.open().withItems().withUser("u");
    private final JsonNode api = api(world.get("/openapi.yaml").body());
    private final Set<String> shown = new TreeSet<>();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void theFileAndTheRoutesAreTheSame() {
        Set<String> routes = new TreeSet<>();
        for (Route route : world.server.routes()) {
            routes.add(route.method().toLowerCase(java.util.Locale.ROOT) + " " + route.path());
        }
        assertThat(documented()).isEqualTo(routes);
    }

    @Test
    void theFileAndTheRoutesKnowTheSameParametersAndFields() {
        for (Route route : world.server.routes()) {
            JsonNode operation = operation(route.method(), route.path());
            assertThat(queryParameters(operation)).as(route.path()).isEqualTo(route.parameters());
            JsonNode fields = operation.at("/requestBody/content/application~1json/schema/properties");
            Set<String> names = new TreeSet<>();
            fields.fieldNames().forEachRemaining(names::add);
            assertThat(names).as(route.path()).isEqualTo(route.fields());
            assertThat(operation.path("security").isArray()).as(route.path()).isEqualTo(route.open());
        }
    }

    @Test
    void everyEndpointAnswersAsPromised() {
        answers("GET", "/", "/", "", 200);
        answers("GET", "/openapi.yaml", "/openapi.yaml", "", 200);
        answers("GET", "/livez", "/livez", "", 200);
        answers("GET", "/readyz", "/readyz", "", 200);
        answers("GET", "/metrics", "/metrics", "", 200);
        answers("GET", "/v1/status", "/v1/status", "", 200);
        answers("GET", "/v1/users/{id}", "/v1/users/u", "", 200);
        answers("GET", "/v1/users/{id}/recommendations", "/v1/users/u/recommendations?k=3&allow=x", "", 200);
        answers("GET", "/v1/users/{id}/recommendations", "/v1/users/cold/recommendations", "", 200);
        answers("POST", "/v1/users/{id}/recommendations", "/v1/users/u/recommendations", "{\"k\":3}", 200);
        answers("GET", "/v1/scores", "/v1/scores?user=u&items=i-0,x", "", 200);
        world.withUser("fitted", new ClickCalibration.Scale(2, -1, new KeepRates(1, 1)));
        answers("GET", "/v1/scores", "/v1/scores?user=fitted&items=i-0,x", "", 200);
        answers("POST", "/v1/scores", "/v1/scores", "{\"user\":\"u\",\"items\":[\"i-0\"]}", 200);
        answers("GET", "/v1/items/popular", "/v1/items/popular?k=2", "", 200);
        answers("GET", "/v1/items/{id}", "/v1/items/i-0", "", 200);
        answers("GET", "/v1/items/{id}/similar", "/v1/items/i-0/similar", "", 200);
        assertThat(shown).as("every operation was asked").isEqualTo(documented());
    }

    @Test
    void everyRefusalIsAsPromised() {
        for (Route route : world.server.routes()) {
            answers(route.method(), route.path(), route.path().replace("{id}", "u") + "?what=1", "{\"what\":1}", 400);
        }
        assertThat(shown).as("every operation was asked").isEqualTo(documented());
        answers("GET", "/v1/users/{id}", "/v1/users/stranger", "", 404);
        answers("GET", "/v1/items/{id}", "/v1/items/nothing", "", 404);
        answers("GET", "/v1/items/{id}/similar", "/v1/items/nothing/similar", "", 404);
        answers("POST", "/v1/scores", "/v1/scores", " ".repeat(Exchange.MAX_BODY_BYTES + 1), 413);
        world.status.ready = StatusSource.Health.bad("not yet");
        answers("GET", "/readyz", "/readyz", "", 503);
        world.routing.others = Owner.unknown(3);
        answers("GET", "/v1/users/{id}", "/v1/users/u", "", 503);
        answers("GET", "/v1/users/{id}/recommendations", "/v1/users/u/recommendations", "", 503);
        answers("GET", "/v1/scores", "/v1/scores?user=u&items=i-0", "", 503);
        check("GET", "/v1/users/{id}", 421, world.send("GET", "/v1/users/u", "", Map.of("X-Millrace-Hop", "1")));
    }

    @Test
    void theNeedForATokenIsAsPromised() {
        try (World closed = World.of(World.config("0123456789abcdef", 1000))) {
            for (Route route : closed.server.routes()) {
                if (!route.open()) {
                    check(
                            route.method(),
                            route.path(),
                            401,
                            closed.send(route.method(), route.path().replace("{id}", "u"), "", Map.of()));
                }
            }
        }
    }

    @Test
    void aFieldThatIsNotInTheFileIsFound() {
        ObjectNode answer = Json.object().put("ok", true).put("surprise", 1);
        answer.putArray("reasons");
        assertThat(schema(json("{\"$ref\": \"#/components/schemas/Health\"}")).validate(answer))
                .hasSize(1);
    }

    private void answers(String method, String path, String target, String body, int status) {
        String sent = method.equals("POST") ? body : "";
        check(method, path, status, world.send(method, target, sent, Map.of()));
    }

    private void check(String method, String path, int status, HttpResponse<String> answer) {
        String what = method + " " + path + " " + status + " " + answer.body();
        shown.add(method.toLowerCase(java.util.Locale.ROOT) + " " + path);
        assertThat(answer.statusCode()).as(what).isEqualTo(status);
        JsonNode promise = deref(operation(method, path).path("responses").path(Integer.toString(status)));
        assertThat(promise.isMissingNode()).as("undocumented: " + what).isFalse();

        String type = answer.headers().firstValue("Content-Type").orElse("none").replaceAll(";.*", "");
        JsonNode content = promise.path("content").path(type);
        assertThat(content.isMissingNode()).as(type + " undocumented: " + what).isFalse();
        if (type.endsWith("json")) {
            assertThat(schema(content.get("schema")).validate(json(answer.body())))
                    .as(what)
                    .isEmpty();
        }
        promise.path("headers").properties().forEach(header -> {
            if (deref(header.getValue()).path("required").asBoolean()) {
                assertThat(answer.headers().firstValue(header.getKey()))
                        .as(header.getKey())
                        .isPresent();
            }
        });
    }

    private Set<String> documented() {
        Set<String> all = new TreeSet<>();
        api.get("paths")
                .properties()
                .forEach(path -> path.getValue().fieldNames().forEachRemaining(method -> {
                    if (METHODS.contains(method)) {
                        all.add(method + " " + path.getKey());
                    }
                }));
        return all;
    }

    private JsonNode operation(String method, String path) {
        return api.get("paths").get(path).get(method.toLowerCase(java.util.Locale.ROOT));
    }

    private Set<String> queryParameters(JsonNode operation) {
        List<String> names = new ArrayList<>();
        operation.path("parameters").forEach(parameter -> {
            JsonNode full = deref(parameter);
            if (full.get("in").asText().equals("query")) {
                names.add(full.get("name").asText());
            }
        });
        return new TreeSet<>(names);
    }

    private JsonNode deref(JsonNode node) {
        return node.has("$ref") ? api.at(node.get("$ref").asText().substring(1)) : node;
    }

    /** A schema of the file on its own, with the components it may point to. */
    private JsonSchema schema(JsonNode schema) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.set("components", api.get("components"));
        root.set("allOf", JsonNodeFactory.instance.arrayNode().add(schema));
        return SCHEMAS.getSchema(root);
    }

    private static JsonNode json(String text) {
        return Json.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode api(String yaml) {
        try {
            return new ObjectMapper(new YAMLFactory()).readTree(yaml);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
