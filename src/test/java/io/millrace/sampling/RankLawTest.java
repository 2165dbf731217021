package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.CounterRandom;
import org.junit.jupiter.api.Test;

class RankLawTest {

    private static final double FEW_ULP = 5e-16;

    @Test
    void theExponentialIsRightToTheLastPlaces() {
        var random = new CounterRandom().reset(1, 1, 1);
        for (int k = 0; k < 100_000; k++) {
            double y = 22.9 * random.nextDouble();
            assertThat(RankLaw.exp(y) / StrictMath.exp(y) - 1).isBetween(-FEW_ULP, FEW_ULP);
        }
    }

    @Test
    void theRatioIsRightToTheLastPlacesAtEveryRank() {
        for (int rank = 0; rank < 1_000_000; rank += 1 + rank / 1000) {
            double exact = StrictMath.log1p(1.0 / (rank + 1.0));
            assertThat(RankLaw.logRatio(rank) / exact - 1).as("rank %d", rank).isBetween(-FEW_ULP, FEW_ULP);
        }
    }

    /** As a table that is one step off, or a series that ends too early, would not. */
    @Test
    void theMassesOfAllRanksSumToOne() {
        int items = 200_000;
        double sum = 0;
        for (int rank = 0; rank < items; rank++) {
            sum += RankLaw.logRatio(rank) / StrictMath.log(items + 1.0);
        }
        assertThat(sum).isBetween(1 - 1e-12, 1 + 1e-12);
    }
}
