package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.config.Configuration;
import io.millrace.topology.MillraceInstance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import kafka.server.KafkaConfig;
import org.apache.kafka.server.config.AbstractKafkaConfig;
import org.junit.jupiter.api.Test;

/**
 * The compose file and the Kubernetes manifests against the product: every command, variable, key, port and path in them
 * is one it knows. No container can run here.
 */
class DeployTest {

    private static final Path KUBERNETES = Product.DEPLOY.resolve("kubernetes");
    private static final String TOKEN = "0123456789abcdef";
    private static final long ITEM_TABLE_CLOSE_SECONDS = 5;
    private static final long BESIDES_BYTES = 512L << 20;

    private final JsonNode compose =
            Product.documents(Product.DEPLOY.resolve("compose.yaml")).get(0);
    private final Map<String, JsonNode> manifests = manifests();
    private final JsonNode set = manifests.get("StatefulSet/millrace");
    private final JsonNode pod = set.at("/spec/template/spec");
    private final JsonNode container = pod.at("/containers/0");
    private final JsonNode job = manifests.get("Job/millrace-topics").at("/spec/template/spec");

    @Test
    void composeRunsOurCommandsWithVariablesThatAreRead() {
        compose.path("services").fields().forEachRemaining(service -> {
            if (isOurs(service.getValue())) {
                JsonNode command = service.getValue().path("command");
                if (!command.isMissingNode()) {
                    Product.checkCommand(texts(command));
                }
                checkVariables(fields(service.getValue().path("environment")), composeConfig(service.getValue()));
            }
        });
    }

    @Test
    void composeInstancesDifferInNameAndState() {
        Set<String> ids = new TreeSet<>();
        Set<String> volumes = new TreeSet<>();
        for (String name : instances()) {
            JsonNode service = compose.at("/services/" + name);
            Configuration configuration = configuration(service);
            ids.add(configuration.identity().instanceId());
            assertThat(configuration.identity().instanceId()).isEqualTo(name);
            assertThat(configuration.query().advertised())
                    .isEqualTo(name + ":" + configuration.query().port());
            volumes.add(volumeAt(service, configuration.identity().stateDir()));
        }
        assertThat(ids).hasSize(2);
        assertThat(volumes).hasSize(2).isSubsetOf(fields(compose.path("volumes")));
    }

    @Test
    void composePublishesTheConfiguredPortAndLeavesTimeAndMemory() {
        for (String name : instances()) {
            JsonNode service = compose.at("/services/" + name);
            Configuration configuration = configuration(service);
            assertThat(texts(service.path("ports")))
                    .allMatch(port -> port.endsWith(":" + configuration.query().port()));
            checkGrace(Long.parseLong(service.path("stop_grace_period").asText().replace("s", "")));
            checkMemory(
                    service.path("mem_limit").asText(),
                    service.at("/environment/MILLRACE_HEAP").asText(),
                    configuration);
            assertThat(service.at("/depends_on/topics/condition").asText()).isEqualTo("service_completed_successfully");
        }
    }

    @Test
    void composeBrokerIsTheKafkaThatMillraceIsBuiltWithAndTakesItsSettings() {
        JsonNode broker = compose.at("/services/broker");
        String version = Product.text(Path.of("pom.xml")).replaceAll("(?s).*<kafka.version>([^<]+)<.*", "$1");
        assertThat(broker.path("image").asText()).isEqualTo("apache/kafka:" + version);
        Properties properties = new Properties();
        broker.path("environment").fields().forEachRemaining(variable -> {
            String key = variable.getKey().replaceFirst("^KAFKA_", "").toLowerCase(java.util.Locale.ROOT);
            properties.put(key.replace('_', '.'), variable.getValue().asText());
        });
        assertThat(AbstractKafkaConfig.CONFIG_DEF.names()).containsAll(properties.stringPropertyNames());
        KafkaConfig config = KafkaConfig.fromProps(properties);
        String clients =
                configuration(compose.at("/services/millrace-1")).kafka().get("bootstrap.servers");
        assertThat(clients).startsWith("broker:");
        assertThat(properties.getProperty("listeners")).contains(clients.substring(clients.indexOf(':')) + ",");
        assertThat(config.nodeId()).isEqualTo(1);
    }

    @Test
    void composeBuildsFromFilesThatThereAre() {
        for (String name : instances()) {
            JsonNode service = compose.at("/services/" + name);
            Path context = Product.DEPLOY.resolve(service.at("/build/context").asText());
            assertThat(context.resolve(service.at("/build/dockerfile").asText()))
                    .exists();
            assertThat(texts(service.path("volumes")).stream().filter(volume -> volume.startsWith("./")))
                    .isNotEmpty()
                    .allMatch(volume -> Files.exists(Product.DEPLOY.resolve(volume.split(":")[0])));
        }
    }

    @Test
    void podsRunOurCommandsWithVariablesThatAreReadAndAllThatTheConfigurationAsksFor() {
        for (JsonNode running : List.of(container, job.at("/containers/0"))) {
            Product.checkCommand(texts(running.path("args")));
            checkVariables(namesOf(running.path("env")), kubernetesConfig());
        }
    }

