package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.event.InvalidSetting;
import io.millrace.popularity.HalfLife;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {

    @TempDir
    private Path directory;

    @Test
    void whatDiffersFromTheReferenceLoadsToTheSameWithoutWhereItCameFrom() throws IOException {
        Path file = file("""
                query: {token: "${SHOP_TOKEN:0123456789abcdef}", port: 8080}
                kafka: {bootstrap.servers: "a:1,b:2"}
                sampling: {mix: {uniform: 0.5, popularity: 0.5}}
                evaluation: {k: [5, 20]}
                history: {exclusion-horizon: 30d}
                """);
        Map<String, String> overrides = Map.of("learning.step-size", "0.25", "attribution.window", "1h");
        Configuration all = Configuration.load("session", file, overrides, Map.of());
        String text = all.differences();
        Configuration alone = Configuration.load(file(text), Map.of());
        assertThat(alone.digest()).isEqualTo(all.digest());
        assertThat(alone.flat()).isEqualTo(all.flat());
        assertThat(text)
                .contains("${SHOP_TOKEN:0123456789abcdef}", "step-size: 0.25", "window: 1h", "served: session")
                .doesNotContain("*", "port", "exclusion-horizon", "dimension", "exposed");
        assertThat(Configuration.load(null, Map.of()).differences().strip()).isEqualTo("{}");
    }

    @Test
    void withoutAFileTheReferenceHolds() {
        Configuration configuration = Configuration.load(null, Map.of());
        assertThat(configuration.learning().dimension()).isEqualTo(32);
        assertThat(configuration.attribution().windowMs()).isEqualTo(1_800_000);
        assertThat(configuration.memory().rocksdbBytes()).isEqualTo(256L << 20);
        assertThat(configuration.evaluation().k()).containsExactly(10, 20, 50);
        assertThat(configuration.popularity()).isEqualTo(new HalfLife(7 * 86_400_000L));
        assertThat(configuration.samplerParameters().durationMs("exposed.max-age", 1, Long.MAX_VALUE))
                .isEqualTo(7 * 86_400_000L);
    }

    @Test
    void aSetKeyOverridesTheFileAndTheFileOverridesTheReference() {
        Path file = file("learning:\n  dimension: 64\n  step-size: 0.5\nactions: {share: 4}\n");
        Configuration configuration = Configuration.load(file, Map.of("learning.dimension", "128"));
        assertThat(configuration.learning().dimension()).isEqualTo(128);
        assertThat(configuration.learning().stepSize()).isEqualTo(0.5f);
        assertThat(configuration.learning().l2()).isZero();
        assertThat(configuration.actions()).isEqualTo(Map.of("click", 1.0, "like", 2.0, "purchase", 3.0, "share", 4.0));
    }

    @Test
    void everyProblemIsReportedAtOnce() {
        Path file = file("""
                application-id: my app
                learning:
                  dimensions: 64
                  dimension: 2
                  loss: softmax
                  seed: forty-two
                attribution: {window: 30, grace: 8d}
                memory: {rocksdb: 256}
                sampling: {mix: {uniform: 0.5, popularity: 0.2}}
                query: {host: 0.0.0.0}
                popularity: {half-life: 1s}
                """);
        assertThat(problems(file, Map.of("streams.threads", "0", "streams.guarantee", "exactly_once")))
                .containsExactlyInAnyOrder(
                        "learning.dimensions = 64, expected a known key, did you mean learning.dimension?",
                        "learning.seed = forty-two, expected a whole number",
                        "attribution.window = 30, expected a duration such as 500ms, 10s, 30m, 2h or 7d",
                        "memory.rocksdb = 256, expected a size such as 512KB, 256MB or 2GB",
                        "application-id = my app, expected 1 to 200 of letters, digits, dot, dash and underscore",
                        "streams.threads = 0, expected 1 to 64",
                        "streams.guarantee = exactly_once, expected one of [exactly_once_v2, at_least_once]",
                        "attribution.grace = 691200000 ms, expected 0 to 7 days",
                        "popularity.half-life = 1000ms, expected 1m to 365d",
                        "sampling.mix = {popularity=0.2, uniform=0.5}, expected weights that sum to 1",
                        "learning.dimension = 2, expected 4 to 512",
                        "learning.loss = softmax, expected one of [bpr, hinge, kpair, logistic, nce, snis, softmax-is, softmax-logq]",
                        "query.host = 0.0.0.0, expected a loopback address, or query.token to be set,"
                                + " or query.insecure to be true");
    }

    @Test
    void aShareOfTheMixReplacesAllItsShares() {
        Configuration configuration = Configuration.load(file("sampling: {mix: {uniform: 1}}"), Map.of());
        assertThat(configuration.samplerParameters().below("mix")).isEqualTo(Map.of("uniform", 1.0));
    }

    @Test
    void kafkaPropertiesArePassedOnVerbatim() {
        Path file = file("""
                kafka:
                  security.protocol: SASL_SSL
                  sasl.jaas.config: 'org.apache.kafka.Login required username="a" password="${SECRET}";'
                  ssl.keystore.location: ${file:/run/secrets:keystore}
                  request.timeout.ms: 30000
                """);
        Configuration configuration = Configuration.load(file, Map.of(), Map.of(), Map.of("SECRET", "a$b\\c"));
        assertThat(configuration.kafka())
                .isEqualTo(Map.of(
                        "bootstrap.servers", "localhost:9092",
                        "security.protocol", "SASL_SSL",
                        "sasl.jaas.config", "org.apache.kafka.Login required username=\"a\" password=\"a$b\\c\";",
                        "ssl.keystore.location", "${file:/run/secrets:keystore}",
                        "request.timeout.ms", "30000"));
    }

    @Test
    void anEnvironmentVariableStandsInForAnyValue() {
        Map<String, String> set = Map.of("learning.dimension", "${DIMENSION}", "query.port", "${PORT:9000}");
        Configuration configuration = Configuration.load(null, set, Map.of(), Map.of("DIMENSION", "16"));
        assertThat(configuration.learning().dimension()).isEqualTo(16);
        assertThat(configuration.query().port()).isEqualTo(9000);
    }

    @Test
    void aVariableThatIsNotSetIsAProblem() {
        assertThat(problems(null, Map.of("learning.dimension", "${NO_SUCH_VARIABLE}")))
                .containsExactly("learning.dimension = ${NO_SUCH_VARIABLE}, expected the environment variable"
                        + " NO_SUCH_VARIABLE to be set");
    }

    @Test
    void secretsArePrintedNowhere() {
        Map<String, String> set = Map.of(
                "query.token",
                "hunter2-hunter2-hunter2",
                "kafka.ssl.key.password",
                "hunter2",
                "kafka.sasl.jaas.config",
                "hunter2");
        Configuration configuration = Configuration.load(null, set);
        assertThat(configuration.query().token()).startsWith("hunter2");
        assertThat(configuration.toYaml() + configuration.query()).doesNotContain("hunter2");
        assertThat(problems(null, Map.of("query.tokens", "hunter2")).toString()).doesNotContain("hunter2");
    }

    @Test
    void theEffectiveYamlLoadsToTheSameConfiguration() {
        Map<String, String> set = Map.of(
                "learning.step-size", "0.03",
                "evaluation.k", "5, 10",
                "attribution.window", "1.5h",
                "attribution.dedup-horizon", "3h",
                "memory.rocksdb", "1GB",
                "codec.fields.user", "customer.id",
                "sampling.mix.uniform", "1",
                "kafka.client.id", "007");
        Configuration configuration = Configuration.load(null, set);
        Configuration again = Configuration.load(file(configuration.toYaml()), Map.of());
        assertThat(again.toYaml()).isEqualTo(configuration.toYaml()).contains("window: 1.5h", "\n  client.id: \"007\"");
        assertThat(again.digest()).isEqualTo(configuration.digest());
        assertThat(again.codecFields()).isEqualTo(Map.of("user", "customer.id"));
        assertThat(again.kafka()).containsEntry("client.id", "007");
        assertThat(again.evaluation().k()).containsExactly(5, 10);
        assertThat(again.attribution().windowMs()).isEqualTo(5_400_000);
    }

    @Test
    void theDigestTellsWhatIsLearnedAndNotWhereItRuns() {
        String digest = Configuration.load(null, Map.of()).digest();
        assertThat(digest).matches("[0-9a-f]{16}");
        assertThat(Configuration.load(null, Map.of("query.port", "0", "streams.threads", "4"))
                        .digest())
                .isEqualTo(digest);
        assertThat(Configuration.load(null, Map.of("popularity.half-life", "168h"))
                        .digest())
                .isEqualTo(digest);
        assertThat(Configuration.load(null, Map.of("learning.seed", "43")).digest())
                .isNotEqualTo(digest);
    }

    @Test
    void aServerOffLoopbackNeedsATokenOrSaysItIsInsecure() {
        assertThat(problems(null, Map.of("query.host", "10.0.0.1"))).hasSize(1);
        assertThat(Configuration.load(null, Map.of("query.host", "10.0.0.1", "query.token", "0123456789abcdef"))
                        .query()
                        .advertised(8080))
                .isEqualTo("10.0.0.1:8080");
        assertThat(Configuration.load(null, Map.of("query.host", "::", "query.insecure", "true"))
                        .query()
                        .advertised(8080))
                .isEqualTo(HostName.get() + ":8080");
    }

    @Test
    void twoTopicsOfOneNameAreRefused() {
        assertThat(problems(null, Map.of("topics.clicks", "impressions"))).hasSize(1);
    }

    @Test
    void aBrokenFileSaysWhere() {
        assertThat(problems(file("learning:\n  dimension: [1\n"), Map.of()).toString())
                .contains("millrace.yaml", "line ");
        assertThat(problems(file("learning: 5\n"), Map.of()))
                .containsExactly("learning = 5, expected a map of keys to values");
        assertThat(problems(file("seed: 1\nseed: 2\n"), Map.of()).toString()).contains("Duplicate", "line 2");
        assertThat(problems(file("just a text"), Map.of()).toString()).contains("a map of keys to values");
        assertThat(problems(directory.resolve("missing.yaml"), Map.of()).toString())
                .contains("missing.yaml, expected a file that exists");
    }

    @Test
    void anEmptyFileOrSectionChangesNothing() {
        String reference = Configuration.load(null, Map.of()).toYaml();
        for (String text : List.of("", "# nothing\n\n", "learning:\nkafka:\n", "codec: {fields: {}}\n")) {
            assertThat(Configuration.load(file(text), Map.of()).toYaml()).isEqualTo(reference);
        }
    }

    @Test
    void anyRecordCanBeFilledFromItsSection() {
        Configuration configuration = Configuration.load(null, Map.of());
        assertThat(configuration.section("attribution", Joining.class)).isEqualTo(new Joining(10_000, 500_000));
    }

    @Test
    void aSectionOfAnotherPackageIsCheckedWithTheRest() {
        InvalidSetting invalid = catchThrowableOfType(
                InvalidSetting.class,
                () -> Configuration.load(null, Map.of("learning.dimension", "1"), Map.of("attribution", Picky.class)));
        assertThat(invalid.problems())
                .containsExactly("learning.dimension = 1, expected 4 to 512", "attribution.late = 1800000, expected 7");
    }

    public record Joining(long graceMs, int maxPending) {}

    public record Picky(long lateMs) {
        public Picky {
            InvalidSetting.require(lateMs == 7, "attribution.late", lateMs, "7");
        }
    }

    private static List<String> problems(Path file, Map<String, String> set) {
        InvalidSetting invalid =
                catchThrowableOfType(InvalidSetting.class, () -> Configuration.load(file, set, Map.of(), Map.of()));
        return invalid == null ? List.of() : invalid.problems();
    }

    private Path file(String text) {
        try {
            return Files.writeString(directory.resolve("millrace.yaml"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aDedupHorizonThatForgetsBeforeTheJoinerDoesIsRefused() {
        assertThatThrownBy(() -> Configuration.load(null, Map.of("attribution.dedup-horizon", "1s")))
                .hasMessageContaining("attribution.dedup-horizon = 1000 ms, expected at least window + grace + late");
        assertThat(Configuration.load(null, Map.of("attribution.dedup-horizon", "0ms"))
                        .attribution()
                        .dedupHorizonMs())
                .isZero();
    }
}
