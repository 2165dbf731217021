package io.millrace.ranking;

import io.millrace.event.InvalidSetting;
import io.millrace.learning.LearningConfig;

/**
 * A factor model that teaches itself; see {@link ContextFactors}.
 *
 * @param learning model and step; {@code learning.own-weight} must be 0
 * @param negatives drawn per step; 1 to 10,000
 * @param replay steps on remembered clicks for each new one; 0 to 100
 * @param log clicks remembered for that; 1,000 to 100,000,000
 */
public record ContextFactorsConfig(LearningConfig learning, int negatives, int replay, int log) {

    /** 32 floats, the last ten clicks with decay 0.7, fifty uniform negatives, one replayed click. */
    public static final ContextFactorsConfig DEFAULT = of(32, 0.2f, 10, 0.7f, 50, 1);

    public ContextFactorsConfig {
        new InvalidSetting.Check()
                .require(
                        learning.ownWeight() == 0,
                        "learning.own-weight",
                        learning.ownWeight(),
                        "0: the user is the last clicks")
                .require(negatives >= 1 && negatives <= 10_000, "context-factors.negatives", negatives, "1 to 10000")
                .require(replay >= 0 && replay <= 100, "context-factors.replay", replay, "0 to 100")
                .require(log >= 1000 && log <= 100_000_000, "context-factors.log", log, "1000 to 100000000")
                .done();
    }

    /** Sampled softmax and Adagrad by row. */
    public static ContextFactorsConfig of(
            int dimension, float stepSize, int recent, float recentDecay, int negatives, int replay) {
        LearningConfig learning = new LearningConfig(
                dimension,
                "softmax-is",
                "adagrad-row",
                stepSize,
                0,
                0.5f,
                1000,
                100,
                100,
                0,
                recent,
                recentDecay,
                false,
                1,
                1,
                1);
        return new ContextFactorsConfig(learning, negatives, replay, 1_000_000);
    }
}