    @Test
    void eachPodIsAStaticMemberUnderItsNameAndReachedByIt() {
        Configuration configuration = configuration("millrace-2");
        assertThat(configuration.identity().instanceId()).isEqualTo("millrace-2");
        String service = set.at("/spec/serviceName").asText();
        assertThat(configuration.query().advertised())
                .isEqualTo("millrace-2." + service + ".shop.svc:"
                        + configuration.query().port());
        JsonNode headless = manifests.get("Service/" + service);
        assertThat(headless.at("/spec/clusterIP").asText()).isEqualTo("None");
        assertThat(headless.at("/spec/ports/0/port").asInt())
                .isEqualTo(configuration.query().port());
        assertThat(fieldOf("POD_NAME")).isEqualTo("metadata.name");
        assertThat(fieldOf("POD_NAMESPACE")).isEqualTo("metadata.namespace");
        assertThat(set.at("/spec/replicas").asInt())
                .isLessThanOrEqualTo(configuration.topics().partitions());
    }

    @Test
    void everyProbeAsksAPathThatNeedsNoTokenOnThePortThatIsBound() {
        Map<String, Integer> ports = new HashMap<>();
        container
                .path("ports")
                .forEach(port -> ports.put(
                        port.path("name").asText(), port.path("containerPort").asInt()));
        assertThat(ports.values())
                .containsExactly(configuration("millrace-0").query().port());
        Map<String, String> paths =
                Map.of("startupProbe", "/livez", "livenessProbe", "/livez", "readinessProbe", "/readyz");
        paths.forEach((probe, path) -> {
            assertThat(container.at("/" + probe + "/httpGet/path").asText()).isEqualTo(path);
            assertThat(ports)
                    .containsKey(container.at("/" + probe + "/httpGet/port").asText());
        });
        assertThat(Product.openPaths()).containsAll(paths.values());
        for (String service : List.of("Service/millrace", "Service/millrace-instances")) {
            assertThat(ports)
                    .containsKey(manifests
                            .get(service)
                            .at("/spec/ports/0/targetPort")
                            .asText());
        }
    }

    @Test
    void theSecretHoldsATokenThatIsTaken() {
        JsonNode reference = env("MILLRACE_TOKEN").at("/valueFrom/secretKeyRef");
        String token = manifests
                .get("Secret/" + reference.path("name").asText())
                .at("/stringData/" + reference.path("key").asText())
                .asText();
        Product.load("query: {host: 0.0.0.0, token: \"${T}\"}", Map.of("T", token));
    }

    @Test
    void configurationAndStateAreMounted() {
        Path config = Path.of(env("MILLRACE_CONFIG").path("value").asText());
        assertThat(mountAt(container, config.getParent())).isEqualTo("config");
        assertThat(mountAt(job.at("/containers/0"), config.getParent())).isEqualTo("config");
        assertThat(volume(pod, "config").at("/configMap/name").asText()).isEqualTo("millrace");
        assertThat(volume(job, "config").at("/configMap/name").asText()).isEqualTo("millrace");
        assertThat(fields(manifests.get("ConfigMap/millrace").path("data")))
                .containsExactly(config.getFileName().toString());
        Path state = Path.of(configuration("millrace-0").identity().stateDir());
        String claim = set.at("/spec/volumeClaimTemplates/0/metadata/name").asText();
        assertThat(mountAt(container, state.getParent())).isEqualTo(claim);
        assertThat(Path.of(ImageTest.value("VOLUME"))).isEqualTo(state.getParent());
    }

