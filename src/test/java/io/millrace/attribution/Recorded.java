package io.millrace.attribution;

import io.millrace.event.Click;
import io.millrace.event.EntityId;
import io.millrace.event.Impression;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Outcomes as short sentences, and short ways to make events. */
final class Recorded implements Outcomes {

    final List<String> lines = new ArrayList<>();

    @Override
    public void clicked(Impression impression, Click click) {
        lines.add(impression.id() + " clicked by " + click.id());
    }

    @Override
    public void unclicked(Impression impression) {
        lines.add(impression.id() + " unclicked");
    }

    @Override
    public void lateClicked(Impression impression, Click click, boolean retracts) {
        lines.add(impression.id() + (retracts ? " retracted by " : " late by ") + click.id());
    }

    @Override
    public void orphan(Click click) {
        lines.add(click.id() + " orphan");
    }

    static Impression shown(String id, String user, String item, long atMs) {
        return shown(id, null, user, item, atMs);
    }

    static Impression shown(String id, @Nullable String request, String user, String item, long atMs) {
        return new Impression(EntityId.of(id), idOf(request), EntityId.of(user), EntityId.of(item), 3, 0.25f, atMs);
    }

    static Click click(String id, @Nullable String impression, String user, String item, long atMs) {
        return new Click(
                EntityId.of(id), idOf(impression), EntityId.of(user), EntityId.of(item), "purchase", 1.5f, atMs);
    }

    private static @Nullable EntityId idOf(@Nullable String text) {
        return text == null ? null : EntityId.of(text);
    }
}
