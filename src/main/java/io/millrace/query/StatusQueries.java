package io.millrace.query;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.query.StatusSource.Health;
import io.millrace.query.StatusSource.JoinBalance;
import io.millrace.query.StatusSource.Model;
import io.millrace.query.StatusSource.SamplerMemory;
import io.millrace.query.StatusSource.Status;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** What operators ask: the status, the probes, the metrics. */
final class StatusQueries {

    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final StatusSource source;
    private final Routing routing;
    private final PrometheusMeterRegistry registry;

    StatusQueries(StatusSource source, Routing routing, PrometheusMeterRegistry registry) {
        this.source = source;
        this.routing = routing;
        this.registry = registry;
    }

    void status(Exchange exchange) {
        exchange.arguments();
        Status status = source.status();
        ObjectNode node = Json.object()
                .put("application", status.application())
                .put("state", status.state())
                .put("uptimeMs", status.uptimeMs());
        node.set("live", health(source.live()));
        node.set("ready", health(source.ready()));
        node.set("model", model(status.model()));
        node.set("sampler", sampler(status.sampler()));
        node.set("joins", joins(status.joins()));
        node.set("partitions", partitions(status));
        node.set("restores", restores(status));
        node.set("instances", instances());
        exchange.answer(node);
    }

    void live(Exchange exchange) {
        probe(exchange, source::live);
    }

    void ready(Exchange exchange) {
        probe(exchange, source::ready);
    }

    void metrics(Exchange exchange) {
        exchange.arguments();
        exchange.answer(200, PROMETHEUS, registry.scrape().getBytes(StandardCharsets.UTF_8));
    }

    private static void probe(Exchange exchange, Supplier<Health> probe) {
        exchange.arguments();
        Health health = probe.get();
        exchange.answer(health.ok() ? 200 : 503, "application/json", Json.bytes(health(health)));
    }

    private static ObjectNode health(Health health) {
        ObjectNode node = Json.object().put("ok", health.ok());
        node.set("reasons", Json.texts(health.reasons()));
        return node;
    }

    private static ObjectNode model(Model model) {
        return Json.object()
                .put("dimension", model.dimension())
                .put("loss", model.loss())
                .put("optimizer", model.optimizer())
                .put("sampler", model.sampler())
                .put("users", model.users())
                .put("items", model.items())
                .put("updates", model.updates());
    }

    private static ObjectNode sampler(SamplerMemory memory) {
        ObjectNode node = Json.object().put("stateBytes", memory.stateBytes());
        ObjectNode parts = node.putObject("parts");
        memory.parts().forEach((name, counts) -> {
            ObjectNode part = parts.putObject(name);
            counts.forEach(part::put);
        });
        return node;
    }

    private static ObjectNode joins(JoinBalance joins) {
        ObjectNode node = Json.object().put("in", joins.in()).put("balanced", joins.balanced());
        ObjectNode outcomes = node.putObject("outcomes");
        joins.outcomes().forEach(outcomes::put);
        return node;
    }

    private static ArrayNode partitions(Status status) {
        ArrayNode array = Json.array();
        status.partitions()
                .forEach(partition -> array.addObject()
                        .put("topic", partition.topic())
                        .put("partition", partition.partition())
                        .put("position", partition.position())
                        .put("end", partition.end())
                        .put("lag", partition.lag()));
        return array;
    }

    private static ArrayNode restores(Status status) {
        ArrayNode array = Json.array();
        status.restores()
                .forEach(restore -> array.addObject()
                        .put("store", restore.store())
                        .put("partition", restore.partition())
                        .put("restored", restore.restored())
                        .put("total", restore.total()));
        return array;
    }

    private ArrayNode instances() {
        ArrayNode array = Json.array();
        for (Routing.Instance instance : routing.instances()) {
            ObjectNode node = array.addObject()
                    .put("host", instance.host())
                    .put("port", instance.port())
                    .put("local", instance.local());
            ArrayNode partitions = node.putArray("partitions");
            instance.partitions().forEach(partitions::add);
        }
        return array;
    }
}
