package io.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.Configuration;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(args);
    }

    @Test
    void withoutACommandTheHelpIsShown() {
        assertThat(run()).isZero();
        assertThat(out.toString()).contains("Usage: millrace", "Commands:", "config", "doctor", "Examples:");
    }

    @Test
    void theVersionNamesMillraceAndJava() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).startsWith("millrace ").contains("Java " + Runtime.version());
    }

    @Test
    void everyCommandHasAHelp() {
        for (CommandLine command : Main.commandLine(new PrintWriter(out), new PrintWriter(err))
                .getSubcommands()
                .values()) {
            assertThat(run(command.getCommandName(), "--help")).isZero();
            assertThat(out.toString()).contains("Usage: millrace " + command.getCommandName());
        }
    }

    @Test
    void anUnknownOptionIsBadUsageWithASuggestion() {
        assertThat(run("config", "--referense")).isEqualTo(2);
        assertThat(err.toString()).contains("--referense", "--reference", "Try 'millrace config --help'.");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void badSettingsAreBadUsageAndEachStandsOnItsOwnLine() {
        assertThat(run("config", "--set", "learning.dimension=0", "--set", "query.prot=1"))
                .isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly(
                        "query.prot = 1, expected a known key, did you mean query.port?",
                        "learning.dimension = 0, expected 4 to 512");
    }

    @Test
    void aSettingMayContainEqualSigns() {
        assertThat(run("config", "-s", "kafka.client.rack=a=b,c")).isZero();
        assertThat(out.toString()).contains("client.rack: \"a=b,c\"");
    }

    @Test
    void aFileThatIsNotThereIsBadUsage() {
        assertThat(run("config", "--config", "no-such-file.yaml")).isEqualTo(2);
        assertThat(err.toString()).contains("no-such-file.yaml, expected a file that exists");
    }

    @Test
    void theReferenceIsPrintedAsItIs() {
        assertThat(run("config", "--reference")).isZero();
        assertThat(out.toString()).isEqualTo(Configuration.referenceText());
    }

    @Test
    void theSettingsInEffectArePrintedWithTheirDigest() {
        assertThat(run("config", "--set", "learning.dimension=64")).isZero();
        assertThat(out.toString()).startsWith("# digest ").contains("\n  dimension: 64\n");
    }

    @Test
    void theDoctorFailsWithoutABrokerAndSaysHowToGetOne() {
        assertThat(run("doctor", "--set", "kafka.bootstrap.servers=127.0.0.1:1"))
                .isEqualTo(1);
        assertThat(out.toString())
                .contains("OK    java", "FAIL  broker        nobody answers at 127.0.0.1:1", "-> start the broker");
    }
}
