package io.millrace.topology;

import io.millrace.event.Hash;

/** Which partition of {@code item-updates} owns an item. */
record ItemPartitions(int count) {

    int of(long itemHash) {
        return (int) Long.remainderUnsigned(Hash.mix(itemHash ^ 0x6974656D73L), count);
    }
}
