package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpellingTest {

    private static final List<String> KEYS =
            List.of("learning.dimension", "learning.step-size", "attribution.window", "query.port", "kafka");

    @Test
    void aSlipOfTheHandIsRecognised() {
        assertThat(Spelling.closest("learning.dimensions", KEYS)).contains("learning.dimension");
        assertThat(Spelling.closest("learnign.dimension", KEYS)).contains("learning.dimension");
        assertThat(Spelling.closest("learning.stepsize", KEYS)).contains("learning.step-size");
        assertThat(Spelling.closest("kakfa", KEYS)).contains("kafka");
    }

    @Test
    void aKeyWithoutItsSectionIsRecognised() {
        assertThat(Spelling.closest("window", KEYS)).contains("attribution.window");
        assertThat(Spelling.closest("model.dimension", KEYS)).contains("learning.dimension");
    }

    @Test
    void anythingElseIsNot() {
        assertThat(Spelling.closest("colour", KEYS)).isEmpty();
    }

    @Test
    void neighboursSwappedAreOneEdit() {
        assertThat(Spelling.edits("port", "prot")).isEqualTo(1);
        assertThat(Spelling.edits("", "abc")).isEqualTo(3);
        assertThat(Spelling.edits("kitten", "sitting")).isEqualTo(3);
    }
}
