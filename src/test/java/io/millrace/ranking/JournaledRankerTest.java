package io.millrace.ranking;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.CounterRandom;
import io.millrace.event.EntityId;
import io.millrace.sampling.Catalog;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class JournaledRankerTest {

    private static final List<Function<Catalog, Ranker>> ALL =
            List.of(JournaledRankerTest::blend, Presets::retrieval, Presets::session, catalog -> Presets.news());

    private static Ranker blend(Catalog catalog) {
        return new ServedConfig("blend", BlendConfig.DEFAULT, CoOccurrenceConfig.DEFAULT)
                .make(catalog, ServedConfig.Members.of((query, out) -> {
                    for (int slot = 0; slot < query.slots(); slot++) {
                        out[slot] = (slot * 7 % 10) / 10f;
                    }
                }));
    }

    private final CounterRandom random = new CounterRandom();
    private long step;

    @Test
    void aJournalTaughtAgainMakesTheSameTablesToTheBit() throws IOException {
        for (Function<Catalog, Ranker> make : ALL) {
            World world = new World().items(20);
            JournaledRanker ranker = new JournaledRanker((Blend) make.apply(world.catalog), world.catalog);
            use(world, ranker, 400, true);
            JournaledRanker again = new JournaledRanker((Blend) make.apply(world.catalog), world.catalog);
            ranker.takeChunks().forEach(again::replay);
            again.endReplay();
            weights(ranker, again);
            assertThat(again.newestMs()).isEqualTo(ranker.newestMs());
            assertThat(world.bytes(again)).isEqualTo(world.bytes(ranker));
            assertThat(world.scores(again, "u3", step * 1000)).isEqualTo(world.scores(ranker, "u3", step * 1000));
        }
    }

    @Test
    void aSnapshotAndTheJournalSinceGoOnTheSame() throws IOException {
        for (Function<Catalog, Ranker> make : ALL) {
            World world = new World().items(20);
            JournaledRanker ranker = new JournaledRanker((Blend) make.apply(world.catalog), world.catalog);
            use(world, ranker, 300, true);
            ranker.takeChunks();
            byte[] snapshot = world.bytes(ranker);
            use(world, ranker, 200, true);
            JournaledRanker again =
                    world.restored(new JournaledRanker((Blend) make.apply(world.catalog), world.catalog), snapshot);
            ranker.takeChunks().forEach(again::replay);
            again.endReplay();
            weights(ranker, again);
            assertThat(world.bytes(again)).isEqualTo(world.bytes(ranker));
        }
    }

    @Test
    void whatWasTaughtOfARetiredItemIsForgottenInEitherLife() throws IOException {
        Function<Catalog, Ranker> make = JournaledRankerTest::blend;
        World world = new World().items(20);
        JournaledRanker ranker = new JournaledRanker((Blend) make.apply(world.catalog), world.catalog);
        use(world, ranker, 200, false);
        world.catalog.retire(EntityId.of("i4").hash());
        use(world, ranker, 100, false);
        int reused = world.catalog.add(EntityId.of("new in its place"));
        assertThat(world.catalog.item(4).text()).isEqualTo("new in its place");
        world.scoreAndClick(ranker, "u1", reused, ++step * 1000);
        world.catalog.retire(EntityId.of("i9").hash());
        JournaledRanker again = new JournaledRanker((Blend) make.apply(world.catalog), world.catalog);
        ranker.takeChunks().forEach(again::replay);
        again.endReplay();
        weights(ranker, again);
        assertThat(scoresOfItems(world, again))
                .containsExactly(scoresOfItems(world, ranker), org.assertj.core.data.Offset.offset(1e-6f));
    }

    @Test
    void askingBesideTheTeacherIsTheSameAndChangesNothing() throws IOException {
        for (Function<Catalog, Ranker> make : ALL) {
            World world = new World().items(20);
            Blend blend = (Blend) make.apply(world.catalog);
            JournaledRanker ranker = new JournaledRanker(blend, world.catalog);
            use(world, ranker, 300, false);
            float[] scores = world.scores(blend, "u2", ranker.newestMs());
            world.scores(blend, "u1", ranker.newestMs());
            byte[] before = world.bytes(ranker);
            BlendScores beside = blend.newScores();
            Query query = world.ask("u2", ranker.newestMs());
            beside.room(query.padded());
            beside.gather(query);
            float[] out = new float[query.padded()];
            beside.combine(query, out);
            assertThat(out).isEqualTo(scores);
            assertThat(world.bytes(ranker)).isEqualTo(before);
        }
    }

    @Test
    void aLongJournalIsCutIntoChunks() {
        World world = new World().items(20);
        JournaledRanker ranker = new JournaledRanker((Blend) blend(world.catalog), world.catalog);
        use(world, ranker, 12_000, false);
        List<byte[]> chunks = ranker.takeChunks();
        assertThat(chunks).hasSizeGreaterThan(1).allMatch(chunk -> chunk.length <= JournaledRanker.CHUNK_BYTES);
        assertThat(ranker.takeChunks()).isEmpty();
    }

    /** The catalog grows in between, as new items are shown. */
    private void use(World world, Ranker ranker, int clicks, boolean grow) {
        for (int k = 0; k < clicks; k++) {
            random.reset(5, ++step, 0);
            int user = random.nextInt(12);
            if (grow && k % 20 == 0) {
                world.catalog.add(EntityId.of("later " + step));
            }
            int slot = random.nextInt(world.catalog.slots());
            if (world.catalog.isActive(slot)) {
                if (random.nextInt(3) == 0) {
                    world.scoreAndClick(ranker, "u" + user, slot, step * 1000);
                } else {
                    world.click(ranker, "u" + user, slot, step * 1000);
                }
            }
        }
    }

    private static void weights(JournaledRanker from, JournaledRanker to) throws IOException {
        var bytes = new ByteArrayOutputStream();
        from.writeWeights(new DataOutputStream(bytes));
        to.readWeights(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    }

    private float[] scoresOfItems(World world, Ranker ranker) {
        float[] scores = world.scores(ranker, "u5", step * 1000);
        float[] ofItems = new float[world.catalog.size()];
        int k = 0;
        for (int slot = 0; slot < world.catalog.slots(); slot++) {
            if (world.catalog.isActive(slot)) {
                ofItems[k++] = scores[slot];
            }
        }
        return ofItems;
    }
}
