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
        assertThatThrownBy(() -> world.restored(other, bytes))
                .hasMessage("features of the blend = 3 in what is stored, expected 1");
    }

    private static Blend whole() {
        DecayedPopularity shared = popularity();
        return new Blend(
                new BlendConfig(0.05f, 7, 0.9f, 0.999f, 4, 0.02f),
                List.of(
                        Member.logs(new CoOccurrence(CoOccurrenceConfig.DEFAULT, shared), 1e-3f, 1e-2f),
                        Member.logs(shared, 1e-3f)));
    }

    private static DecayedPopularity popularity() {
        return new DecayedPopularity(new HalfLife(3_600_000));
    }

    /** Says 1 of some items and 0 of the others, by a coin of its own. */
    private static final class Coin implements Ranker {

        private final CounterRandom random = new CounterRandom();
        private final int number;
        private long asked;
        private final float[] last = new float[ITEMS];

        Coin(int number) {
            this.number = number;
        }

        @Override
        public String name() {
            return "coin";
        }

        @Override
        public void score(Query query, float[] out) {
            random.reset(3, asked++, number);
            for (int j = 0; j < ITEMS; j++) {
                last[j] = random.nextInt(2);
                out[j] = last[j];
            }
        }

        @Override
        public void learn(Query query, int slot) {}

        @Override
        public long stateBytes() {
            return 0;
        }
    }

    /**
     * The geometric mean of the probability of the clicked item, where items of which exactly one member speaks well are
     * clicked: no weighted sum of the two can say that.
     */
    private double likelihood(int units) {
        Coin a = new Coin(1);
        Coin b = new Coin(2);
        Blend blend =
                new Blend(new BlendConfig(0.05f, 1, 0.9f, 1, units, 0.05f), List.of(Member.raw(a), Member.raw(b)));
        CounterRandom random = new CounterRandom();
        double sum = 0;
        for (int n = 0; n < 3000; n++) {
            float[] scores = world.scores(blend, "u" + n, n);
            int clicked = random.reset(6, n, 0).nextInt(ITEMS);
            while (a.last[clicked] == b.last[clicked]) {
                clicked = (clicked + 1) % ITEMS;
            }
            sum += n >= 2000 ? logProbability(scores, clicked) : 0;
            blend.learn(world.query, clicked);
        }
        return StrictMath.exp(sum / 1000);
    }

    private static double logProbability(float[] scores, int clicked) {
        double mass = 0;
        for (int j = 0; j < ITEMS; j++) {
            mass += StrictMath.exp(scores[j]);
        }
        return scores[clicked] - StrictMath.log(mass);
    }

    @Test
    void hiddenUnitsLearnWhatNoWeightedSumCanSay() {
        assertThat(likelihood(0)).isLessThan(1.1 / ITEMS);
        assertThat(likelihood(8)).isGreaterThan(1.8 / ITEMS);
    }

    @Test
    void rankEntersByItsLogarithm() {
        DecayedPopularity popularity = popularity();
        for (int n = 0; n < 60; n++) {
            world.click(popularity, "u" + n, n < 30 ? 0 : n < 50 ? 1 : 2, 0);
        }
        Blend blend = new Blend(
                new BlendConfig(0.05f, 1, 1), List.of(new Member(popularity, List.of(new Blend.Form.Rank(10)))));
        float[] scores = world.scores(blend, "new", 0);
        for (int r = 0; r < 3; r++) {
            assertThat((double) scores[r]).isEqualTo(-StrictMath.log(10 + r), within(1e-5));
        }
        assertThat(blend.features()).containsExactly("popularity, half-life 1.0 h, rank above 10.0");
    }

    @Test
    void forgettingKeepsTheStepsLarge() {
        assertThat(turn(0.99f)).isGreaterThan(turn(1f) + 0.5f);
    }

    /** How far a weight moves in 200 steps against what the 2,000 before them taught. */
    private float turn(float memory) {
        Coin coin = new Coin(1);
        Blend blend = new Blend(new BlendConfig(0.05f, 1, 0.9f, memory, 0, 0.02f), List.of(Member.raw(coin)));
        float before = 0;
        for (int n = 0; n < 2200; n++) {
            before = n == 2000 ? blend.weight(0, 0) : before;
            world.scores(blend, "u", n);
            int clicked = 0;
            while (coin.last[clicked] != (n < 2000 ? 1 : 0)) {
                clicked++;
            }
            blend.learn(world.query, clicked);
        }
        return before - blend.weight(0, 0);
    }
}
