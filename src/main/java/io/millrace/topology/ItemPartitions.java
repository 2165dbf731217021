package io.millrace.topology;

import io.millrace.event.Hash;

/** Which partition of {@code item-updates} owns an item. */
public record ItemPartitions(int count) {

    public int of(long itemHash) {
        return (int) Long.remainderUnsigned(Hash.mix(itemHash ^ 0x6974656D73L), count);
    }
}
