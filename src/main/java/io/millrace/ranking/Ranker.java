package io.millrace.ranking;

import io.millrace.sampling.Catalog;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Scores the whole catalog for a user, and learns from what the user then clicked. An event is scored, or not, and then
 * learned from, before the user's history and the other counts take it in.
 */
public interface Ranker {

    String name();

    /**
     * Writes a finite score for every slot below {@link Query#slots()}; more is better. Teaches nothing. What it writes for
     * slots without an item means nothing, see {@link Query#blankHoles}.
     *
     * @param out at least {@link Query#padded()} long
     */
    void score(Query query, float[] out);

    /**
     * The user of the query clicked an item.
     *
     * @param slot in the catalog as it is now; it may be newer than the query
     */
    void learn(Query query, int slot);

    /** The last clicks of the user that {@link #learn} looks at; further back it does not matter what is in the query. */
    default int reach() {
        return 0;
    }

    /** An item was retired; its slot will be another's. */
    default void forget(int slot) {}

    /** Bytes held on the heap. */
    long stateBytes();

    /** Writes what was learned, by the hashes of items. */
    default void writeTo(DataOutput out, Catalog catalog) throws IOException {}

    /** Reads what was learned into a new ranker; of items that are not in the catalog nothing is kept. */
    default void readFrom(DataInput in, Catalog catalog) throws IOException {}
}
