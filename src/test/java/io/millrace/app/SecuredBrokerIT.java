package io.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.config.Configuration;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Client properties below {@code kafka:} reach every client there is: the broker here takes TLS and a password only. */
@Timeout(120)
class SecuredBrokerIT {

    private static final String STORE_PASSWORD = "not-a-secret";

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private EmbeddedBroker broker;

    @BeforeEach
    void start() throws Exception {
        makeCertificate();
        String users = "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"broker\""
                + " password=\"b\" user_broker=\"b\" user_millrace=\"right\";";
        broker = EmbeddedBroker.start(
                directory.resolve("broker"),
                0,
                Map.of(
                        "listener.security.protocol.map",
                        "CLIENTS:SASL_SSL,CONTROLLER:PLAINTEXT",
                        "sasl.enabled.mechanisms",
                        "PLAIN",
                        "sasl.mechanism.inter.broker.protocol",
                        "PLAIN",
                        "listener.name.clients.plain.sasl.jaas.config",
                        users,
                        "ssl.keystore.location",
                        keys().toString(),
                        "ssl.keystore.password",
                        STORE_PASSWORD,
                        "ssl.truststore.location",
                        keys().toString(),
                        "ssl.truststore.password",
                        STORE_PASSWORD));
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void everyClientOfTheProductTakesItsSecurityFromTheConfiguration() throws Exception {
        assertThat(millrace("right", "topics", "apply", "--keep-for-ever")).isZero();
        assertThat(millrace("right", "doctor")).as(out.toString()).isZero();
        learnSomeClicks();
        assertThat(millrace("right", "backtest", "--topics")).as(err.toString()).isZero();
        assertThat(out.toString())
                .as("the last of 20 clicks waits for its impression")
                .contains("ledger    19 examples");
    }

    @Test
    void aWrongPasswordIsSaidAndNothingStarts() throws Exception {
        assertThat(millrace("wrong", "topics", "plan")).isNotZero();
        assertThat(err.toString()).containsIgnoringCase("authentication");
    }

    private void learnSomeClicks() throws Exception {
        Configuration configuration = Configuration.load(config("right"), Map.of());
        Map<String, Object> client = new HashMap<>(configuration.kafka());
        try (RunningMillrace running = RunningMillrace.start(configuration);
                KafkaProducer<String, String> producer =
                        new KafkaProducer<>(client, new StringSerializer(), new StringSerializer())) {
            for (int k = 0; k < 20; k++) {
                String click = "{\"type\":\"click\",\"id\":\"c" + k + "\",\"user\":\"u\",\"item\":\"i" + k
                        + "\",\"at\":" + (1_700_000_000_000L + 60_000L * k) + "}";
                producer.send(new ProducerRecord<>("clicks", null, 1_700_000_000_000L, "u", click))
                        .get();
            }
            await("rows are published")
                    .atMost(Duration.ofSeconds(50))
                    .until(() -> running.instance().instance().table().size() >= 10);
            await("lags are known")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> running.instance().lags().stream().anyMatch(lag -> lag.end() >= 20));
        }
    }

    private Path keys() {
        return directory.resolve("keys.p12");
    }

    private void makeCertificate() throws IOException, InterruptedException {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "broker",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        keys().toString(),
                        "-storepass",
                        STORE_PASSWORD)
                .inheritIO()
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
    }

    private Path config(String password) throws IOException {
        String login =
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"millrace\" password=\""
                        + password + "\";";
        return Files.writeString(
                directory.resolve(password + ".yaml"),
                """
                application-id: secured
                instance-id: one
                state-dir: %s
                kafka:
                  bootstrap.servers: %s
                  security.protocol: SASL_SSL
                  sasl.mechanism: PLAIN
                  sasl.jaas.config: '%s'
                  ssl.truststore.location: %s
                  ssl.truststore.password: %s
                streams.session-timeout: 6s
                topics.partitions: 1
                attribution.click-wait: 1s
                learning.dimension: 16
                query.port: 0
                """.formatted(directory.resolve("state"), broker.bootstrapServers(), login, keys(), STORE_PASSWORD),
                StandardCharsets.UTF_8);
    }

    private int millrace(String password, String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of("--config", config(password).toString()));
        return Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }
}
