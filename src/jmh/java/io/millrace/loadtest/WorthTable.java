package io.millrace.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.sampling.Samplers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What samplers are worth, from the reports of backtests that each compared one with {@code uniform}: a Markdown table. Or,
 * asked for {@code names}, the samplers there are.
 */
public final class WorthTable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private WorthTable() {}

    /** @param args {@code names}, or a directory of data sets of samplers: {@code set/sampler/report.json} */
    public static void main(String[] args) throws IOException {
        if (args[0].equals("names")) {
            Samplers.names().forEach(System.out::println);
            return;
        }
        for (Path set : listed(Path.of(args[0]))) {
            print(set);
        }
    }

    private static List<Path> listed(Path directory) throws IOException {
        try (var paths = Files.list(directory)) {
            return paths.filter(Files::isDirectory).sorted().toList();
        }
    }

    private static void print(Path set) throws IOException {
        List<String> rows = new ArrayList<>();
        String heading = "";
        for (Path sampler : listed(set)) {
            if (!Files.exists(sampler.resolve("cost.json"))) {
                continue;
            }
            JsonNode report = JSON.readTree(sampler.resolve("report.json").toFile());
            JsonNode cost = JSON.readTree(sampler.resolve("cost.json").toFile());
            JsonNode ranking = report.at("/runs/0/ranking");
            heading = String.format(
                    Locale.ROOT,
                    "%s: %,d events, %,d clicks ranked among %,d items, loss %s",
                    set.getFileName(),
                    cost.at("/runs/0/events").asLong(),
                    ranking.path("ranked").asLong(),
                    ranking.path("items").asLong(),
                    report.at("/runs/0/settings/learning.loss").asText());
            rows.add(row(sampler.getFileName().toString(), report, cost));
        }
        System.out.println("### " + heading + "\n");
        System.out.println("| sampler | recall@20 | less `uniform`, 95 % | events/s | false negatives |");
        System.out.println("| --- | --- | --- | --- | --- |");
        rows.forEach(System.out::println);
        System.out.println();
    }

    /** The second configuration is the sampler, the first is uniform. */
    private static String row(String sampler, JsonNode report, JsonNode cost) {
        JsonNode run = report.at("/runs/1");
        JsonNode ranking = run.path("ranking");
        int metric = indexOf(ranking.path("metrics"), ranking.path("metric").asText());
        JsonNode difference = run.at("/againstFirst/0");
        JsonNode costs = cost.at("/runs/1");
        boolean isSure =
                difference.path("low").asDouble() > 0 || difference.path("high").asDouble() < 0;
        String verdict = !isSure ? "" : difference.path("mean").asDouble() > 0 ? " better" : " worse";
        return String.format(
                Locale.ROOT,
                "| `%s` | %.4f | %+.4f (%+.4f to %+.4f)%s | %,.0f | %s |",
                sampler,
                ranking.at("/lines/0/whole").path(metric).asDouble(),
                difference.path("mean").asDouble(),
                difference.path("low").asDouble(),
                difference.path("high").asDouble(),
                verdict,
                costs.path("events").asLong() / costs.path("cpuSeconds").asDouble(),
                falseNegatives(run.path("negatives")));
    }

    private static int indexOf(JsonNode names, String name) {
        for (int k = 0; k < names.size(); k++) {
            if (names.get(k).asText().equals(name)) {
                return k;
            }
        }
        throw new IllegalArgumentException("no " + name + " among " + names);
    }

    /** Of all negatives that were watched, whichever part of the sampler drew them. */
    private static String falseNegatives(JsonNode negatives) {
        long watched = 0;
        long found = 0;
        for (JsonNode counts : negatives) {
            watched += counts.path("watched").asLong();
            found += counts.path("false").asLong();
        }
        return watched == 0 ? "-" : String.format(Locale.ROOT, "%.2f %%", 100.0 * found / watched);
    }
}
