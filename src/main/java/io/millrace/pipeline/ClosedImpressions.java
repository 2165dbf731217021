package io.millrace.pipeline;

import io.millrace.attribution.Balance;
import io.millrace.event.Impression;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What impressions teach {@link ClickCalibration}: each is predicted when it is closed, with the model as it was, and learned
 * from. The first answer to an impression closes it; one that had counted as unclicked is corrected.
 */
final class ClosedImpressions {

    /** Closed impressions in the fading means of click probabilities. */
    private static final int WINDOW = 10_000;

    private final @Nullable ClickCalibration calibration;
    private final ToDoubleFunction<Impression> score;
    private final Balance balance;

    /** Impressions answered so far: an answer that does not raise it is a further one to the same impression. */
    private long answered;

    /**
     * @param score as the model has it when it is asked
     * @param balance of the joiner, which counts an answer before it says so
     */
    ClosedImpressions(ClickCalibration.Config config, ToDoubleFunction<Impression> score, Balance balance) {
        calibration = config.enabled() ? new ClickCalibration(config, WINDOW) : null;
        this.score = score;
        this.balance = balance;
    }

    /** Null where none is configured. */
    @Nullable
    ClickCalibration calibration() {
        return calibration;
    }

    void unclicked(Impression impression) {
        learn(impression, false);
    }

    /**
     * Takes an answer and returns true for the first to its impression.
     *
     * @param retracts true when the impression had counted as unclicked
     */
    boolean answered(Impression impression, boolean retracts) {
        boolean isFirst = answeredNow() != answered;
        answered = answeredNow();
        if (calibration != null && retracts) {
            calibration.correct(score.applyAsDouble(impression));
        } else if (isFirst) {
            learn(impression, true);
        }
        return isFirst;
    }

    private void learn(Impression impression, boolean clicked) {
        if (calibration != null) {
            calibration.learn(score.applyAsDouble(impression), clicked);
        }
    }

    private long answeredNow() {
        return balance.get(Balance.Count.IMPRESSIONS_CLICKED) + balance.get(Balance.Count.IMPRESSIONS_LATE);
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeBoolean(calibration != null);
        if (calibration != null) {
            calibration.writeTo(out);
        }
    }

    /** Goes on from what was written; the balance is as it was then. */
    void readFrom(DataInput in) throws IOException {
        if (in.readBoolean() && calibration != null) {
            calibration.readFrom(in);
        }
        answered = answeredNow();
    }
}
