package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.ChiSquare;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class UniformSamplerTest {

    /** Draws over the holes once went on for as long as chance would have it. */
    @Test
    void aCatalogThatIsAlmostAllHolesIsDrawnFromEvenly() {
        World world = World.empty("uniform", ReferenceParameters.with(), 20_000, 1);
        for (int k = 0; k < 20_000; k++) {
            if (k % 2000 != 17) {
                world.retire("item" + k);
            }
        }
        world.context(0, 17);
        long[] seen = world.draws(50_000);
        double[] law = world.law();
        assertThat(Arrays.stream(law).filter(q -> q > 0).count()).isEqualTo(9);
        assertThat(ChiSquare.pValue(seen, law)).isGreaterThan(1e-4);
    }
}
