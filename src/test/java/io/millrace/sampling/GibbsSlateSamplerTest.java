package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.ChiSquare;
import org.junit.jupiter.api.Test;

class GibbsSlateSamplerTest {

    private static final int N = 6;

    @Test
    void pairsOfSixCandidatesFollowTheEnumeratedLaw() {
        World world = World.empty("uniform", ReferenceParameters.with(), N, 3);
        var slate = new GibbsSlateSampler(new InTurn(), N, 20, 1, 1, slot -> slot % 2);
        double[] law = new double[N * N];
        for (int a = 0; a < N; a++) {
            for (int b = 0; b < N; b++) {
                law[a * N + b] =
                        a == b ? 0 : sigmoid(world, a) * sigmoid(world, b) * (a % 2 == b % 2 ? Math.exp(-1) : 1);
            }
        }
        long[] seen = new long[N * N];
        for (int k = 0; k < 40_000; k++) {
            world.draw.start(1, k, 1, -1, world.nowMs, world.clicked[0], world.unclicked[0]);
            world.negatives.clear();
            slate.sample(world.draw, 2, world.negatives);
            seen[world.negatives.slot(0) * N + world.negatives.slot(1)]++;
        }
        assertThat(ChiSquare.pValue(seen, law)).isGreaterThan(1e-4);
        law[1] *= 1.3;
        law[N] *= 1.3;
        assertThat(ChiSquare.pValue(seen, law)).isLessThan(1e-4);
    }

    @Test
    void aSlateIsNeverLongerThanWhatThereIs() {
        World world = World.empty("gibbs-slate", ReferenceParameters.with(), 5, 3);
        world.context(0, 0);
        assertThat(world.sample(20).size()).isEqualTo(4);
    }

    /** Every item once, so that the pool is the catalog. */
    private static final class InTurn implements Sampler {
        private int next;

        @Override
        public String name() {
            return "in-turn";
        }

        @Override
        public QKind qKind() {
            return QKind.NONE;
        }

        @Override
        public boolean canDraw(Draw draw) {
            return true;
        }

        @Override
        public int draw(Draw draw) {
            return next++ % N;
        }

        @Override
        public double probability(Draw draw, int slot) {
            return Double.NaN;
        }
    }

    private static double sigmoid(World world, int slot) {
        return 1 / (1 + Math.exp(-world.model.score(slot)));
    }
}
