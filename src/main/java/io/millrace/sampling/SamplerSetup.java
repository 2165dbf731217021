package io.millrace.sampling;

import io.millrace.popularity.ItemCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What samplers are made from, and the states they brought along while being made. */
final class SamplerSetup {

    private final Parameters parameters;
    private final Catalog catalog;
    private final ItemCounts counts;
    private final int maxTries;
    private final List<SamplerState> states = new ArrayList<>();
    private @Nullable PopularitySampler popularity;

    SamplerSetup(Parameters parameters, Catalog catalog, ItemCounts counts, int maxTries) {
        this.parameters = parameters;
        this.catalog = catalog;
        this.counts = counts;
        this.maxTries = maxTries;
    }

    Parameters parameters() {
        return parameters;
    }

    Catalog catalog() {
        return catalog;
    }

    ItemCounts counts() {
        return counts;
    }

    /** Proposals per negative before a draw comes back empty. */
    int maxTries() {
        return maxTries;
    }

    /** The popularity law as configured, made once. */
    PopularitySampler popularity() {
        if (popularity == null) {
            popularity = new PopularitySampler(
                    counts,
                    parameters
                            .choice("popularity.source", "click", "impression")
                            .equals("click"),
                    parameters.number("popularity.beta", -1, 1.5),
                    parameters.number("popularity.epsilon", 0, 1));
        }
        return popularity;
    }

    /** States in the order they were made. */
    List<SamplerState> states() {
        return states;
    }

    /** The state of this type, made once and shared by all samplers that ask for it. */
    <T extends SamplerState> T shared(Class<T> type, Supplier<T> maker) {
        for (SamplerState state : states) {
            if (type.isInstance(state)) {
                return type.cast(state);
            }
        }
        return keep(maker.get());
    }

    /** Registers a state of its own. */
    <T extends SamplerState> T keep(T state) {
        states.add(state);
        return state;
    }
}
