package io.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher with a Java and a Maven that only say how they were called. */
class LauncherTest {

    @TempDir
    private Path directory;

    private Path home;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void installed() throws IOException {
        home = Files.createDirectories(directory.resolve("a home"));
        Files.copy(Path.of("millrace"), home.resolve("millrace"));
        script("java home/bin/java", """
                [ "$1" = --list-modules ] || { printf '<%s> ' "$@"; exit 0; }
                printf 'java.base@%s\\njdk.incubator.vector@1\\n' "${FAKE_VERSION:-17.0.1}"
                """);
        script("bin/mvn", "echo built \"$@\"; mkdir -p target; touch target/millrace.jar");
        environment.put("JAVA_HOME", directory.resolve("java home").toString());
        environment.put("PATH", directory.resolve("bin") + ":" + System.getenv("PATH"));
    }

    @Test
    void aBuiltCopyWithoutSourcesJustRuns() throws Exception {
        jar();
        assertThat(launch("config", "--set", "a=b c"))
                .contains("<-Xmx1g>", "<--add-modules> <jdk.incubator.vector>", "target/millrace.jar>")
                .endsWith("<config> <--set> <a=b c> ")
                .doesNotContain("built", "native-access");
    }

    @Test
    void itIsFoundThroughLinksFromAnywhere() throws Exception {
        jar();
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("bin/millrace"));
        Files.createSymbolicLink(directory.resolve("bin/millrace"), Path.of("../a home/millrace"));
        assertThat(launch(link)).contains("<" + home.toRealPath().resolve("target/millrace.jar") + ">");
    }

    @Test
    void itBuildsOnFirstUseAndWhenSourcesAreNewer() throws Exception {
        Path pom = Files.createFile(home.resolve("pom.xml"));
        assertThat(launch()).contains("millrace: building", "built -q -B -Dmaven.test.skip=true package", "<-jar>");
        assertThat(launch()).doesNotContain("built");
        Files.setLastModifiedTime(
                pom, FileTime.fromMillis(Files.getLastModifiedTime(pom).toMillis() + 60_000));
        assertThat(launch()).contains("built");
    }

    @Test
    void aBuildThatFailsSaysSo() throws Exception {
        Files.createFile(home.resolve("pom.xml"));
        script("bin/mvn", "exit 1");
        assertThat(launch()).contains("millrace: the build failed").doesNotContain("<-jar>");
    }

    @Test
    void heapAndFurtherFlagsComeFromTheEnvironment() throws Exception {
        jar();
        environment.put("MILLRACE_HEAP", "3g");
        environment.put("MILLRACE_OPTS", "-Da=b -Dc=d");
        environment.put("FAKE_VERSION", "25");
        assertThat(launch()).contains("<-Xmx3g>", "<-Da=b> <-Dc=d>", "<--enable-native-access=ALL-UNNAMED>");
    }

    @Test
    void aServerHasItsWholeHeapFromTheStart() throws Exception {
        jar();
        assertThat(launch("run")).contains("<-Xmx1g>", "<-Xms1g> <-XX:+AlwaysPreTouch>");
        assertThat(launch("config")).doesNotContain("-Xms", "AlwaysPreTouch");
    }

    @Test
    void aServerTakesTheParallelCollectorUnlessAnotherIsNamed() throws Exception {
        jar();
        assertThat(launch("run")).contains("<-XX:+UseParallelGC> <-XX:NewRatio=4>");
        assertThat(launch("demo")).doesNotContain("ParallelGC");
        environment.put("MILLRACE_OPTS", "-XX:+UseG1GC");
        assertThat(launch("run")).contains("<-XX:+UseG1GC>").doesNotContain("ParallelGC");
    }

    @Test
    void anOldJavaIsRefused() throws Exception {
        jar();
        environment.put("FAKE_VERSION", "11.0.2");
        assertThat(launch())
                .contains("is Java 11; Millrace needs Java 17 or later")
                .doesNotContain("<-jar>");
    }

    @Test
    void aMissingJavaIsNamed() throws Exception {
        jar();
        environment.put("JAVA_HOME", "/no/such");
        assertThat(launch()).contains("no Java at '/no/such/bin/java'");
    }

    private void jar() throws IOException {
        Files.createFile(Files.createDirectories(home.resolve("target")).resolve("millrace.jar"));
    }

    private void script(String name, String body) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String launch(String... args) throws Exception {
        return launch(home.resolve("millrace"), args);
    }

    private String launch(Path launcher, String... args) throws Exception {
        var command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("MILLRACE_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
