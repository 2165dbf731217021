package io.millrace.sampling;

/** The positives of a micro-batch, in the order they came. */
public interface Batch {

    /** Grows from batch to batch. */
    long number();

    int size();

    /** Hash of the user of a row; row in [0, size). */
    long user(int row);

    /** Slot of the item of a row, or -1 when it has gone. */
    int item(int row);
}
