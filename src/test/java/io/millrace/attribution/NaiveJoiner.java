package io.millrace.attribution;

import io.millrace.event.Click;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The rules of {@link Joiner} once more, by lists and scans: slow, and plain enough to be read as the specification. */
final class NaiveJoiner {

    private static final class Entry {
        final Event event;
        final long arrival;
        long endMs;
        boolean decided;
        String state = "open";

        Entry(Event event, long arrival, long endMs) {
            this.event = event;
            this.arrival = arrival;
            this.endMs = endMs;
        }

        boolean isClick() {
            return event instanceof Click;
        }
    }

    private static final Comparator<Entry> BY_END =
            Comparator.comparingLong((Entry e) -> e.endMs).thenComparingLong(e -> e.arrival);

    private final AttributionConfig config;
    private final Outcomes outcomes;
    private final List<Entry> entries = new ArrayList<>();
    private long streamTimeMs = Long.MIN_VALUE;
    private long arrivals;
    long overflowed;

    NaiveJoiner(AttributionConfig config, Outcomes outcomes) {
        this.config = config;
        this.outcomes = outcomes;
    }

    void advance(long timeMs) {
        streamTimeMs = Math.max(streamTimeMs, timeMs);
        endAllDue();
    }

    void accept(Event event) {
        advance(event.atMs());
        if (event instanceof Impression impression) {
            accept(impression);
        } else if (event instanceof Click click) {
            accept(click);
        }
        while (entries.size() > config.maxPending()) {
            overflowed++;
            Entry first = entries.stream().min(BY_END).orElseThrow();
            entries.remove(first);
            tellEnd(first);
        }
    }

    List<String> open(long user) {
        return entries.stream()
                .filter(e ->
                        !e.isClick() && e.state.equals("open") && e.event.user().hash() == user)
                .sorted(Comparator.comparingLong((Entry e) -> e.arrival).reversed())
                .map(e -> e.event.id().text())
                .toList();
    }

    long countOpen() {
        return entries.stream()
                .filter(e -> !e.isClick() && e.state.equals("open"))
                .count();
    }

    long countWaiting() {
        return entries.stream().filter(Entry::isClick).count();
    }

    private void accept(Impression impression) {
        Entry shown = new Entry(impression, arrivals++, impression.atMs() + config.windowMs() + config.graceMs());
        List<Entry> waiting = entries.stream()
                .filter(e -> e.event instanceof Click click && matches(click, impression))
                .sorted(Comparator.comparingLong(e -> e.arrival))
                .toList();
        entries.removeAll(waiting);
        entries.add(shown);
        waiting.forEach(e -> answer(shown, (Click) e.event));
        endAllDue();
    }

    private void accept(Click click) {
        Optional<Entry> shown = entries.stream()
                .filter(e -> e.event instanceof Impression impression && matches(click, impression))
                .max(Comparator.comparingLong((Entry e) -> e.event.atMs()).thenComparingLong(e -> e.arrival));
        if (shown.isPresent()) {
            answer(shown.get(), click);
        } else if (config.clickWaitMs() == 0 || streamTimeMs > click.atMs() + config.clickWaitMs()) {
            outcomes.orphan(click);
        } else {
            entries.add(new Entry(click, arrivals++, click.atMs() + config.clickWaitMs()));
        }
    }

    private void answer(Entry shown, Click click) {
        Impression impression = (Impression) shown.event;
        boolean inWindow = click.atMs() <= impression.atMs() + config.windowMs();
        if (shown.state.equals("clicked") || (shown.state.equals("open") && inWindow)) {
            shown.state = "clicked";
            outcomes.clicked(impression, click);
        } else {
            boolean retracts = shown.state.equals("unclicked");
            shown.state = "late";
            outcomes.lateClicked(impression, click, retracts);
        }
    }

    private void endAllDue() {
        for (Optional<Entry> due = due(); due.isPresent(); due = due()) {
            Entry entry = due.get();
            if (entry.isClick() || entry.decided) {
                entries.remove(entry);
            }
            if (!entry.decided) {
                tellEnd(entry);
            }
            entry.decided = true;
            entry.endMs += config.lateMs();
        }
    }

    private Optional<Entry> due() {
        return entries.stream().filter(e -> e.endMs < streamTimeMs).min(BY_END);
    }

    private void tellEnd(Entry entry) {
        if (entry.event instanceof Click click) {
            outcomes.orphan(click);
        } else if (entry.state.equals("open")) {
            entry.state = "unclicked";
            outcomes.unclicked((Impression) entry.event);
        }
    }

    private static boolean matches(Click click, Impression impression) {
        return click.user().equals(impression.user())
                && click.item().equals(impression.item())
                && click.atMs() >= impression.atMs()
                && (click.impression() == null
                        || click.impression().equals(impression.id())
                        || click.impression().equals(impression.request()));
    }
}
