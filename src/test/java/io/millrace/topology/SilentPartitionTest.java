package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.Dislike;
import io.millrace.event.EntityId;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SilentPartitionTest {

    @TempDir
    Path directory;

    /** Or it would pile up for as long as no event comes. */
    @Test
    void whatIsPublishedIsTakenThoughNoEventComes() {
        try (var driven = new DrivenTopology(TestSettings.settings(1, 1000), directory)) {
            driven.send(new Dislike(EntityId.of("e"), EntityId.of("u"), EntityId.of("i"), 1f, 1_700_000_000_000L));
            assertThat(inFlight(driven)).isEqualTo(1);
            driven.driver.advanceWallClockTime(Duration.ofSeconds(1));
            assertThat(inFlight(driven)).isZero();
        }
    }

    private static int inFlight(DrivenTopology driven) {
        return driven.instance.learners().get(0).inFlight();
    }
}
