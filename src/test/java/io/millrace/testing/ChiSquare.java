package io.millrace.testing;

/**
 * Pearson's test of counts against a law: cells with fewer than 5 expected are merged, and the p-value is the upper
 * incomplete gamma function Q(df / 2, x / 2), by its series or its continued fraction.
 */
public final class ChiSquare {

    private ChiSquare() {}

    /** Probability of counts at least this far from {@code law}; 0 when something was seen that the law forbids. */
    public static double pValue(long[] seen, double[] law) {
        long n = 0;
        double mass = 0;
        for (int k = 0; k < seen.length; k++) {
            n += seen[k];
            mass += law[k];
            if (seen[k] > 0 && law[k] <= 0) {
                return 0;
            }
        }
        double statistic = 0;
        double rareSeen = 0;
        double rareExpected = 0;
        int cells = 0;
        for (int k = 0; k < seen.length; k++) {
            double expected = n * law[k] / mass;
            if (expected < 5) {
                rareSeen += seen[k];
                rareExpected += expected;
            } else {
                statistic += (seen[k] - expected) * (seen[k] - expected) / expected;
                cells++;
            }
        }
        if (rareExpected > 0.5) {
            statistic += (rareSeen - rareExpected) * (rareSeen - rareExpected) / rareExpected;
            cells++;
        }
        return cells < 2 ? 1 : upperGamma((cells - 1) / 2.0, statistic / 2);
    }

    private static double upperGamma(double a, double x) {
        if (x <= 0) {
            return 1;
        }
        double scale = Math.exp(-x + a * Math.log(x) - logGamma(a));
        return x < a + 1 ? 1 - scale * series(a, x) : scale * fraction(a, x);
    }

    private static double series(double a, double x) {
        double term = 1 / a;
        double sum = term;
        for (int k = 1; k < 10_000 && term > sum * 1e-16; k++) {
            term *= x / (a + k);
            sum += term;
        }
        return sum;
    }

    private static double fraction(double a, double x) {
        double b = x + 1 - a;
        double c = 1e300;
        double d = 1 / b;
        double h = d;
        for (int k = 1; k < 10_000; k++) {
            double an = -k * (k - a);
            b += 2;
            d = 1 / (an * d + b);
            c = b + an / c;
            h *= d * c;
            if (Math.abs(d * c - 1) < 1e-15) {
                break;
            }
        }
        return h;
    }

    /** Stirling's series, after stepping up to where it is accurate. */
    private static double logGamma(double a) {
        double shift = 0;
        double x = a;
        for (; x < 10; x++) {
            shift -= Math.log(x);
        }
        double inverse = 1 / (x * x);
        double tail = (1.0 / 12 - inverse * (1.0 / 360 - inverse / 1260)) / x;
        return shift + (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + tail;
    }
}
