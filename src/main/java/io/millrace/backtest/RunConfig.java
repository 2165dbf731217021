package io.millrace.backtest;

import io.millrace.event.InvalidSetting;
import io.millrace.pipeline.Compatibility;
import io.millrace.pipeline.PipelineConfig;
import io.millrace.popularity.HalfLife;
import io.millrace.popularity.ItemCounts;
import io.millrace.ranking.ServedConfig;
import io.millrace.sampling.Parameters;
import io.millrace.sampling.Samplers;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One configuration of a backtest.
 *
 * @param name as the report calls it
 * @param halfLife of the popularity that samplers draw by
 * @param samplerParameters all keys below {@code sampling.}
 * @param historyClicked clicks kept per user
 * @param historyExposed unclicked exposures kept per user
 * @param ranking what is served
 * @param digest of all settings that change what is learned
 * @param settings every setting by dotted key, as text; for the report
 */
public record RunConfig(
        String name,
        PipelineConfig pipeline,
        HalfLife halfLife,
        String sampler,
        Parameters samplerParameters,
        int maxTries,
        int historyClicked,
        int historyExposed,
        ServedConfig ranking,
        Measure measure,
        String digest,
        Map<String, String> settings) {

    public RunConfig {
        settings = Map.copyOf(new TreeMap<>(settings));
        Compatibility.check(
                pipeline.learning(),
                Samplers.make(sampler, samplerParameters, new ItemCounts(halfLife), maxTries),
                samplerParameters);
        Compatibility.checkHistory(pipeline.learning(), historyClicked);
        Compatibility.checkServed(pipeline.learning(), ranking);
    }

    /** What should be known about this combination of settings before it runs. */
    public List<String> warnings() {
        return Compatibility.warnings(
                pipeline.learning(), Samplers.make(sampler, samplerParameters, new ItemCounts(halfLife), maxTries));
    }

    /**
     * What is measured; the same for all configurations of a backtest.
     *
     * @param share of clicks and impressions that are evaluated, by hash of their ids; 0 to 1
     * @param every rank each n-th click instead of a share; 0 for the share
     * @param recommendSeen true when items that a user has clicked may be recommended again
     * @param cutoffs K of recall and NDCG
     * @param window events of the tumbling and fading averages, and of AUC
     */
    public record Measure(double share, int every, boolean recommendSeen, List<Integer> cutoffs, int window) {

        public Measure {
            cutoffs = List.copyOf(cutoffs);
            new InvalidSetting.Check()
                    .require(share >= 0 && share <= 1, "evaluation.share", share, "0 to 1")
                    .require(every >= 0, "--every", every, "1 or more")
                    .require(window >= 100, "evaluation.window", window, "at least 100")
                    .done();
        }

        /** The same, looking at no click. */
        Measure ofNothing() {
            return new Measure(0, 0, recommendSeen, cutoffs, window);
        }

        /** The position of the cutoff that headlines are about: 20 where there is one, else the largest. */
        int headline() {
            int twenty = cutoffs.indexOf(20);
            return twenty >= 0 ? twenty : cutoffs.size() - 1;
        }
    }
}
