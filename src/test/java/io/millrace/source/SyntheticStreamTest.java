package io.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.event.Click;
import io.millrace.event.Dislike;
import io.millrace.event.EntityId;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import io.millrace.event.InvalidSetting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SyntheticStreamTest {

    private static final long START_MS = 1_700_000_000_000L;

    @Test
    void equalConfigurationsGiveEqualStreams() {
        assertThat(take(stream(1), 5000)).isEqualTo(take(stream(1), 5000)).isNotEqualTo(take(stream(2), 5000));
    }

    @Test
    void skippingFindsAPositionAgain() {
        List<Event> whole = take(stream(3), 3000);
        SyntheticStream again = stream(3);
        again.skip(2000);
        assertThat(take(again, 1000)).isEqualTo(whole.subList(2000, 3000));
    }

    @Test
    void rateIsAboutWhatWasAskedFor() {
        SyntheticStream stream = stream(4);
        take(stream, 100_000);
        assertThat(100_000 * 1000.0 / (stream.arrivalMs() - START_MS)).isBetween(900.0, 1100.0);
    }

    @Test
    void streamWithALengthEnds() {
        SyntheticStream stream =
                new SyntheticStream(SyntheticConfig.of(1000, START_MS, 5).withLength(10_000));
        long events = 0;
        while (stream.hasNext()) {
            Event event = stream.next();
            assertThat(stream.arrivalMs()).isGreaterThanOrEqualTo(event.atMs());
            events++;
        }
        assertThat(events).isBetween(8000L, 12_000L);
    }

    @Test
    void hasTheFaultsOfRealStreams() {
        List<Event> events = take(new SyntheticStream(SyntheticConfig.of(200, START_MS, 6)), 300_000);
        Set<EntityId> ids = new HashSet<>();
        Map<EntityId, Impression> shown = new HashMap<>();
        long newest = 0;
        int late = 0;
        int twice = 0;
        int dislikes = 0;
        int clicks = 0;
        int orphans = 0;
        int tooLate = 0;
        for (Event event : events) {
            twice += ids.add(event.id()) ? 0 : 1;
            late += event.atMs() < newest - 1000 ? 1 : 0;
            newest = Math.max(newest, event.atMs());
            if (event instanceof Impression impression) {
                shown.put(impression.id(), impression);
            } else if (event instanceof Click click) {
                clicks++;
                Impression answered = shown.get(click.impression());
                orphans += answered == null ? 1 : 0;
                tooLate += answered != null && click.atMs() > answered.atMs() + 600_000 - 1 ? 1 : 0;
            } else if (event instanceof Dislike) {
                dislikes++;
            }
        }
        assertThat(late).isBetween(3000, 15_000);
        assertThat(twice).isBetween(2500, 3500);
        assertThat(dislikes).isBetween(50, 1000);
        assertThat(clicks).isBetween(10_000, 40_000);
        assertThat(orphans).isPositive();
        assertThat(tooLate).isBetween(30, 500);
    }

    /** What can be learned: a ranking by the hidden taste finds the next click far more often than popularity does. */
    @Test
    void tasteFindsTheNextClickThreeTimesAsOftenAsPopularity() {
        SyntheticStream stream = stream(7);
        double[] hits = hits(stream, 300_000, 100_000);
        assertThat(hits[0]).isGreaterThan(0.35);
        assertThat(hits[0] / hits[1]).isGreaterThan(3);
    }

    @Test
    void driftMovesAThirdOfTheUsersAndStartsATrend() {
        SyntheticStream stream =
                new SyntheticStream(SyntheticConfig.of(1000, START_MS, 8).withDriftAfter(60_000));
        int moved = 0;
        for (int user = 0; user < 2000; user++) {
            EntityId id = EntityId.of("u-" + user);
            moved += stream.trueTaste(id, START_MS) != stream.trueTaste(id, START_MS + 60_000) ? 1 : 0;
        }
        assertThat(moved).isBetween(550, 780);
        int[] before = clicksByCluster(stream, 50_000);
        stream.skip(20_000);
        int[] after = clicksByCluster(stream, 50_000);
        double largestGrowth = 0;
        for (int c = 0; c < before.length; c++) {
            largestGrowth = Math.max(largestGrowth, (double) after[c] / before[c]);
        }
        assertThat(largestGrowth).isGreaterThan(1.7);
    }

    @Test
    void settingOutOfRangeSaysWhatWouldBeRight() {
        assertThatThrownBy(() -> SyntheticConfig.of(0, START_MS, 1))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage("synthetic.events-per-second = 0.0, expected above 0 and at most 1000000");
    }

    /** Hit@10 of [taste, popularity] on clicks after the warm-up; items the user clicked are left out by both. */
    private static double[] hits(SyntheticStream stream, int events, int warmUp) {
        int[] clicks = new int[500];
        Map<EntityId, Set<Integer>> seen = new HashMap<>();
        double[] hits = new double[3];
        for (int n = 0; n < events; n++) {
            if (!(stream.next() instanceof Click click)) {
                continue;
            }
            int item = Integer.parseInt(click.item().text().substring(2));
            Set<Integer> known = seen.computeIfAbsent(click.user(), u -> new HashSet<>());
            if (n >= warmUp && !known.contains(item)) {
                hits[0] += above(stream, clicks, known, item, stream.trueTaste(click.user())) < 10 ? 1 : 0;
                hits[1] += above(stream, clicks, known, item, -1) < 10 ? 1 : 0;
                hits[2]++;
            }
            known.add(item);
            clicks[item]++;
        }
        return new double[] {hits[0] / hits[2], hits[1] / hits[2]};
    }

    private static int above(SyntheticStream stream, int[] clicks, Set<Integer> known, int target, int taste) {
        int above = 0;
        for (int j = 0; j < clicks.length; j++) {
            boolean better = liking(stream, clicks, j, taste) > liking(stream, clicks, target, taste);
            above += better && !known.contains(j) ? 1 : 0;
        }
        return above;
    }

    private static double liking(SyntheticStream stream, int[] clicks, int item, int taste) {
        boolean likes = item % 12 == taste;
        return clicks[item] + (likes ? 1e9 : 0);
    }

    private static int[] clicksByCluster(SyntheticStream stream, int events) {
        int[] clicks = new int[12];
        for (int n = 0; n < events; n++) {
            if (stream.next() instanceof Click click) {
                clicks[stream.cluster(click.item())]++;
            }
        }
        return clicks;
    }

    private static SyntheticStream stream(long seed) {
        return new SyntheticStream(SyntheticConfig.of(1000, START_MS, seed));
    }

    private static List<Event> take(SyntheticStream stream, int count) {
        List<Event> events = new ArrayList<>(count);
        for (int k = 0; k < count; k++) {
            events.add(stream.next());
        }
        return events;
    }
}
