package io.millrace.attribution;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Where every event went. Each that came in is in exactly one place, at every moment:
 *
 * <pre>
 *   impressions: in = clicked + unclicked + late + pending + duplicate + refused
 *   clicks:      in = answered + late + orphan + waiting + duplicate + refused
 *   dislikes:    in = learned + duplicate + refused
 * </pre>
 *
 * <p>A retracted impression moves from unclicked to late. The joiner counts what it is given; duplicates, refusals and
 * dislikes never reach it and are counted here by whoever turns them away. Not thread-safe.
 */
public final class Balance {

    private static final int VERSION = 1;

    /** What kind of event is counted. */
    public enum Kind {
        IMPRESSIONS,
        CLICKS,
        DISLIKES,
        /** Not events: what the joiner did besides. */
        JOINER
    }

    /** One place an event can be in. The order is the stored one: add at the end only. */
    public enum Count {
        IMPRESSIONS_IN(Kind.IMPRESSIONS, "in"),
        IMPRESSIONS_CLICKED(Kind.IMPRESSIONS, "clicked"),
        IMPRESSIONS_UNCLICKED(Kind.IMPRESSIONS, "unclicked"),
        IMPRESSIONS_LATE(Kind.IMPRESSIONS, "late"),
        IMPRESSIONS_PENDING(Kind.IMPRESSIONS, "pending"),
        IMPRESSIONS_DUPLICATE(Kind.IMPRESSIONS, "duplicate"),
        IMPRESSIONS_REFUSED(Kind.IMPRESSIONS, "refused"),
        CLICKS_IN(Kind.CLICKS, "in"),
        CLICKS_ANSWERED(Kind.CLICKS, "answered"),
        CLICKS_LATE(Kind.CLICKS, "late"),
        CLICKS_ORPHAN(Kind.CLICKS, "orphan"),
        CLICKS_WAITING(Kind.CLICKS, "waiting"),
        CLICKS_DUPLICATE(Kind.CLICKS, "duplicate"),
        CLICKS_REFUSED(Kind.CLICKS, "refused"),
        DISLIKES_IN(Kind.DISLIKES, "in"),
        DISLIKES_LEARNED(Kind.DISLIKES, "learned"),
        DISLIKES_DUPLICATE(Kind.DISLIKES, "duplicate"),
        DISLIKES_REFUSED(Kind.DISLIKES, "refused"),
        /** Entries that were ended before their time because {@code attribution.max-pending} was reached. */
        OVERFLOWED(Kind.JOINER, "overflowed"),
        /** How often the wall clock moved the stream time of an idle partition. */
        IDLE_ADVANCES(Kind.JOINER, "idleAdvances");

        private final Kind kind;
        private final String label;

        Count(Kind kind, String label) {
            this.kind = kind;
            this.label = label;
        }

        /** In memory and in bytes; the order is part of the format, which is what ordinals are otherwise not for. */
        @SuppressWarnings("EnumOrdinal")
        private int place() {
            return ordinal();
        }

        private boolean isIn() {
            return label.equals("in");
        }
    }

    private static final Count[] COUNTS = Count.values();

    private final long[] counts = new long[COUNTS.length];

    public long get(Count count) {
        return counts[count.place()];
    }

    /** An event that was seen before came again, and goes no further. */
    public void duplicate(Kind kind) {
        arrived(kind, "duplicate");
    }

    /** An event that cannot be used came, and goes no further. */
    public void refused(Kind kind) {
        arrived(kind, "refused");
    }

    /** A dislike came and was learned from. */
    public void dislikeLearned() {
        arrived(Kind.DISLIKES, "learned");
    }

    public void idleAdvance() {
        plus(Count.IDLE_ADVANCES);
    }

    /** Whether all three identities hold and nothing is negative. */
    public boolean balances() {
        return balances(Kind.IMPRESSIONS)
                && balances(Kind.CLICKS)
                && balances(Kind.DISLIKES)
                && Arrays.stream(counts).allMatch(count -> count >= 0);
    }

    /** Adds the counts of another partition. */
    public void add(Balance other) {
        for (int k = 0; k < counts.length; k++) {
            counts[k] += other.counts[k];
        }
    }

    /** Takes the counts of another partition off. */
    public void subtract(Balance other) {
        for (int k = 0; k < counts.length; k++) {
            counts[k] -= other.counts[k];
        }
    }

    /** The counts by kind and place, for people and JSON. */
    public Map<String, Map<String, Long>> view() {
        Map<String, Map<String, Long>> kinds = new LinkedHashMap<>();
        for (Count count : COUNTS) {
            kinds.computeIfAbsent(count.kind.name().toLowerCase(Locale.ROOT), kind -> new LinkedHashMap<>())
                    .put(count.label, get(count));
        }
        return kinds;
    }

    /** A version byte, a byte n, and n longs in the order of {@link Count}. */
    public void writeTo(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeByte(counts.length);
        for (long count : counts) {
            out.writeLong(count);
        }
    }

    /** Replaces all counts; those that the writer did not know are 0. */
    public void readFrom(DataInput in) throws IOException {
        int version = in.readUnsignedByte();
        int known = in.readUnsignedByte();
        if (version != VERSION || known > counts.length) {
            throw new IOException("balance of version " + version + " with " + known + " counts, expected version "
                    + VERSION + " with at most " + counts.length);
        }
        Arrays.fill(counts, 0);
        for (int k = 0; k < known; k++) {
            counts[k] = in.readLong();
        }
    }

    void plus(Count count) {
        counts[count.place()]++;
    }

    void move(Count from, Count to) {
        counts[from.place()]--;
        counts[to.place()]++;
    }

    private void arrived(Kind kind, String label) {
        for (Count count : COUNTS) {
            if (count.kind == kind && (count.isIn() || count.label.equals(label))) {
                plus(count);
            }
        }
    }

    private boolean balances(Kind kind) {
        long open = 0;
        for (Count count : COUNTS) {
            if (count.kind == kind) {
                open += count.isIn() ? get(count) : -get(count);
            }
        }
        return open == 0;
    }

    @Override
    public String toString() {
        return view().toString();
    }
}
