package io.millrace.sampling;

import io.millrace.event.CounterRandom;

/**
 * Noise that turns a maximum into a draw: the index of the largest of ln w_k + g_k, with g independent standard Gumbel,
 * is k with probability w_k / Σ w; the largest m are a draw without replacement.
 *
 * <p>Source: Gumbel 1954; Efraimidis and Spirakis, 2006, for the m largest.
 */
final class Gumbel {

    private Gumbel() {}

    static double next(CounterRandom random) {
        // The half keeps the logarithm's argument off 0.
        double u = ((random.nextLong() >>> 11) + 0.5) * 0x1p-53;
        return -StrictMath.log(-StrictMath.log(u));
    }
}
