package io.millrace.attribution;

import io.millrace.event.Click;
import io.millrace.event.CounterRandom;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import java.util.ArrayList;
import java.util.List;

/** Random configurations and histories: few users and items, much lateness and disorder. */
final class Histories {

    private final CounterRandom random;
    private final List<Event> events = new ArrayList<>();
    private final List<Impression> shown = new ArrayList<>();
    private long nowMs = 1_700_000_000_000L;

    Histories(CounterRandom random) {
        this.random = random;
    }

    static AttributionConfig config(CounterRandom random) {
        return new AttributionConfig(
                1 + random.nextInt(60),
                random.nextInt(3) * 10L,
                random.nextInt(3) * 30L,
                random.nextInt(3) * 15L,
                0,
                random.nextInt(3) == 0 ? 1 + random.nextInt(12) : 1000);
    }

    /** The same impressions and clicks in the same order for the same random numbers. */
    List<Event> of(int count) {
        while (events.size() < count) {
            nowMs += random.nextInt(4) == 0 ? random.nextInt(40) : random.nextInt(4);
            if (shown.isEmpty() || random.nextInt(5) < 3) {
                slate();
            } else {
                events.add(random.nextInt(4) == 0 ? strayClick() : clickOn(shown.get(recent())));
            }
        }
        disturb();
        return events;
    }

    private void slate() {
        String user = "user" + random.nextInt(3);
        String request = random.nextInt(2) == 0 ? null : "request" + events.size();
        for (int k = random.nextInt(3); k >= 0; k--) {
            Impression impression = Recorded.shown("shown" + shown.size(), request, user, item(), nowMs);
            shown.add(impression);
            events.add(impression);
        }
    }

    private Click clickOn(Impression impression) {
        String name = switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> impression.request() == null ? null : impression.request().text();
            default -> impression.id().text();
        };
        long atMs = impression.atMs() + random.nextInt(random.nextInt(3) == 0 ? 150 : 40);
        return Recorded.click(
                "click" + events.size(),
                name,
                impression.user().text(),
                impression.item().text(),
                atMs);
    }

    private Click strayClick() {
        String name = random.nextInt(2) == 0 ? null : "shown" + random.nextInt(shown.size() + 3);
        return Recorded.click("click" + events.size(), name, "user" + random.nextInt(3), item(), nowMs);
    }

    private String item() {
        return "item" + random.nextInt(3);
    }

    private int recent() {
        return Math.max(0, shown.size() - 1 - random.nextInt(8));
    }

    /** Lets some events arrive later than they should. */
    private void disturb() {
        for (int k = 0; k < events.size() / 3; k++) {
            int from = random.nextInt(events.size());
            int to = Math.min(events.size() - 1, from + random.nextInt(random.nextInt(5) == 0 ? 40 : 6));
            events.add(to, events.remove(from));
        }
    }
}
