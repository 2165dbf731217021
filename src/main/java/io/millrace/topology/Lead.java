package io.millrace.topology;

import java.util.ArrayDeque;

/**
 * How far a learner is ahead of what is published, in commits. Each commit in flight is memory, and makes what the learner
 * sees of the others older, so there is a limit: beyond it no more events are fetched until the owners have caught up.
 *
 * <p>The learner's thread writes, and any thread asks.
 */
final class Lead {

    /** Commits; two or three are usual. */
    static final int MOST = 4;

    private final ItemTable table;
    private final int partition;
    private final ArrayDeque<long[]> commits = new ArrayDeque<>();

    /** Of the commit that must be published before there are more. */
    private volatile long[] awaited = new long[0];

    /** @param partition of the learner */
    Lead(ItemTable table, int partition) {
        this.table = table;
        this.partition = partition;
    }

    /** @param sentTo sequence of the last record of a commit, by item partition; not to be changed */
    void committed(long[] sentTo) {
        commits.add(sentTo);
        if (commits.size() > MOST) {
            awaited = commits.remove();
        }
    }

    /** True while more than {@link #MOST} commits are not published. */
    boolean isTooFar() {
        return !table.holds(awaited, partition);
    }
}
