package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.config.Configuration;
import io.millrace.learning.LossConfig;
import io.millrace.learning.Losses;
import io.millrace.learning.SequenceConfig;
import io.millrace.popularity.HalfLife;
import io.millrace.popularity.ItemCounts;
import io.millrace.topology.TestSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page on samplers and the registry say the same. */
class SamplersPageTest {

    private static final Pattern ROW = Pattern.compile("^\\| `([a-z-]+)` \\| ([A-Za-z]+) \\|", Pattern.MULTILINE);

    @Test
    void everySamplerIsOnThePageWithItsKindOfQ() throws IOException {
        Map<String, String> kinds = new TreeMap<>();
        for (String name : Samplers.names()) {
            kinds.put(name, kind(name));
        }
        assertThat(rows(text().split("## Losses")[0])).isEqualTo(kinds);
    }

    private static String kind(String name) {
        Parameters settings = Configuration.load(null, Map.of()).samplerParameters();
        return Samplers.make(name, settings, new ItemCounts(new HalfLife(86_400_000)), 64)
                .qKind()
                .name();
    }

    @Test
    void everyLossIsOnThePageWithWhatItNeeds() throws IOException {
        Map<String, String> needs = new TreeMap<>();
        for (String name : Losses.names()) {
            boolean needsQ = Losses.make(TestSettings.learning().withLoss(name, LossConfig.DEFAULT))
                    .needsQ();
            needs.put(name, needsQ ? "yes" : "no");
        }
        assertThat(rows(text().split("## Losses")[1].split("## Objectives")[0])).isEqualTo(needs);
    }

    @Test
    void everyObjectiveIsOnThePageWithTheLossesItTakes() throws IOException {
        Map<String, String> takes = new TreeMap<>();
        for (String name : SequenceConfig.OBJECTIVES) {
            boolean takesAny = Losses.names().stream().allMatch(loss -> takes(name, loss));
            takes.put(name, name.equals("hierarchical-softmax") ? "none" : takesAny ? "any" : "logistic");
        }
        assertThat(rows(text().split("## Objectives")[1])).isEqualTo(takes);
    }

    private static boolean takes(String objective, String loss) {
        Map<String, String> settings =
                Map.of("learning.objective", objective, "learning.loss", loss, "learning.own-weight", "0");
        return catchThrowable(() -> Configuration.load(null, settings)) == null;
    }

    private static Map<String, String> rows(String page) {
        Map<String, String> rows = new TreeMap<>();
        Matcher row = ROW.matcher(page);
        while (row.find()) {
            assertThat(rows.put(row.group(1), row.group(2)))
                    .as("row " + row.group(1))
                    .isNull();
        }
        return rows;
    }

    private static String text() throws IOException {
        return Files.readString(Path.of("src/docs/samplers.md"));
    }
}
