package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.CounterRandom;
import io.millrace.testing.Seeded;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentClicksSamplerTest {

    private record Clicked(long user, int slot) {}

    @Test
    void lawIsTheShareInTheRingOfOthersClicks() {
        Seeded.forSeeds(20, random -> {
            World world = World.empty("recent-clicks", ReferenceParameters.with("recent-clicks.clicks", 100), 30, 1);
            List<Clicked> naive = new ArrayList<>();
            for (int step = 0; step < 400; step++) {
                step(world, naive, random);
                if (step % 20 == 0) {
                    assertLaw(world, naive, random.nextInt(5));
                }
            }
        });
    }

    /** Trap 4: a pool that forgets an item when its first sighting is the oldest, though it was seen again since. */
    @Test
    void anItemThatIsSeenAgainOutlivesItsFirstSighting() {
        World world = World.empty("recent-clicks", ReferenceParameters.with("recent-clicks.clicks", 100), 30, 1);
        world.click(1, 3);
        for (int k = 0; k < 98; k++) {
            world.click(1, 5);
        }
        world.click(1, 3);
        for (int k = 0; k < 99; k++) {
            world.context(0, -1);
            assertThat(world.sampler.probability(world.draw, 3))
                    .as("after " + k)
                    .isPositive();
            world.click(1, 5);
        }
        world.click(1, 5);
        world.context(0, -1);
        assertThat(world.sampler.probability(world.draw, 3)).isZero();
    }

    private static void step(World world, List<Clicked> naive, CounterRandom random) {
        int slot = random.nextInt(30);
        if (world.catalog.isActive(slot) && random.nextInt(10) == 0) {
            world.retire(world.catalog.item(slot).text());
            naive.replaceAll(click -> click.slot() == slot ? new Clicked(click.user(), -1) : click);
            if (naive.stream().filter(click -> click.slot() >= 0).count() < naive.size() / 2) {
                naive.removeIf(click -> click.slot() < 0);
            }
        } else if (world.catalog.isActive(slot)) {
            int user = random.nextInt(5);
            world.click(user, slot);
            naive.add(new Clicked(World.userHash(user), slot));
            if (naive.size() > 100) {
                naive.remove(0);
            }
        } else {
            world.add("item" + random.nextInt(30));
        }
    }

    private static void assertLaw(World world, List<Clicked> naive, int user) {
        long hash = World.userHash(user);
        world.draw.start(1, 1, hash, -1, world.nowMs, world.clicked[0], world.unclicked[0]);
        List<Clicked> others =
                naive.stream().filter(c -> c.user() != hash && c.slot() >= 0).toList();
        for (int slot = 0; slot < 30; slot++) {
            int at = slot;
            double share = (double) others.stream().filter(c -> c.slot() == at).count() / Math.max(1, others.size());
            assertThat(world.sampler.probability(world.draw, slot)).isCloseTo(share, within(1e-12));
        }
    }

    @Test
    void neverDrawsWhatOnlyTheUserClicked() {
        World world = World.empty("recent-clicks", ReferenceParameters.with(), 30, 1);
        for (int k = 0; k < 30; k++) {
            world.click(0, 3);
            world.click(1, 4);
        }
        world.draw.start(1, 1, World.userHash(0), -1, world.nowMs, world.clicked[0], world.unclicked[0]);
        assertThat(world.draws(1000)[4]).isEqualTo(1000);
    }
}
