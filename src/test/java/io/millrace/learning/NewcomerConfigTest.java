package io.millrace.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.event.InvalidSetting;
import io.millrace.topology.TestSettings;
import org.junit.jupiter.api.Test;

/** Starts that cannot be had are refused with what to change. */
class NewcomerConfigTest {

    private static final NewcomerConfig FOLDED_IN = new NewcomerConfig(3, "zero");
    private static final NewcomerConfig AT_MEDIAN = new NewcomerConfig(0, "median");

    @Test
    void aValueThatCannotBeIsReportedWithItsKeyAndWhatItMayBe() {
        assertThat(problem(() -> TestSettings.learning().withNewcomers(new NewcomerConfig(101, "mean"))))
                .isEqualTo("learning.fold-in = 101, expected 0 to 100\n"
                        + "learning.new-item-bias = mean, expected one of [zero, median]");
    }

    @Test
    void aUserWithoutAVectorCannotBeFoldedIn() {
        LearningConfig cbow =
                TestSettings.learning().withSequences(new SequenceConfig("cbow", 5, "random", 1_800_000, "exact"));
        assertThat(problem(() -> cbow.withNewcomers(FOLDED_IN)))
                .startsWith("learning.fold-in = 3, expected 0, or learning.own");
    }

    @Test
    void inATreeThereIsNeitherAVectorToFoldInNorABias() {
        LearningConfig tree = TestSettings.learning().withTree(TreeConfig.DEFAULT);
        assertThat(problem(() -> tree.withNewcomers(FOLDED_IN))).startsWith("learning.fold-in = 3, expected 0:");
        assertThat(problem(() -> tree.withNewcomers(AT_MEDIAN)))
                .startsWith("learning.new-item-bias = median, expected zero, or learning.objective = matching");
    }

    @Test
    void anOptimizerThatForgetsWhereABiasStartedIsRefused() {
        LearningConfig ftrl = TestSettings.learning().withOptimizer("ftrl", 0.1f, OptimizerConfig.DEFAULT);
        assertThat(problem(() -> ftrl.withNewcomers(AT_MEDIAN)))
                .startsWith("learning.new-item-bias = median, expected zero, or another optimiser");
        assertThatCode(() -> ftrl.withNewcomers(FOLDED_IN)).doesNotThrowAnyException();
    }

    private static String problem(Runnable settings) {
        InvalidSetting invalid = catchThrowableOfType(InvalidSetting.class, settings::run);
        return invalid.getMessage();
    }
}
