package io.millrace.sampling;

/** The positives of a micro-batch, in the order they came. */
public interface Batch {

    int size();

    /** Hash of the user of a row; row in [0, size). */
    long user(int row);

    /** Slot of the item of a row. */
    int item(int row);
}
