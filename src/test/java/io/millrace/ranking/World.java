package io.millrace.ranking;

import io.millrace.event.EntityId;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.RecentItems;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** A catalog, users with histories, and a ranker that is shown what they click. */
final class World {

    final Catalog catalog = new Catalog();
    final Query query = new Query(catalog);
    private final Map<String, RecentItems> histories = new HashMap<>();

    World items(int count) {
        for (int k = 0; k < count; k++) {
            catalog.add(EntityId.of("i" + k));
        }
        return this;
    }

    Query ask(String user, long atMs) {
        RecentItems history = histories.computeIfAbsent(user, u -> new RecentItems(1000));
        return query.start(EntityId.of(user), history, true, atMs);
    }

    float[] scores(Ranker ranker, String user, long atMs) {
        float[] out = new float[ask(user, atMs).padded()];
        ranker.score(query, out);
        return out;
    }

    /** Learns without scoring before. */
    void click(Ranker ranker, String user, int slot, long atMs) {
        ranker.learn(ask(user, atMs), slot);
        remember(user, slot, atMs);
    }

    void scoreAndClick(Ranker ranker, String user, int slot, long atMs) {
        scores(ranker, user, atMs);
        ranker.learn(query, slot);
        remember(user, slot, atMs);
    }

    private void remember(String user, int slot, long atMs) {
        histories.get(user).add(catalog.item(slot).hash(), atMs);
    }

    void forgetUsers() {
        histories.clear();
    }

    byte[] bytes(Ranker ranker) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ranker.writeTo(new DataOutputStream(bytes), catalog);
        return bytes.toByteArray();
    }

    <R extends Ranker> R restored(R fresh, byte[] bytes) throws IOException {
        fresh.readFrom(new DataInputStream(new ByteArrayInputStream(bytes)), catalog);
        return fresh;
    }
}
