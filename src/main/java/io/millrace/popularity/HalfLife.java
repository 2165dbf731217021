package io.millrace.popularity;

/**
 * How fast popularity fades: every {@code ms} of event time halves the weight of an event.
 *
 * <p>Weights grow forward from a fixed <em>landmark</em> L instead of shrinking on every read, so an event costs one
 * addition and the counts before it are never touched:
 *
 * <pre>
 *   w(t)         = 2^((t - L) / halfLife)          dimensionless, 1 at the landmark
 *   count(now)   = (w(t1) + w(t2) + ...) / w(now)  in events
 * </pre>
 *
 * <p>A late event adds the same weight as a timely one, so counts do not depend on the order of arrival; and any ratio
 * of counts, to any power, does not depend on the time of asking. Landmarks are the multiples of {@value #SPAN}
 * half-lives since the epoch: every process agrees on them without talking, a weight never exceeds 2^{@value #SPAN}, and
 * moving to the next one multiplies by a power of two, which is exact.
 *
 * <p>Source: Cormode, Shkapenyuk, Srivastava and Xu, "Forward Decay", ICDE 2009, exponential g.
 *
 * @param ms event time in which a weight halves, milliseconds; 60,000 (a minute) to 31,536,000,000 (365 days)
 */
public record HalfLife(long ms) {

    /** Half-lives from one landmark to the next. */
    public static final int SPAN = 256;

    private static final double LN2 = 0.6931471805599453;

    public HalfLife {
        if (ms < 1) {
            throw new IllegalArgumentException("half-life = " + ms + " ms, expected at least 1");
        }
    }

    /** The landmark in force at an event time, epoch milliseconds. */
    public long landmark(long atMs) {
        long span = SPAN * ms;
        return Math.floorDiv(atMs, span) * span;
    }

    /** The weight of an event at {@code atMs}, seen from {@code landmarkMs}. */
    public double weight(long atMs, long landmarkMs) {
        double halfLives = Math.min((double) (atMs - landmarkMs) / ms, 2.0 * SPAN);
        double whole = Math.floor(halfLives);
        // Not StrictMath.pow: in Java 17 each call makes three arrays.
        return Math.scalb(StrictMath.exp((halfLives - whole) * LN2), (int) Math.max(-2000, whole));
    }

    /** A count kept from one landmark, as kept from another. Exact while it stays a normal double. */
    public double move(double count, long fromLandmarkMs, long toLandmarkMs) {
        if (fromLandmarkMs == toLandmarkMs || count == 0) {
            return count;
        }
        long halfLives = (toLandmarkMs - fromLandmarkMs) / ms;
        return Math.scalb(count, (int) Math.max(-2000, Math.min(2000, -halfLives)));
    }

    /** What a count kept from a landmark is worth at {@code nowMs}, in events. */
    public double valueAt(double count, long landmarkMs, long nowMs) {
        return count / weight(nowMs, landmarkMs);
    }
}
