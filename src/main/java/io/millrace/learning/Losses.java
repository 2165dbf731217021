package io.millrace.learning;

import io.millrace.event.InvalidSetting;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The one list of losses by configuration name. */
public final class Losses {

    private interface Factory {
        Loss make(LossConfig options);
    }

    private static final Map<String, Factory> ALL = new TreeMap<>(Map.of(
            "logistic", options -> new LogisticLoss(),
            "bpr", options -> new BprLoss(),
            "softmax-is", options -> new SampledSoftmaxLoss("softmax-is", false),
            "softmax-logq", options -> new SampledSoftmaxLoss("softmax-logq", true),
            "snis", options -> new SampledSoftmaxLoss("snis", true),
            "kpair", options -> new PairwiseSoftmaxLoss(),
            "nce", options -> new NceLoss(),
            "hinge",
                    options -> new HingeLoss(options.margin(), options.hingeOn().equals("probability"))));

    private Losses() {}

    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /** @throws InvalidSetting when the name is unknown */
    public static Loss make(LearningConfig config) {
        Factory loss = ALL.get(config.loss());
        if (loss == null) {
            throw new InvalidSetting("learning.loss", config.loss(), "one of " + names());
        }
        return loss.make(config.losses());
    }
}
