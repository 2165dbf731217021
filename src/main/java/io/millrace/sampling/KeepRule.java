package io.millrace.sampling;

import io.millrace.event.Hash;

/**
 * How likely an example of a frequent item is kept, by the ratio r = θ / f of a threshold to the item's share:
 *
 * <pre>
 *   paper:  κ = min(1, r^γ)
 *   c:      κ = min(1, √r + r)        discards from f = θ (3 + √5) / 2 on
 * </pre>
 *
 * <p>Source: Mikolov et al., NIPS 2013, section 2.3, and the word2vec program for {@code c}.
 *
 * @param byProgram true for the variant {@code c}
 * @param power γ of the variant {@code paper}; 0 keeps all
 */
public record KeepRule(boolean byProgram, double power) {

    private static final double LEAST = 1e-6;

    /** κ, in [1e-6, 1]. */
    public double probability(double ratio) {
        double kept = byProgram ? Math.sqrt(ratio) + ratio : StrictMath.pow(ratio, power);
        return Math.max(LEAST, Math.min(1, kept));
    }

    /**
     * The choice for one event, by its hash alone, so that a replay drops the same ones. All 53 bits of a double decide: 16
     * would make every κ a multiple of 1 / 65536, and the smallest of them 0.
     *
     * @param salt of the purpose, so that two choices about one event are independent
     */
    public static boolean keeps(long salt, long event, double probability) {
        return (Hash.mix(Hash.pair(salt, event)) >>> 11) * 0x1p-53 < probability;
    }
}
