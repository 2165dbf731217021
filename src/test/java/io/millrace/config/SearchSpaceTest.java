package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.offset;

import io.millrace.event.InvalidSetting;
import io.millrace.testing.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchSpaceTest {

    private static final String SPACE = """
            preset: retrieval
            keys:
              learning.step-size: {from: 0.05, to: 0.5, scale: log}
              learning:
                context-items: [20, 5, 10]
              sampling.negatives: {from: 10, to: 60}
              learning.loss: [bpr, softmax-is, hinge]
              attribution.window: {from: 1m, to: 1h, scale: log}
            """;

    @TempDir
    private Path directory;

    @Test
    void everythingThatIsWrongWithASpaceIsSaidAtOnce() throws IOException {
        write("my.yaml", "learning: {dimension: 2}\n");
        assertThat(problems("""
                config: my.yaml
                budget: 5
                keys:
                  learning.step-sice: [0.1]
                  learning.step-size: [0.1, 2.0, fast]
                  learning.own-weight: [0.5, 11.0]
                  learning.l2: []
                  learning.max-norm: 3
                  learning.max-bias: {from: 5, to: 1}
                  learning.margin: {from: 0, to: 1, scale: log}
                  learning.loss: {from: bpr, to: hinge}
                  learning.optimizer: [sgd, sdg]
                  learning.step-decay: {from: 0, to: 2, scale: cubic}
                  attribution.window: {from: 1m}
                  sampling.dns.candidates: [0, 5]
                  sampling.mix.uniform: [0.1]
                  evaluation.share: [0.1]
                  query.port: [1]
                """))
                .containsExactlyInAnyOrder(
                        "budget = 5, expected preset, config, score or keys",
                        "learning.step-sice = [0.1], expected a known key, did you mean learning.step-size?",
                        "learning.step-size = fast, expected a number",
                        "learning.own-weight = 11.0, expected 0 to 10",
                        "learning.l2 = [], expected at least one value",
                        "learning.max-norm = 3, expected a list of values, or {from: , to: }",
                        "learning.max-bias.to = 1, expected more than from = 5",
                        "learning.margin.from = 0, expected above 0, since scale is log",
                        "learning.loss = {.from=bpr, .to=hinge}, expected a list: only numbers, durations and sizes have a range",
                        "learning.optimizer = sdg, expected one of [adagrad, adagrad-row, adam, ftrl, sgd]",
                        "learning.step-decay.scale = cubic, expected log or linear",
                        "attribution.window.to = \"\", expected a duration such as 500ms, 10s, 30m, 2h or 7d",
                        "sampling.dns.candidates = 0, expected a whole number, 1 to 512",
                        "sampling.mix.uniform = [0.1], expected a key that changes what is learned or ranked, and stands by"
                                + " itself",
                        "evaluation.share = [0.1], expected a key that changes what is learned or ranked, and stands by"
                                + " itself",
                        "query.port = [1], expected a key that changes what is learned or ranked, and stands by itself",
                        "learning.dimension = 2, expected 4 to 512");
    }

    @Test
    void aSpaceWithoutKeysOrWithAKeyThatIsSetIsRefused() {
        assertThat(problems("preset: ctr\n"))
                .containsExactly("keys = nothing, expected at least one key with what it may be");
        InvalidSetting refused = catchThrowableOfType(
                InvalidSetting.class,
                () -> SearchSpace.read(write("space.yaml", SPACE), Map.of("learning.step-size", "0.1")));
        assertThat(refused.problems()).singleElement().asString().endsWith("expected a key that --set leaves open");
    }

    @Test
    void everyDrawIsInsideAndLoads() throws IOException {
        SearchSpace space = SearchSpace.read(write("space.yaml", SPACE), Map.of());
        TreeSet<Integer> context = new TreeSet<>();
        TreeSet<String> losses = new TreeSet<>();
        double[] logs = new double[1];
        Seeded.forSeeds(300, random -> {
            Configuration drawn = space.configuration(space.draw(random));
            context.add(drawn.learning().contextItems());
            losses.add(drawn.learning().loss());
            assertThat(drawn.learning().stepSize()).isBetween(0.05f, 0.5f);
            assertThat(drawn.sampling().negatives()).isBetween(10, 60);
            assertThat(drawn.attribution().windowMs()).isBetween(60_000L, 3_600_000L);
            logs[0] += Math.log(drawn.learning().stepSize()) / 300;
        });
        assertThat(context).containsExactly(5, 10, 20);
        assertThat(losses).containsExactly("bpr", "hinge", "softmax-is");
        // Uniform in the logarithm: mean of the ends', four standard errors of ln(10) / sqrt(12 * 300).
        assertThat(logs[0]).isCloseTo((Math.log(0.05) + Math.log(0.5)) / 2, offset(0.16));
    }

    @Test
    void neighboursDifferInOneKeyByOneStep() throws IOException {
        SearchSpace space = SearchSpace.read(write("space.yaml", SPACE), Map.of());
        Map<String, String> base = space.baseValues();
        assertThat(base)
                .isEqualTo(Map.of(
                        "learning.step-size", "0.2",
                        "learning.context-items", "10",
                        "sampling.negatives", "50",
                        "learning.loss", "softmax-is",
                        "attribution.window", "30m"));
        List<Map<String, String>> neighbours = space.neighbours(base);
        assertThat(neighbours).hasSize(10).allSatisfy(neighbour -> {
            assertThat(space.distance(base, neighbour)).isBetween(1.0, 1.5);
            space.configuration(neighbour);
        });
        assertThat(neighbours)
                .extracting(neighbour -> neighbour.get("learning.step-size"))
                .contains("0.15", "0.267");
        assertThat(neighbours)
                .extracting(neighbour -> neighbour.get("sampling.negatives"))
                .contains("44", "56");
        assertThat(neighbours)
                .extracting(neighbour -> neighbour.get("learning.context-items"))
                .contains("5", "20");
    }

    @Test
    void distanceCountsKeysFirstAndThenHowFarTheyAreApart() throws IOException {
        SearchSpace space = SearchSpace.read(write("space.yaml", SPACE), Map.of());
        Map<String, String> base = space.baseValues();
        Map<String, String> near = new TreeMap<>(base);
        near.put("sampling.negatives", "51");
        Map<String, String> far = new TreeMap<>(base);
        far.put("sampling.negatives", "10");
        Map<String, String> two = new TreeMap<>(near);
        two.put("learning.loss", "bpr");
        assertThat(space.distance(base, base)).isZero();
        assertThat(space.distance(base, near)).isBetween(1.0, space.distance(base, far));
        assertThat(space.distance(base, far)).isBetween(1.1, 2.0);
        assertThat(space.distance(base, two)).isBetween(2.0, 3.0);
        near.put("sampling.negatives", "50");
        near.put("attribution.window", "1800000ms");
        assertThat(space.distance(base, near)).isZero();
    }

    @Test
    void theScoreFollowsFromTheKindOfData() throws IOException {
        assertThat(SearchSpace.read(write("space.yaml", SPACE), Map.of()).score())
                .isEqualTo("recall@20");
        String ctr = "preset: ctr\nkeys: {learning.step-size: [0.1]}\n";
        assertThat(SearchSpace.read(write("ctr.yaml", ctr), Map.of()).score()).isEqualTo("log-loss");
        assertThat(SearchSpace.read(write("own.yaml", "score: mrr\n" + SPACE), Map.of())
                        .score())
                .isEqualTo("mrr");
    }

    private List<String> problems(String text) {
        return catchThrowableOfType(InvalidSetting.class, () -> SearchSpace.read(write("space.yaml", text), Map.of()))
                .problems();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }
}
