package io.millrace.codec;

/** Where a record was read; unique, so it can stand in for an id that the sender did not give. */
public record RecordOrigin(String topic, int partition, long offset) {

    /** For example {@code clicks-3-1041}. */
    public String text() {
        return topic + "-" + partition + "-" + offset;
    }
}
