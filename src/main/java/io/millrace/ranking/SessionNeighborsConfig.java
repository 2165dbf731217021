package io.millrace.ranking;

import io.millrace.event.InvalidSetting;

/**
 * Which histories are neighbors of a user's, and what they say; see {@link SessionNeighbors}.
 *
 * @param log clicks remembered over all users; 1,000 to 100,000,000
 * @param recent L, last clicks of the user that are compared; 1 to 1,000
 * @param recentDecay weight of a click against the one after it; above 0, at most 1
 * @param occurrences last clicks looked at on each of them; 1 to 100,000
 * @param neighbors K, most alike histories that score; 1 to 10,000
 * @param lengthExponent how much long histories are damped; 0 to 1
 * @param anchorDecay weight of a history by how far back its newest shared item is, per click; above 0, at most 1
 * @param reach clicks over which a neighbor's weight falls to 1/e on both sides of the shared item; 1 to 1,000
 * @param before weight of a neighbor's clicks before the shared item, against those after; 0 to 1
 */
public record SessionNeighborsConfig(
        int log,
        int recent,
        float recentDecay,
        int occurrences,
        int neighbors,
        float lengthExponent,
        float anchorDecay,
        float reach,
        float before) {

    public static final SessionNeighborsConfig DEFAULT =
            new SessionNeighborsConfig(1_000_000, 20, 0.8f, 1000, 100, 0.25f, 0.8f, 8, 1);

    public SessionNeighborsConfig {
        new InvalidSetting.Check()
                .require(log >= 1000 && log <= 100_000_000, "session-neighbors.log", log, "1000 to 100000000")
                .require(recent >= 1 && recent <= 1000, "session-neighbors.recent", recent, "1 to 1000")
                .require(isShare(recentDecay), "session-neighbors.recent-decay", recentDecay, "above 0 and at most 1")
                .require(
                        occurrences >= 1 && occurrences <= 100_000,
                        "session-neighbors.occurrences",
                        occurrences,
                        "1 to 100000")
                .require(neighbors >= 1 && neighbors <= 10_000, "session-neighbors.neighbors", neighbors, "1 to 10000")
                .require(
                        lengthExponent >= 0 && lengthExponent <= 1,
                        "session-neighbors.length-exponent",
                        lengthExponent,
                        "0 to 1")
                .require(isShare(anchorDecay), "session-neighbors.anchor-decay", anchorDecay, "above 0 and at most 1")
                .require(reach >= 1 && reach <= 1000, "session-neighbors.reach", reach, "1 to 1000")
                .require(before >= 0 && before <= 1, "session-neighbors.before", before, "0 to 1")
                .done();
    }

    private static boolean isShare(float x) {
        return x > 0 && x <= 1;
    }
}
