package io.millrace.pipeline;

import io.millrace.event.InvalidSetting;
import io.millrace.learning.KeepRates;
import io.millrace.learning.PlattScaling;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Click probabilities: the score of an impression's user and item when the impression is closed, through {@link
 * PlattScaling}, then corrected for what was left out before events came here. Each impression is predicted, then learned
 * from; how good the predictions were is kept in sums that fade.
 *
 * <p>Nothing else is a click probability: the score itself is learned against negatives that were never shown.
 */
public final class ClickCalibration {

    private static final int VERSION = 1;
    private static final double CLIP = 1e-12;

    private final PlattScaling platt;
    private final KeepRates rates;
    private final double fading;

    private long closed;
    private double weight;
    private double loss;
    private double predicted;
    private double clicks;

    ClickCalibration(Config config, int window) {
        platt = new PlattScaling(config.stepSize(), config.memory());
        rates = new KeepRates(config.clicksKept(), config.othersKept());
        fading = 1 - 1.0 / window;
    }

    /**
     * What makes a probability of a score, at one moment.
     *
     * @param slope A of {@link PlattScaling}
     * @param offset B of it
     * @param rates what was left out before events came here
     */
    public record Scale(double slope, double offset, KeepRates rates) {

        /** Probability of a click given a score. */
        public double probability(double score) {
            return rates.corrected(PlattScaling.probability(slope, offset, score));
        }
    }

    /** As it is now. */
    public Scale scale() {
        return new Scale(platt.slope(), platt.offset(), rates);
    }

    public PlattScaling platt() {
        return platt;
    }

    /** Impressions learned from. */
    public long closed() {
        return closed;
    }

    void learn(double score, boolean clicked) {
        double p = Math.max(CLIP, Math.min(1 - CLIP, platt.probability(score)));
        closed++;
        weight = 1 + fading * weight;
        loss = -StrictMath.log(clicked ? p : 1 - p) + fading * loss;
        predicted = p + fading * predicted;
        clicks = (clicked ? 1 : 0) + fading * clicks;
        platt.learn(score, clicked);
    }

    /** An impression that was learned as unclicked was clicked after all. */
    void correct(double score) {
        platt.correct(score);
        clicks += 1;
    }

    /**
     * Fading means over closed impressions as they came here: log-loss in nats, that over the entropy of the click rate
     * (below 1 is better than the rate alone), predicted over observed clicks, and the two numbers of the scaling.
     */
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        double rate = Math.max(CLIP, Math.min(1 - CLIP, clicks / weight));
        double entropy = -rate * StrictMath.log(rate) - (1 - rate) * StrictMath.log1p(-rate);
        metrics.put("log-loss.fading", loss / weight);
        metrics.put("normalised-entropy.fading", loss / weight / entropy);
        metrics.put("calibration.fading", predicted / clicks);
        metrics.put("slope", platt.slope());
        metrics.put("offset", platt.offset());
        return metrics;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        platt.writeTo(out);
        out.writeLong(closed);
        out.writeDouble(weight);
        out.writeDouble(loss);
        out.writeDouble(predicted);
        out.writeDouble(clicks);
    }

    void readFrom(DataInput in) throws IOException {
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException("calibration state has version " + version + ", expected " + VERSION);
        }
        platt.readFrom(in);
        closed = in.readLong();
        weight = in.readDouble();
        loss = in.readDouble();
        predicted = in.readDouble();
        clicks = in.readDouble();
    }

    /**
     * How click probabilities are made. Defaults are in {@code reference.yaml}.
     *
     * @param enabled false makes none
     * @param stepSize η of {@link PlattScaling}; above 0, at most 1
     * @param memory impressions after which half of its squared gradients is forgotten; 100 to 1,000,000,000
     * @param clicksKept share of clicked impressions that come here; above 0, at most 1
     * @param othersKept share of unclicked impressions that come here; above 0, at most 1
     */
    public record Config(boolean enabled, float stepSize, int memory, float clicksKept, float othersKept) {

        public static final Config OFF = new Config(false, 0.1f, 100_000, 1, 1);

        public Config {
            new InvalidSetting.Check()
                    .require(stepSize > 0 && stepSize <= 1, "calibration.step-size", stepSize, "above 0 and at most 1")
                    .require(
                            memory >= 100 && memory <= 1_000_000_000, "calibration.memory", memory, "100 to 1000000000")
                    .require(
                            clicksKept > 0 && clicksKept <= 1,
                            "calibration.clicks-kept",
                            clicksKept,
                            "above 0 and at most 1")
                    .require(
                            othersKept > 0 && othersKept <= 1,
                            "calibration.others-kept",
                            othersKept,
                            "above 0 and at most 1")
                    .done();
        }
    }
}
