package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.config.Configuration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The Dockerfile, line by line, against the launcher, the build and the settings. No container can run here. */
class ImageTest {

    private static final List<String> LINES = lines();
    private static final String POM = Product.text(Path.of("pom.xml"));

    @Test
    void itCopiesOnlyWhatThereIsAndWhatTheIgnoreFileLetsThrough() {
        List<String> let = Product.text(Product.DEPLOY.resolve("Dockerfile.dockerignore"))
                .lines()
                .filter(line -> line.startsWith("!"))
                .map(line -> line.substring(1))
                .toList();
        for (String source : copiedFromContext()) {
            assertThat(Path.of(source)).exists();
            assertThat(let).contains(source);
        }
        assertThat(copiedFromContext()).containsAll(let);
    }

    @Test
    void theBuildStageHasEveryDirectoryThatTheBuildReads() {
        Matcher directory = Pattern.compile("<(?:directory|root)>(?:\\$\\{project.basedir}/)?([^$<]+)</")
                .matcher(POM);
        List<String> copied = copiedFromContext();
        while (directory.find()) {
            assertThat(copied).as(directory.group(1)).anyMatch(directory.group(1)::startsWith);
        }
        assertThat(copied).contains("pom.xml", "src/main");
        assertThat(value("RUN mvn")).contains("package");
    }

    @Test
    void theLauncherFindsTheJarAndItsLibrariesWhereTheyAreCopied() {
        String launcher = Product.text(Path.of("millrace"));
        Matcher jar = Pattern.compile("jar=\\$home/(\\S+)").matcher(launcher);
        assertThat(jar.find()).isTrue();
        Path jarPath = Path.of(jar.group(1));
        assertThat(jarPath).hasToString("target/" + element("finalName") + ".jar");
        String lib = jarPath.resolveSibling(element("classpathPrefix")).toString();
        assertThat(LINES)
                .contains("COPY --from=build /build/" + jarPath + " " + jarPath.getParent() + "/")
                .contains("COPY --from=build /build/" + lib + " " + lib)
                .contains("COPY --chmod=755 millrace ./");
        assertThat(value("ENTRYPOINT")).isEqualTo("[\"./millrace\"]");
        assertThat(launcher).contains("[ -f \"$home/pom.xml\" ] && is_stale");
    }

    @Test
    void itRunsOnAJavaThatMillraceRunsOnAndNotAsRoot() {
        List<String> images = LINES.stream()
                .filter(line -> line.startsWith("FROM "))
                .map(line -> line.split(" ")[1])
                .toList();
        assertThat(images).hasSize(2);
        assertThat(javaOf(images.get(0))).isGreaterThanOrEqualTo(17);
        assertThat(javaOf(images.get(1))).isGreaterThanOrEqualTo(17);
        assertThat(value("USER")).matches("[1-9]\\d*:[1-9]\\d*");
    }

    @Test
    void itsCommandIsOneOfOursAndItsVariablesAreRead() throws Exception {
        Product.checkCommand(Arrays.asList(new ObjectMapper().readValue(value("CMD"), String[].class)));
        List<String> set = LINES.stream()
                .filter(line -> line.startsWith("ENV "))
                .map(line -> line.substring(4, line.indexOf('=')))
                .toList();
        assertThat(set).isNotEmpty();
        assertThat(Product.ownVariables()).containsAll(set);
    }

    @Test
    void itsPortIsTheDefaultOne() {
        assertThat(Integer.parseInt(value("EXPOSE")))
                .isEqualTo(Configuration.load(null, Map.of()).query().port());
    }

    static String value(String instruction) {
        return LINES.stream()
                .filter(line -> line.startsWith(instruction + " "))
                .reduce((earlier, later) -> later)
                .map(line -> line.substring(instruction.length() + 1).strip())
                .orElseThrow(() -> new AssertionError("no " + instruction + " in the Dockerfile"));
    }

    static String environment(String name) {
        return LINES.stream()
                .filter(line -> line.startsWith("ENV " + name + "="))
                .map(line -> line.substring(line.indexOf('=') + 1))
                .findFirst()
                .orElse("");
    }

    private static List<String> copiedFromContext() {
        return LINES.stream()
                .filter(line -> line.startsWith("COPY ") && !line.contains("--from="))
                .map(line -> line.replaceAll(" --\\S+", "").split(" ")[1])
                .toList();
    }

    private static int javaOf(String image) {
        Matcher version = Pattern.compile("temurin[:-](\\d+)").matcher(image);
        assertThat(version.find()).as(image).isTrue();
        return Integer.parseInt(version.group(1));
    }

    private static String element(String name) {
        Matcher found = Pattern.compile("<" + name + ">([^<]+)</" + name + ">").matcher(POM);
        assertThat(found.find()).as(name).isTrue();
        return found.group(1);
    }

    private static List<String> lines() {
        List<String> instructions = new ArrayList<>();
        String file = Product.text(Product.DEPLOY.resolve("Dockerfile")).replace("\\\n", " ");
        file.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .forEach(instructions::add);
        assertThat(Files.isExecutable(Path.of("millrace"))).isTrue();
        return instructions;
    }
}