    @Test
    void podsHaveTheMemoryAndTheTimeTheyNeedAndAreNotRoot() {
        checkMemory(
                container.at("/resources/limits/memory").asText(),
                env("MILLRACE_HEAP").path("value").asText(),
                configuration("millrace-0"));
        assertThat(container.at("/resources/requests/memory")).isEqualTo(container.at("/resources/limits/memory"));
        checkGrace(pod.path("terminationGracePeriodSeconds").asLong());
        for (JsonNode spec : List.of(pod, job)) {
            assertThat(spec.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
            assertThat(spec.at("/securityContext/runAsUser").asText() + ":"
                            + spec.at("/securityContext/runAsGroup").asText())
                    .isEqualTo(ImageTest.value("USER"));
        }
    }

    @Test
    void servicesAndBudgetSelectTheInstancesOnly() {
        JsonNode labels = set.at("/spec/template/metadata/labels");
        assertThat(set.at("/spec/selector/matchLabels")).isEqualTo(labels);
        assertThat(manifests.get("Service/millrace").at("/spec/selector")).isEqualTo(labels);
        assertThat(manifests.get("Service/millrace-instances").at("/spec/selector"))
                .isEqualTo(labels);
        JsonNode budget = manifests.get("PodDisruptionBudget/millrace").path("spec");
        assertThat(budget.at("/selector/matchLabels")).isEqualTo(labels);
        assertThat(budget.path("maxUnavailable").asInt()).isEqualTo(1);
        assertThat(manifests.get("Job/millrace-topics").at("/spec/template/metadata/labels"))
                .isNotEqualTo(labels);
    }

    @Test
    void theKustomizationListsEveryManifest() throws Exception {
        JsonNode kustomization =
                Product.documents(KUBERNETES.resolve("kustomization.yaml")).get(0);
        try (Stream<Path> files = Files.list(KUBERNETES)) {
            assertThat(texts(kustomization.path("resources")))
                    .containsExactlyInAnyOrderElementsOf(
                            files.map(file -> file.getFileName().toString())
                                    .filter(name -> !name.equals("kustomization.yaml"))
                                    .toList());
        }
    }

    @Test
    void everythingRunsTheSameImage() {
        Set<String> images = new TreeSet<>();
        images.add(container.path("image").asText());
        images.add(job.at("/containers/0/image").asText());
        instances()
                .forEach(name ->
                        images.add(compose.at("/services/" + name + "/image").asText()));
        images.add(compose.at("/services/topics/image").asText());
        assertThat(images).hasSize(1);
    }

    private static void checkGrace(long seconds) {
        assertThat(seconds).isGreaterThanOrEqualTo(MillraceInstance.CLOSE.toSeconds() + ITEM_TABLE_CLOSE_SECONDS);
    }

    private static void checkMemory(String limit, String heap, Configuration configuration) {
        assertThat(Product.bytes(limit))
                .as("limit of %s for heap %s and RocksDB", limit, heap)
                .isGreaterThanOrEqualTo(
                        Product.bytes(heap) + configuration.memory().rocksdbBytes() + BESIDES_BYTES);
    }

    /** Each variable is read by the launcher, an option or the configuration, and those it needs are there. */
    private static void checkVariables(Set<String> variables, String config) {
        Set<String> read = new TreeSet<>(Product.ownVariables());
        read.addAll(Product.variablesOf(config));
        assertThat(read).containsAll(variables);
        assertThat(variables).containsAll(Product.variablesOf(config));
    }

    private Configuration configuration(String podName) {
        return Product.load(
                kubernetesConfig(), Map.of("POD_NAME", podName, "POD_NAMESPACE", "shop", "MILLRACE_TOKEN", TOKEN));
    }

    private String kubernetesConfig() {
        return manifests.get("ConfigMap/millrace").at("/data/millrace.yaml").asText();
    }

    private Configuration configuration(JsonNode service) {
        Map<String, String> environment = new TreeMap<>();
        service.path("environment")
                .fields()
                .forEachRemaining(variable -> environment.put(
                        variable.getKey(), variable.getValue().asText().replaceAll("^\\$\\{.*", TOKEN)));
        return Product.load(composeConfig(service), environment);
    }

    /** The file mounted where the image looks for its configuration. */
    private static String composeConfig(JsonNode service) {
        String path = ImageTest.environment("MILLRACE_CONFIG");
        return texts(service.path("volumes")).stream()
                .filter(volume -> volume.split(":")[1].equals(path))
                .map(volume -> Product.text(Product.DEPLOY.resolve(volume.split(":")[0])))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing is mounted at " + path));
    }

    private static String volumeAt(JsonNode service, String directory) {
        return texts(service.path("volumes")).stream()
                .filter(volume -> directory.startsWith(volume.split(":")[1] + "/"))
                .map(volume -> volume.split(":")[0])
                .findFirst()
                .orElseThrow(() -> new AssertionError("no volume at " + directory));
    }

    private List<String> instances() {
        return fields(compose.path("services")).stream()
                .filter(name -> name.startsWith("millrace-"))
                .toList();
    }

    private static boolean isOurs(JsonNode service) {
        return service.path("image").asText().startsWith("millrace:");
    }

    private JsonNode env(String name) {
        return named(container.path("env"), name);
    }

    private String fieldOf(String variable) {
        return env(variable).at("/valueFrom/fieldRef/fieldPath").asText();
    }

    private static JsonNode volume(JsonNode spec, String name) {
        return named(spec.path("volumes"), name);
    }

    private static JsonNode named(JsonNode list, String name) {
        return stream(list)
                .filter(node -> node.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + list));
    }

    private static String mountAt(JsonNode running, Path directory) {
        return stream(running.path("volumeMounts"))
                .filter(mount -> mount.path("mountPath").asText().equals(directory.toString()))
                .map(mount -> mount.path("name").asText())
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing is mounted at " + directory));
    }

    private static Set<String> namesOf(JsonNode list) {
        Set<String> names = new TreeSet<>();
        list.forEach(node -> names.add(node.path("name").asText()));
        return names;
    }

    private static Set<String> fields(JsonNode node) {
        Set<String> names = new TreeSet<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> texts(JsonNode list) {
        return stream(list).map(JsonNode::asText).toList();
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    /** All manifests by kind and name. */
    private static Map<String, JsonNode> manifests() {
        Map<String, JsonNode> all = new TreeMap<>();
        List<Path> files = new ArrayList<>();
        try (Stream<Path> found = Files.list(KUBERNETES)) {
            found.sorted().forEach(files::add);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        files.forEach(file -> Product.documents(file)
                .forEach(document -> all.put(
                        document.path("kind").asText() + "/"
                                + document.at("/metadata/name").asText(),
                        document)));
        return all;
    }
}
