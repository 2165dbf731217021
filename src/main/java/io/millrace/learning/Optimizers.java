package io.millrace.learning;

import io.millrace.event.InvalidSetting;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The one list of optimisers by configuration name. */
public final class Optimizers {

    private interface Factory {
        Optimizer make(LearningConfig config);
    }

    private static final Map<String, Factory> ALL = new TreeMap<>(Map.of(
            "sgd",
            config -> new Sgd(
                    config.stepSize(),
                    config.optimizers().stepDecay(),
                    config.optimizers().stepDecayPower()),
            "adagrad-row",
            config -> new RowAdagrad(config.stepSize(), config.optimizers().kept()),
            "adagrad",
            config -> new Adagrad(config.stepSize(), config.optimizers().kept()),
            "ftrl",
            config -> new FtrlProximal(
                    config.stepSize(),
                    config.optimizers().ftrlBeta(),
                    config.optimizers().ftrlL1(),
                    config.optimizers().ftrlL2()),
            "adam",
            config -> new Adam(
                    config.stepSize(),
                    config.optimizers().adamBeta1(),
                    config.optimizers().adamBeta2())));

    private Optimizers() {}

    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /** @throws InvalidSetting when the name is unknown */
    public static Optimizer make(LearningConfig config) {
        Factory factory = ALL.get(config.optimizer());
        if (factory == null) {
            throw new InvalidSetting("learning.optimizer", config.optimizer(), "one of " + names());
        }
        return factory.make(config);
    }
}
