package io.millrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.config.Configuration;
import io.millrace.event.InvalidSetting;
import io.millrace.learning.LearningConfig;
import io.millrace.learning.LossConfig;
import io.millrace.learning.Losses;
import io.millrace.popularity.HalfLife;
import io.millrace.popularity.ItemCounts;
import io.millrace.sampling.Parameters;
import io.millrace.sampling.Sampler;
import io.millrace.sampling.Samplers;
import io.millrace.topology.TestSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompatibilityTest {

    private static final List<String> NEED_Q = List.of("nce", "snis", "softmax-is", "softmax-logq");

    @ParameterizedTest
    @CsvSource({
        "uniform, true",
        "popularity, true",
        "mix, true",
        "log-uniform, true",
        "adaptive-rank, true",
        "exposed, false",
        "recent-clicks, false",
        "dns, false",
        "hard-rank, false",
        "gibbs-walk, false",
        "irgan, false"
    })
    void aLossThatDividesByQNeedsASamplerThatHasOneForEveryItem(String sampler, boolean hasQ) {
        for (String loss : Losses.names()) {
            boolean isRefused = problem(loss, sampler, Map.of()) != null;
            assertThat(isRefused).as(loss + " with " + sampler).isEqualTo(!hasQ && NEED_Q.contains(loss));
        }
    }

    @Test
    void theRefusalSaysWhyAndWhatToUse() {
        assertThat(problem("nce", "dns", Map.of()))
                .isEqualTo(
                        "sampling.sampler = dns, expected one whose q is known: this one's is not, and learning.loss ="
                                + " nce divides by it: uniform, popularity with epsilon above 0 or a mix with one of them; or"
                                + " learning.loss = logistic, bpr, hinge or kpair");
        assertThat(problem("softmax-is", "exposed", Map.of())).contains("this one gives some a q of 0");
        assertThat(problem("softmax-logq", "rejection", Map.of())).contains("softmax-is");
    }

    @Test
    void popularityWithoutUniformDrawsCannotReachEveryItem() {
        assertThat(problem("softmax-is", "popularity", Map.of("popularity.epsilon", 0.0)))
                .isNotNull();
    }

    @Test
    void anEstimatedQIsAllowedWithAWarning() {
        LearningConfig softmax = TestSettings.learning().withLoss("softmax-is", LossConfig.DEFAULT);
        LearningConfig bpr = TestSettings.learning().withLoss("bpr", LossConfig.DEFAULT);
        assertThat(problem("softmax-is", "rejection", Map.of())).isNull();
        assertThat(Compatibility.warnings(softmax, sampler("rejection", Map.of())))
                .singleElement()
                .asString()
                .startsWith("sampling.sampler = rejection estimates its q");
        assertThat(Compatibility.warnings(bpr, sampler("rejection", Map.of()))).isEmpty();
        assertThat(Compatibility.warnings(softmax, sampler("uniform", Map.of())))
                .isEmpty();
    }

    private static @Nullable String problem(String loss, String sampler, Map<String, Object> parameters) {
        LearningConfig learning = TestSettings.learning().withLoss(loss, LossConfig.DEFAULT);
        InvalidSetting invalid = catchThrowableOfType(
                InvalidSetting.class,
                () -> Compatibility.check(learning, sampler(sampler, parameters), parameters(parameters)));
        return invalid == null ? null : invalid.getMessage();
    }

    private static Sampler sampler(String name, Map<String, Object> parameters) {
        return Samplers.make(name, parameters(parameters), new ItemCounts(new HalfLife(1)), 64);
    }

    private static Parameters parameters(Map<String, Object> changed) {
        Map<String, String> texts = new HashMap<>();
        changed.forEach((key, value) -> texts.put("sampling." + key, value.toString()));
        return Configuration.load(null, texts).samplerParameters();
    }
}
