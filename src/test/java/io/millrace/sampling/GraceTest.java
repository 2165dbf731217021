package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.popularity.HalfLife;
import io.millrace.popularity.ItemCounts;
import org.junit.jupiter.api.Test;

class GraceTest {

    private static final int NEW = 1;
    private static final int KNOWN = 2;

    private final ItemCounts counts = new ItemCounts(new HalfLife(1000));
    private final Negatives negatives = new Negatives();

    GraceTest() {
        for (int k = 0; k < 5; k++) {
            counts.exposed(KNOWN, 0);
        }
    }

    @Test
    void aNewItemWeighsLessUntilItWasShownSoOften() {
        Grace grace = grace(0.3, 5);
        for (int shown = 0; shown < 5; shown++) {
            assertThat(weight(grace, NEW, 1)).as("shown %d times", shown).isEqualTo(0.3f);
            counts.exposed(NEW, 0);
        }
        assertThat(weight(grace, NEW, 1)).isEqualTo(1);
    }

    @Test
    void clicksAreWhatWasSeenWhereNoImpressionsAreLogged() {
        Grace grace = grace(0.3, 3);
        for (int clicked = 0; clicked < 3; clicked++) {
            assertThat(weight(grace, NEW, 1)).isEqualTo(0.3f);
            counts.clicked(NEW, 0);
        }
        assertThat(weight(grace, NEW, 1)).isEqualTo(1);
    }

    /** A click is on something shown, so one of each is one sight and not two. */
    @Test
    void aClickOnAnImpressionIsNotCountedTwice() {
        Grace grace = grace(0.3, 2);
        counts.exposed(NEW, 0);
        counts.clicked(NEW, 0);
        assertThat(weight(grace, NEW, 1)).isEqualTo(0.3f);
    }

    @Test
    void itComesOnTopOfTheWeightThatTheSamplerGives() {
        assertThat(weight(grace(0.5, 5), NEW, 0.5f)).isEqualTo(0.25f);
        assertThat(weight(grace(0.5, 5), KNOWN, 0.5f)).isEqualTo(0.5f);
    }

    @Test
    void onlyTheNewOnesOfManyAreSpared() {
        negatives.add(KNOWN, 0.1, 1, "a");
        negatives.add(NEW, 0.1, 1, "a");
        negatives.add(KNOWN, 0.1, 1, "a");
        grace(0, 5).spare(negatives);
        assertThat(negatives.weight(0)).isEqualTo(1);
        assertThat(negatives.weight(1)).isZero();
        assertThat(negatives.weight(2)).isEqualTo(1);
    }

    @Test
    void itIsOffUnlessItIsAskedFor() {
        Grace grace = Grace.of(ReferenceParameters.with(), counts);
        assertThat(weight(grace, NEW, 1)).isEqualTo(1);
    }

    private Grace grace(double weight, int exposures) {
        return Grace.of(ReferenceParameters.with("grace.weight", weight, "grace.exposures", exposures), counts);
    }

    private float weight(Grace grace, int slot, float before) {
        negatives.clear();
        negatives.add(slot, 0.1, before, "a");
        grace.spare(negatives);
        return negatives.weight(0);
    }
}
