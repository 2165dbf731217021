package io.millrace.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.CounterRandom;
import io.millrace.event.EntityId;
import io.millrace.popularity.HalfLife;
import io.millrace.ranking.Blend.Member;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlendTest {

    private static final int ITEMS = 50;

    private final World world = new World().items(ITEMS);

    /** Knows the item that will be clicked; or knows nothing. */
    private static final class Oracle implements Ranker {

        private final boolean knows;
        private final CounterRandom random = new CounterRandom();
        private long asked;
        private int target;

        Oracle(boolean knows) {
            this.knows = knows;
        }

        @Override
        public String name() {
            return knows ? "oracle" : "noise";
        }

        @Override
        public void score(Query query, float[] out) {
            random.reset(1, asked++, knows ? 1 : 2);
            for (int j = 0; j < query.slots(); j++) {
                out[j] = (float) random.nextDouble() + (knows && j == target ? 1 : 0);
            }
        }

        @Override
        public void learn(Query query, int slot) {}

        @Override
        public long stateBytes() {
            return 0;
        }
    }

    @Test
    void weightGoesToTheMemberThatKnows() {
        Oracle oracle = new Oracle(true);
        Blend blend = new Blend(
                BlendConfig.DEFAULT,
                List.of(Member.logs(oracle, 1e-3f), Member.raw(new Oracle(false)), Member.logs(popularity(), 1e-2f)));
        CounterRandom random = new CounterRandom();
        for (int n = 0; n < 2000; n++) {
            oracle.target = random.reset(7, n, 0).nextInt(ITEMS);
            world.scoreAndClick(blend, "u" + n, oracle.target, n);
        }
        assertThat(blend.weight(0, 0)).isGreaterThan(2);
        assertThat(blend.weight(1, 0)).isBetween(-0.3f, 0.3f);
        assertThat(blend.features()).hasSize(3).first().isEqualTo("oracle, log above 0.001");
    }

    /** One step against the derivative of the log-likelihood, taken numerically over the whole catalog. */
    @Test
    void stepFollowsTheGradientOfTheLogLikelihood() {
        DecayedPopularity popularity = popularity();
        CounterRandom random = new CounterRandom().reset(5, 5, 5);
        for (int n = 0; n < 500; n++) {
            world.click(popularity, "u" + n, random.nextInt(1 + random.nextInt(ITEMS)), n);
        }
        Blend blend = new Blend(new BlendConfig(0.05f, 1, 0.9f), List.of(Member.logs(popularity, 1e-3f)));
        world.click(popularity, "me", 3, 600);
        float[] before = world.scores(blend, "me", 600);
        double w = blend.weight(0, 0);
        double expected = derivative(before, w, 7);
        blend.learn(world.query, 7);
        double own = expected / Math.sqrt(0.01 + expected * expected) * 0.05;
        assertThat((double) blend.weight(0, 0)).isEqualTo(w + 2 * own, within(1e-5));
    }

    /** Of ln P(target) by the one weight w, where s = w v and item 3 was had. */
    private static double derivative(float[] s, double w, int target) {
        double mass = 0;
        double sum = 0;
        for (int j = 0; j < ITEMS; j++) {
            double p = j == 3 ? 0 : StrictMath.exp(s[j]);
            mass += p;
            sum += p * s[j] / w;
        }
        return s[target] / w - sum / mass;
    }

    @Test
    void eventsThatWereNotScoredTeachTheMembersOnly() {
        DecayedPopularity popularity = popularity();
        Blend blend = new Blend(BlendConfig.DEFAULT, List.of(Member.logs(popularity, 1e-3f)));
        world.click(blend, "u", 1, 0);
        world.scores(blend, "v", 0);
        float before = blend.weight(0, 0);
        blend.learn(world.query, world.catalog.add(EntityId.of("brand new")));
        assertThat(blend.weight(0, 0)).isEqualTo(before);
        assertThat(popularity.scaledTotal()).isEqualTo(2);
    }

    @Test
    void retiredItemsTakeNoShare() {
        DecayedPopularity popularity = popularity();
        Blend blend = new Blend(BlendConfig.DEFAULT, List.of(Member.logs(popularity, 1e-3f)));
        for (int n = 0; n < 100; n++) {
            world.click(blend, "u" + n, n % 10, 0);
        }
        world.catalog.retire(EntityId.of("i4").hash());
        blend.forget(4);
        float[] scores = world.scores(blend, "v", 0);
        world.query.blankHoles(scores);
        assertThat(scores[4]).isNaN();
        assertThat(scores[5]).isFinite();
        blend.learn(world.query, 5);
        assertThat(blend.weight(0, 0)).isFinite();
    }

    @Test
    void restoredBlendGoesOnTheSame() throws IOException {
        Blend blend = whole();
        CounterRandom random = new CounterRandom().reset(8, 8, 8);
        for (int n = 0; n < 600; n++) {
            world.scoreAndClick(blend, "u" + random.nextInt(30), random.nextInt(ITEMS), n * 1000);
        }
        Blend restored = world.restored(whole(), world.bytes(blend));
        assertThat(world.bytes(restored)).isEqualTo(world.bytes(blend));
        assertThat(world.scores(restored, "u3", 700_000)).isEqualTo(world.scores(blend, "u3", 700_000));
    }

    @Test
    void bytesOfAnotherBlendAreRefused() throws IOException {
        byte[] bytes = world.bytes(whole());
        Blend other = new Blend(BlendConfig.DEFAULT, List.of(Member.logs(popularity(), 1e-3f)));
        assertThatThrownBy(() -> world.restored(other, bytes)).hasMessage("features of the blend = 3, expected 1");
    }

    private static Blend whole() {
        DecayedPopularity shared = popularity();
        return new Blend(
                BlendConfig.DEFAULT,
                List.of(
                        Member.logs(new CoOccurrence(CoOccurrenceConfig.DEFAULT, shared), 1e-3f, 1e-2f),
                        Member.logs(shared, 1e-3f)));
    }

    private static DecayedPopularity popularity() {
        return new DecayedPopularity(new HalfLife(3_600_000));
    }
}
