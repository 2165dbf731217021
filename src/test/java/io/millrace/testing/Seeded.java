package io.millrace.testing;

import io.millrace.event.CounterRandom;

/** Runs a property for many seeds; a failure names the seed. */
public final class Seeded {

    /** A property of whatever is made from chance. */
    public interface Property {
        void holds(CounterRandom random) throws Exception;
    }

    private Seeded() {}

    public static void forSeeds(int count, Property property) {
        for (int seed = 0; seed < count; seed++) {
            try {
                property.holds(new CounterRandom().reset(seed, 0, 0));
            } catch (Throwable failure) {
                throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
            }
        }
    }
}
