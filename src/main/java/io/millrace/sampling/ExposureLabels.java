package io.millrace.sampling;

import io.millrace.event.EntityId;
import io.millrace.event.Impression;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * When an impression becomes a negative, with what weight, and whether it was seen at all. With p = σ(s) the probability
 * of a click as the model has it, held constant,
 *
 * <pre>
 *   delayed   a negative once its window has passed without a click
 *   fnw       a negative at once, of weight (1 - p)(1 + p);     its click weighs 1 + p
 *   fnc       a negative at once, of weight (1 - p) / (1 + p);  its click weighs 1 / (1 + p)
 * </pre>
 *
 * <p>Where every impression is a negative first, a click has the probability b = p / (1 + p) in the stream that results.
 * {@code fnw} weighs each label by its true over its false probability, p / b and (1 - p) / (1 - b). {@code fnc} learns b
 * itself, by the logit ln p = ln σ(s): its derivatives by s are those of the logistic loss with the weights above. Both
 * come to rest at the true p, without waiting for the window.
 *
 * <p>By the position rule an unclicked impression of a list was seen if it stands at most {@code slack} below the lowest
 * click of the list. One that was not seen is no negative to draw; where a list or a position is not logged all are.
 *
 * <p>Source: Ktena et al., "Addressing Delayed Feedback for Continuous Training with Neural Networks in CTR prediction",
 * RecSys 2019; Joachims et al., SIGIR 2005, for the position rule.
 */
public final class ExposureLabels implements SamplerState {

    private final String mode;
    private final boolean skipsAbove;
    private final int slack;
    private final UserMemory lists;
    private int[] lowest = new int[16];

    /**
     * @param mode {@code delayed}, {@code fnw} or {@code fnc}
     * @param skipsAbove true for the position rule
     * @param slack positions below the lowest click that count as seen; at least 0
     * @param lists most lists whose lowest click is remembered; at least 1
     */
    ExposureLabels(String mode, boolean skipsAbove, int slack, int lists) {
        this.mode = mode;
        this.skipsAbove = skipsAbove;
        this.slack = slack;
        this.lists = new UserMemory(lists);
    }

    static ExposureLabels of(Parameters parameters) {
        return new ExposureLabels(
                parameters.choice("exposed.mode", "delayed", "fnw", "fnc"),
                parameters.choice("exposed.skip-above", "true", "false").equals("true"),
                parameters.integer("exposed.slack", 0, 1000),
                parameters.integer("exposed.lists", 1, 100_000_000));
    }

    /** True when there is something to remember. */
    boolean remembers() {
        return skipsAbove;
    }

    /** True when an impression is a negative as soon as it is shown. */
    public boolean atOnce() {
        return !mode.equals("delayed");
    }

    /** What the weight of an impression as a negative is multiplied by. */
    public double negativeWeight(double p) {
        return switch (mode) {
            case "fnw" -> (1 - p) * (1 + p);
            case "fnc" -> (1 - p) / (1 + p);
            default -> 1;
        };
    }

    /** What the weight of the click that answers a negative is multiplied by. */
    public double positiveWeight(double p) {
        return switch (mode) {
            case "fnw" -> 1 + p;
            case "fnc" -> 1 / (1 + p);
            default -> 1;
        };
    }

    /** An impression was clicked. */
    public void answered(Impression impression) {
        EntityId request = impression.request();
        if (!skipsAbove || request == null || impression.position() < 0) {
            return;
        }
        put(request.hash(), impression.position());
    }

    private void put(long list, int position) {
        boolean isNew = lists.isNew(list);
        int place = lists.use(list);
        if (lowest.length < lists.length()) {
            lowest = Arrays.copyOf(lowest, lists.length());
        }
        lowest[place] = isNew ? position : Math.max(lowest[place], position);
    }

    /** False for an unclicked impression that by the position rule was not seen. */
    public boolean wasSeen(Impression impression) {
        EntityId request = impression.request();
        if (!skipsAbove || request == null || impression.position() < 0) {
            return true;
        }
        int place = lists.find(request.hash());
        return place >= 0 && impression.position() <= lowest[place] + slack;
    }

    @Override
    public String name() {
        return "exposed-lists";
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        out.writeInt(lists.size());
        for (int place = lists.first(); place >= 0; place = lists.next(place)) {
            out.writeLong(lists.user(place));
            out.writeInt(lowest[place]);
        }
    }

    @Override
    public void readFrom(DataInput in) throws IOException {
        lists.clear();
        int count = in.readInt();
        for (int k = 0; k < count; k++) {
            put(in.readLong(), in.readInt());
        }
    }

    @Override
    public long stateBytes() {
        return lists.stateBytes() + 4L * lowest.length;
    }
}
