package io.millrace.ranking;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.CounterRandom;
import io.millrace.sampling.Catalog;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class PresetsTest {

    private static final List<Function<Catalog, Ranker>> ALL =
            List.of(Presets::retrieval, Presets::session, catalog -> Presets.news());

    /** Users go round a circle of items: every preset must find the next one among the first few. */
    @Test
    void everyPresetLearnsWhatComesNextAndGoesOnTheSameWhenRestored() throws IOException {
        for (Function<Catalog, Ranker> preset : ALL) {
            World world = new World().items(40);
            Ranker ranker = preset.apply(world.catalog);
            CounterRandom random = new CounterRandom();
            for (int n = 0; n < 300; n++) {
                int start = random.reset(2, n, 0).nextInt(40);
                for (int k = 0; k < 4; k++) {
                    world.scoreAndClick(ranker, "u" + n, (start + k) % 40, n * 60_000L);
                }
            }
            Ranker restored = world.restored(preset.apply(world.catalog), world.bytes(ranker));
            world.click(ranker, "asks", 7, 300 * 60_000L);
            world.click(ranker, "asks", 8, 300 * 60_000L);
            float[] scores = world.scores(ranker, "asks", 301 * 60_000L);
            int better = 0;
            for (int j = 0; j < 40; j++) {
                better += j != 7 && j != 8 && scores[j] > scores[9] ? 1 : 0;
            }
            assertThat(better).as(ranker.stateBytes() + " bytes").isLessThan(3);
            world.forgetUsers();
            world.click(restored, "asks", 7, 300 * 60_000L);
            world.click(restored, "asks", 8, 300 * 60_000L);
            assertThat(world.scores(restored, "asks", 301 * 60_000L)).isEqualTo(scores);
        }
    }
}
