package io.millrace.learning;

import io.millrace.event.InvalidSetting;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The one list of losses by configuration name. */
public final class Losses {

    private static final Map<String, Supplier<Loss>> ALL = new TreeMap<>(Map.of(
            "logistic", LogisticLoss::new,
            "bpr", BprLoss::new,
            "softmax-is", SampledSoftmaxLoss::new));

    private Losses() {}

    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /** @throws InvalidSetting when the name is unknown */
    public static Loss make(String name) {
        Supplier<Loss> loss = ALL.get(name);
        if (loss == null) {
            throw new InvalidSetting("learning.loss", name, "one of " + names());
        }
        return loss.get();
    }
}
