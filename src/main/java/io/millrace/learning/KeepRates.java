package io.millrace.learning;

/**
 * What a probability learned from thinned examples is without the thinning. Clicks kept at rate κ+ and others at κ- shift
 * the logit of what is learned, and it is shifted back:
 *
 * <pre>
 *   logit p = logit p' - ln κ+ + ln κ-        with κ+ = 1:  p = p' / (p' + (1 - p') / κ-)
 * </pre>
 *
 * <p>Source: He et al., "Practical Lessons from Predicting Clicks on Ads at Facebook", ADKDD 2014, section 6.3.
 *
 * @param ofClicks κ+, in (0, 1]
 * @param ofOthers κ-, in (0, 1]
 */
public record KeepRates(double ofClicks, double ofOthers) {

    /** What is added to a logit. */
    public double shift() {
        return StrictMath.log(ofOthers) - StrictMath.log(ofClicks);
    }

    /** p of p'; p' is taken to be at least 1e-12 from 0 and 1. */
    public double corrected(double probability) {
        double p = Math.max(1e-12, Math.min(1 - 1e-12, probability));
        double clicked = p / ofClicks;
        double other = (1 - p) / ofOthers;
        return clicked / (clicked + other);
    }
}
