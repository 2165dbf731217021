package io.millrace.attribution;

import java.util.Arrays;

/**
 * Entries by due time, then by sequence. Due times come nearly sorted: what is not before the last one goes to the end
 * of a ring, O(1); only stragglers go to a binary heap, O(log stragglers). Not thread-safe.
 */
final class DueQueue {

    private final Ring ring = new Ring();
    private final Heap heap = new Heap();

    void add(long dueMs, long sequence, int slot) {
        (ring.takes(dueMs, sequence) ? ring : heap).add(dueMs, sequence, slot);
    }

    boolean isEmpty() {
        return ring.size == 0 && heap.size == 0;
    }

    long dueMs() {
        Items first = first();
        return first.dues[first.head];
    }

    long sequence() {
        Items first = first();
        return first.sequences[first.head];
    }

    int slot() {
        Items first = first();
        return first.slots[first.head];
    }

    void remove() {
        first().remove();
    }

    /** Whether the first of this queue is due before the first of the other; neither is empty. */
    boolean before(DueQueue other) {
        return before(dueMs(), sequence(), other.dueMs(), other.sequence());
    }

    long stateBytes() {
        return 20L * (ring.slots.length + heap.slots.length);
    }

    private Items first() {
        if (heap.size == 0) {
            return ring;
        }
        return ring.size == 0 || heap.before(0, ring.dues[ring.head], ring.sequences[ring.head]) ? heap : ring;
    }

    private static boolean before(long dueMs, long sequence, long otherDueMs, long otherSequence) {
        return dueMs != otherDueMs ? dueMs < otherDueMs : sequence < otherSequence;
    }

    /** Parallel arrays whose least item is at {@code head}. */
    private abstract static class Items {

        long[] dues = new long[16];
        long[] sequences = new long[16];
        int[] slots = new int[16];
        int head;
        int size;

        abstract void add(long dueMs, long sequence, int slot);

        abstract void remove();

        final void set(int i, long dueMs, long sequence, int slot) {
            dues[i] = dueMs;
            sequences[i] = sequence;
            slots[i] = slot;
        }

        final void copy(int from, int to) {
            set(to, dues[from], sequences[from], slots[from]);
        }

        final void grow() {
            dues = Arrays.copyOf(dues, size * 2);
            sequences = Arrays.copyOf(sequences, size * 2);
            slots = Arrays.copyOf(slots, size * 2);
        }

        final boolean before(int i, long dueMs, long sequence) {
            return DueQueue.before(dues[i], sequences[i], dueMs, sequence);
        }
    }

    private static final class Ring extends Items {

        boolean takes(long dueMs, long sequence) {
            return size == 0 || before(at(size - 1), dueMs, sequence);
        }

        @Override
        void add(long dueMs, long sequence, int slot) {
            if (size == slots.length) {
                unroll();
            }
            set(at(size), dueMs, sequence, slot);
            size++;
        }

        @Override
        void remove() {
            head = at(1);
            size--;
        }

        private int at(int k) {
            return (head + k) & (slots.length - 1);
        }

        /** Doubles a full ring; what was before the head follows what was at the end. */
        private void unroll() {
            grow();
            for (int i = 0; i < head; i++) {
                copy(i, size + i);
            }
        }
    }

    private static final class Heap extends Items {

        @Override
        void add(long dueMs, long sequence, int slot) {
            if (size == slots.length) {
                grow();
            }
            int i = size++;
            while (i > 0 && !before((i - 1) / 2, dueMs, sequence)) {
                copy((i - 1) / 2, i);
                i = (i - 1) / 2;
            }
            set(i, dueMs, sequence, slot);
        }

        @Override
        void remove() {
            size--;
            int i = 0;
            for (int child = lesserChild(0); child != 0; child = lesserChild(i)) {
                copy(child, i);
                i = child;
            }
            copy(size, i);
        }

        /** The child of {@code i} that may move up when the last item takes its place, or 0. */
        private int lesserChild(int i) {
            int child = 2 * i + 1;
            if (child + 1 < size && before(child + 1, dues[child], sequences[child])) {
                child++;
            }
            return child < size && before(child, dues[size], sequences[size]) ? child : 0;
        }
    }
}
