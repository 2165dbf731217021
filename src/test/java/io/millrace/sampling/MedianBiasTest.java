package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class MedianBiasTest {

    private static final int ITEMS = 2001;

    private final World world = World.empty("uniform", ReferenceParameters.with(), ITEMS, 1);
    private final MedianBias median = new MedianBias();

    /** Biases that grow with the slot, ever faster. */
    MedianBiasTest() {
        for (int slot = 0; slot < ITEMS; slot++) {
            world.model.biases[slot] = (float) Math.exp(2.0 * slot / ITEMS) - 5;
        }
    }

    @Test
    void itIsTheMedianOfTheCatalogUpToTheErrorOfASample() {
        learn(600);
        double error = 0.5 / Math.sqrt(512);
        assertThat(share(median.value())).isCloseTo(0.5, within(4.5 * error));
    }

    /** A few items with high biases do not pull it up as they would a mean. */
    @Test
    void itIsNoMean() {
        for (int slot = 0; slot < ITEMS / 10; slot++) {
            world.model.biases[slot] = 1000;
        }
        learn(600);
        assertThat(median.value()).isLessThan(1);
    }

    @Test
    void itIsZeroBeforeTheFirstPositive() {
        assertThat(median.value()).isZero();
    }

    @Test
    void ofTwoItIsWhatLiesBetween() {
        World two = World.empty("uniform", ReferenceParameters.with(), 2, 1);
        two.model.biases[0] = -1;
        two.model.biases[1] = -3;
        learn(two, 600);
        assertThat(median.value()).isIn(-1f, -2f, -3f);
    }

    @Test
    void itFollowsBiasesThatMove() {
        learn(600);
        for (int slot = 0; slot < ITEMS; slot++) {
            world.model.biases[slot] -= 50;
        }
        learn(600);
        assertThat(median.value()).isLessThan(-40);
    }

    @Test
    void itIsTheSameAfterItWasWrittenAndRead() throws IOException {
        for (int positives : new int[] {0, 1, 100, 511, 512, 513, 900}) {
            learn(positives);
            byte[] written = bytes(median);
            var again = new MedianBias();
            again.readFrom(new DataInputStream(new ByteArrayInputStream(written)));
            assertThat(again.value()).isEqualTo(median.value());
            assertThat(bytes(again)).isEqualTo(written);
            again.learned(world.draw, world.negatives);
            median.learned(world.draw, world.negatives);
            assertThat(bytes(again)).isEqualTo(bytes(median));
        }
    }

    @Test
    void lookingTakesNothingFromTheRandomNumbersOfTheDraw() {
        world.context(0);
        int first = world.sampler.draw(world.draw);
        World same = World.empty("uniform", ReferenceParameters.with(), ITEMS, 1);
        same.context(0);
        median.learned(same.draw, same.negatives);
        assertThat(same.sampler.draw(same.draw)).isEqualTo(first);
    }

    @Test
    void looksAndMediansAllocateNothing() {
        learn(600);
        ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        float sum = 0;
        for (int round = 0; round < 20 && least > 1000; round++) {
            long before = bean.getThreadAllocatedBytes(thread);
            for (int k = 0; k < 2000; k++) {
                median.learned(world.draw, world.negatives);
                sum += median.value();
            }
            least = Math.min(least, bean.getThreadAllocatedBytes(thread) - before);
        }
        assertThat(least).isLessThan(1000);
        assertThat(sum).isNotZero();
    }

    private void learn(int positives) {
        learn(world, positives);
    }

    private void learn(World of, int positives) {
        for (int k = 0; k < positives; k++) {
            of.context(k % World.USERS);
            median.learned(of.draw, of.negatives);
        }
    }

    /** Share of the items with a smaller bias. */
    private double share(float bias) {
        int smaller = 0;
        for (int slot = 0; slot < ITEMS; slot++) {
            smaller += world.model.biases[slot] < bias ? 1 : 0;
        }
        return smaller / (double) ITEMS;
    }

    private static byte[] bytes(MedianBias median) throws IOException {
        var bytes = new ByteArrayOutputStream();
        median.writeTo(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }
}
