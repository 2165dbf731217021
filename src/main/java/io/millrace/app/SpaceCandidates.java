package io.millrace.app;

import io.millrace.backtest.RunConfig;
import io.millrace.backtest.Search;
import io.millrace.config.SearchSpace;
import io.millrace.event.CounterRandom;
import java.util.List;
import java.util.Map;

/** What a search space allows, as a search takes it. */
record SpaceCandidates(SearchSpace space, int every) implements Search.Candidates {

    @Override
    public Map<String, String> base() {
        return space.baseValues();
    }

    @Override
    public Map<String, String> draw(CounterRandom random) {
        return space.draw(random);
    }

    @Override
    public List<Map<String, String>> neighbours(Map<String, String> values) {
        return space.neighbours(values);
    }

    @Override
    public double distance(Map<String, String> a, Map<String, String> b) {
        return space.distance(a, b);
    }

    @Override
    public RunConfig configuration(String name, Map<String, String> values) {
        return Wiring.backtest(name, space.configuration(values), every);
    }
}
