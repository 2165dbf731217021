package io.millrace.popularity;

import static io.millrace.testing.Seeded.forSeeds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.CounterRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ItemCountsTest {

    private static final long HOUR_MS = 3_600_000;
    private static final long START_MS = 1_700_000_000_000L;

    private record Counted(int slot, long atMs) {}

    @Test
    void sharesAreThoseOfBackwardDecayByBruteForce() {
        forSeeds(20, random -> {
            List<Counted> events = history(random, 400, 20 * HOUR_MS);
            long now = START_MS + 25 * HOUR_MS;
            double[] brute = bruteForce(events, now);
            ItemCounts counts = count(events, now);
            double total = 0;
            for (double c : brute) {
                total += c;
            }
            for (int slot = 0; slot < brute.length; slot++) {
                double share = counts.decayedClicks().get(slot)
                        / counts.decayedClicks().total();
                assertThat(share).isCloseTo(brute[slot] / total, within(1e-14));
                assertThat(counts.decayedClicks().valueAt(slot, now)).isCloseTo(brute[slot], within(1e-9));
            }
        });
    }

    @Test
    void movingTheLandmarkMovesNoShare() {
        forSeeds(20, random -> {
            List<Counted> events = history(random, 300, 600 * HOUR_MS);
            long now = START_MS + 601 * HOUR_MS;
            ItemCounts moved = count(events, now);
            double[] brute = bruteForce(events, now);
            for (int slot = 0; slot < brute.length; slot++) {
                assertThat(moved.decayedClicks().valueAt(slot, now)).isCloseTo(brute[slot], within(1e-9));
            }
        });
    }

    @Test
    void lateEventsCountAsIfTheyHadBeenInTime() {
        forSeeds(20, random -> {
            List<Counted> events = history(random, 300, 600 * HOUR_MS);
            long now = START_MS + 601 * HOUR_MS;
            ItemCounts inOrder = count(events, now);
            List<Counted> shuffled = new ArrayList<>(events);
            Collections.shuffle(shuffled, new java.util.Random(random.nextLong()));
            var late = new ItemCounts(new HalfLife(HOUR_MS));
            late.advance(now);
            shuffled.forEach(e -> late.clicked(e.slot(), e.atMs()));
            for (int slot = 0; slot < 10; slot++) {
                double expected = inOrder.decayedClicks().get(slot);
                assertThat(late.decayedClicks().get(slot)).isCloseTo(expected, within(expected * 1e-12));
            }
        });
    }

    /** The total once was the difference of two sums: 2^100 + 1 - 2^100 is 0 in doubles. */
    @Test
    void retiringTheItemThatOutweighsAllLeavesTheTotalOfTheRest() {
        var counts = new ItemCounts(new HalfLife(HOUR_MS));
        counts.advance(START_MS);
        long landmark = counts.landmarkMs();
        counts.clicked(1, landmark);
        counts.clicked(2, landmark + 100 * HOUR_MS);
        counts.clear(2);
        assertThat(counts.decayedClicks().total()).isEqualTo(1);
        counts.advance(landmark + 257 * HOUR_MS);
        assertThat(counts.decayedClicks().get(1)).isEqualTo(0x1p-256);
    }

    @Test
    void listenersHearOfEveryChange() {
        var counts = new ItemCounts(new HalfLife(HOUR_MS));
        counts.advance(START_MS);
        counts.exposed(3, START_MS);
        List<String> heard = new ArrayList<>();
        counts.listen(new ItemCounts.Listener() {
            @Override
            public void changed(int slot) {
                heard.add("changed " + slot);
            }

            @Override
            public void shrank(int exponent) {
                heard.add("shrank " + exponent);
            }
        });
        heard.clear();
        counts.clicked(1, START_MS);
        counts.advance(counts.landmarkMs() + 256 * HOUR_MS);
        counts.clear(1);
        assertThat(heard).containsExactly("changed 1", "shrank 256", "changed 1");
        assertThat(counts.exposures(3)).isEqualTo(1);
        assertThat(counts.clicks(1)).isZero();
    }

    private static ItemCounts count(List<Counted> events, long nowMs) {
        var counts = new ItemCounts(new HalfLife(HOUR_MS));
        for (Counted event : events) {
            counts.advance(event.atMs());
            counts.clicked(event.slot(), event.atMs());
        }
        counts.advance(nowMs);
        return counts;
    }

    private static List<Counted> history(CounterRandom random, int size, long lengthMs) {
        List<Counted> events = new ArrayList<>();
        for (int k = 0; k < size; k++) {
            events.add(new Counted(random.nextInt(10), START_MS + lengthMs * k / size));
        }
        return events;
    }

    private static double[] bruteForce(List<Counted> events, long nowMs) {
        double[] counts = new double[10];
        for (Counted event : events) {
            counts[event.slot()] += Math.pow(2, -(double) (nowMs - event.atMs()) / HOUR_MS);
        }
        return counts;
    }
}
