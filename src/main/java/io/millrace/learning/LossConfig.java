package io.millrace.learning;

import io.millrace.event.InvalidSetting;

/**
 * What single losses can be told; each is for the loss its name starts with. Defaults are in {@code reference.yaml}.
 *
 * @param margin of {@code hinge}: how far a positive should be above each negative; 0 to 100
 * @param hingeOn what {@code hinge} compares: {@code score}, or {@code probability}, the scores through σ
 * @param nceStrict true when {@code nce} draws its noise from all items, the positive and the user's clicks among them, as
 *     its theory has it; false leaves them out as for any other loss
 */
public record LossConfig(float margin, String hingeOn, boolean nceStrict) {

    public static final LossConfig DEFAULT = new LossConfig(1f, "score", false);

    void check(InvalidSetting.Check check) {
        check.require(margin >= 0 && margin <= 100, "learning.margin", margin, "0 to 100")
                .require(
                        hingeOn.equals("score") || hingeOn.equals("probability"),
                        "learning.hinge-on",
                        hingeOn,
                        "one of [score, probability]");
    }
}
