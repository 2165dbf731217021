package io.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.app.Finding.Level;
import io.millrace.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineChecksTest {

    private static final long GB = 1L << 30;

    private final MachineChecks checks = new MachineChecks(Configuration.load(null, Map.of()));

    @Test
    void javaBefore17Fails() {
        assertThat(MachineChecks.java(11).level()).isEqualTo(Level.FAIL);
        assertThat(MachineChecks.java(17).level()).isEqualTo(Level.OK);
    }

    @Test
    void scalarArithmeticIsAWarning() {
        assertThat(MachineChecks.arithmetic(false).level()).isEqualTo(Level.WARN);
    }

    @Test
    void userRowsThatFillTheHeapAreAWarning() {
        assertThat(checks.heap(2 * GB).level()).isEqualTo(Level.OK);
        assertThat(checks.heap(GB / 4).level()).isEqualTo(Level.WARN);
    }

    @Test
    void moreThanTheMachineHasIsAWarning() {
        assertThat(checks.memory(GB, 4 * GB).level()).isEqualTo(Level.OK);
        assertThat(checks.memory(GB, GB).level()).isEqualTo(Level.WARN);
    }

    @Test
    void aStateDirectoryThatCannotBeMadeFails(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThat(MachineChecks.stateDir(file).level()).isEqualTo(Level.FAIL);
        assertThat(MachineChecks.stateDir(directory.resolve("not/there/yet")).level())
                .isNotEqualTo(Level.FAIL);
        assertThat(directory.resolve("not")).doesNotExist();
    }
}
