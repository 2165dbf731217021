package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.CounterRandom;
import io.millrace.event.Hash;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StreamingFrequencyTest {

    /** With A in the place of the gap t - A, as in a published snippet, the estimate falls like 1 / t. */
    @Test
    void theMeanIsTheShareWithThePredictedBias() {
        for (double rate : new double[] {0.05, 0.01}) {
            double sum = 0;
            double squares = 0;
            int runs = 60;
            for (int run = 0; run < runs; run++) {
                double p = afterStream(rate, 40_000, run);
                sum += p;
                squares += p * p;
            }
            double mean = sum / runs;
            double error = Math.sqrt((squares / runs - mean * mean) / runs);
            double predicted = 0.05 * (1 + rate / (2 - rate) * 0.95);
            assertThat(mean).isCloseTo(predicted, within(4 * error + 0.003 * predicted));
        }
    }

    /** Started from a gap of 0, the median after five sightings is 4.7 times too high. */
    @Test
    void afterFiveSightingsTheMedianIsNearTheShare() {
        double[] estimates = new double[201];
        for (int run = 0; run < estimates.length; run++) {
            var random = new CounterRandom().reset(run, 1, 1);
            StreamingFrequency frequency = frequency(0.05, 1 << 16);
            int sightings = 0;
            for (long step = 0; sightings < 5; step++) {
                boolean is = random.nextInt(50) == 0;
                sightings += is ? 1 : 0;
                frequency.seen(is ? 7 : Hash.mix(1_000_000L * run + step));
            }
            estimates[run] = frequency.shareOf(7) / 0.02;
        }
        Arrays.sort(estimates);
        assertThat(estimates[100]).isBetween(0.8, 1.5);
    }

    @Test
    void anItemNotSeenTwiceHasAboutTheShareOfOneSighting() {
        StreamingFrequency frequency = frequency(0.01, 1 << 16);
        for (int k = 0; k < 999; k++) {
            frequency.seen(Hash.mix(k));
        }
        assertThat(frequency.shareOf(-5)).isCloseTo(0.001, within(1e-9));
    }

    @Test
    void collisionsOnlyMakeSharesLarger() {
        var random = new CounterRandom().reset(3, 1, 1);
        StreamingFrequency crowded = frequency(0.01, 64);
        for (int k = 0; k < 200_000; k++) {
            crowded.seen(Hash.mix(random.nextInt(100)));
        }
        double mean = 0;
        for (int k = 0; k < 100; k++) {
            mean += crowded.shareOf(Hash.mix(k)) / 100;
        }
        assertThat(mean).isGreaterThan(0.0105);
    }

    @Test
    void aStepOfTheShareIsFollowedWithinAFewSightings() {
        var random = new CounterRandom().reset(3, 1, 1);
        StreamingFrequency frequency = frequency(0.05, 1 << 16);
        for (int k = 0; k < 60_000; k++) {
            boolean is = random.nextInt(k < 30_000 ? 100 : 20) == 0;
            frequency.seen(is ? 7 : 8 + random.nextInt(10_000));
        }
        assertThat(frequency.shareOf(7)).isCloseTo(0.05, within(0.02));
    }

    private static double afterStream(double rate, int steps, int run) {
        var random = new CounterRandom().reset(run, 2, 1);
        StreamingFrequency frequency = frequency(rate, 1 << 16);
        for (int k = 0; k < steps; k++) {
            frequency.seen(random.nextInt(20) == 0 ? 7 : 8 + random.nextInt(1000));
        }
        return frequency.shareOf(7);
    }

    private static StreamingFrequency frequency(double rate, int cells) {
        return new StreamingFrequency(new Catalog(), rate, cells, 2);
    }
}
