package io.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.codec.EventWriter;
import io.millrace.config.Configuration;
import io.millrace.query.QueryConfig;
import io.millrace.source.SyntheticConfig;
import io.millrace.source.SyntheticStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchCommandTest {

    private static final String SPACE = """
            config: shop.yaml
            keys:
              ranking.served: [blend]
              learning.step-size: {from: 0.01, to: 0.5, scale: log}
              learning.context-items: [2, 5, 10]
            """;

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(args);
    }

    @Test
    void theBestIsWrittenAsAConfigurationThatARunTakes() throws IOException {
        Path events = events(1500);
        write("shop.yaml", """
                application-id: shop
                query: {token: "${SHOP_TOKEN:0123456789abcdef}"}
                learning: {dimension: 16}
                evaluation: {share: 1.0}
                """);
        Path space = write("space.yaml", SPACE);
        Path found = directory.resolve("found");
        assertThat(run(
                        "backtest",
                        "--events",
                        events.toString(),
                        "--search",
                        space.toString(),
                        "--budget",
                        "6",
                        "--out",
                        found.toString()))
                .as(err.toString())
                .isZero();
        JsonNode search =
                new ObjectMapper().readTree(found.resolve("search.json").toFile());
        JsonNode best = search.get("choice").get(1);
        Path file = found.resolve("best.yaml");
        Configuration loaded = Configuration.load(file, Map.of(), Map.of("query", QueryConfig.class));
        assertThat(loaded.digest())
                .isEqualTo(search.get("trials")
                        .get(best.get("number").asInt())
                        .get("digest")
                        .asText());
        assertThat(loaded.identity().applicationId()).isEqualTo("shop");
        assertThat(loaded.flat())
                .containsEntry(
                        "learning.step-size",
                        best.get("values").get("learning.step-size").asText());
        assertThat(Files.readString(file))
                .contains("${SHOP_TOKEN:0123456789abcdef}", "dimension: 16", "step-size: ")
                .doesNotContain("served", "optimizer", "bootstrap", "********");
        assertThat(out.toString()).contains("held out", "neighbours", "millrace run --config " + file);
        assertThat(found).isDirectoryContaining(path -> path.endsWith("report.html"));
    }

    @Test
    void aBadSpaceIsBadUsageAndSaysAllThatIsWrong() throws IOException {
        write("shop.yaml", "");
        Path space = write("space.yaml", SPACE + "  learning.nothing: [1]\n  learning.l2: [7.0]\n");
        assertThat(run("backtest", "--events", "no-file", "--search", space.toString()))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("learning.nothing = [1], expected a known key", "learning.l2 = 7.0, expected 0 to 0.1");
    }

    @Test
    void aSearchTakesItsConfigurationFromTheSpace() throws IOException {
        Path space = write("space.yaml", SPACE);
        assertThat(run(
                        "backtest",
                        "--events",
                        "no-file",
                        "--search",
                        space.toString(),
                        "--preset",
                        "ctr",
                        "--config",
                        "a.yaml"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("--preset = ctr, expected preset: NAME in the space", "expected config: FILE in the space");
    }

    @Test
    void aBudgetWithoutASearchAndABudgetOfOneAreBadUsage() throws IOException {
        assertThat(run("backtest", "--events", "no-file", "--budget", "3")).isEqualTo(2);
        assertThat(err.toString()).contains("--search");
        write("shop.yaml", "");
        Path space = write("space.yaml", SPACE);
        Path found = directory.resolve("found");
        assertThat(run(
                        "backtest",
                        "--events",
                        events(50).toString(),
                        "--search",
                        space.toString(),
                        "--budget",
                        "1",
                        "--out",
                        found.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--budget = 1, expected 2 to 100000");
    }

    private Path events(int count) throws IOException {
        SyntheticStream stream =
                new SyntheticStream(new SyntheticConfig(60, 200, 6, 5, 20, 1_700_000_000_000L, 0, 0, 3000, 60_000, 7));
        EventWriter writer = new EventWriter();
        var bytes = new ByteArrayOutputStream();
        for (int k = 0; k < count; k++) {
            bytes.writeBytes(writer.write(stream.next()));
            bytes.write('\n');
        }
        return Files.write(directory.resolve("events.jsonl"), bytes.toByteArray());
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }
}
