package io.millrace.learning;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.EntityId;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A row is logged before it is stored, and is never lost between memory, log and store. */
class UserRowsTest {

    private static final int CAPACITY = 50;

    private final LearningConfig config =
            new LearningConfig(8, "logistic", "sgd", 0.1f, 0, 0.1f, 3, 10, 1, 1, 0, 1, true, 0, 0, 7);
    private final UserRows users = new UserRows(config, Optimizers.make(config), 3, 3, CAPACITY);
    private final Backing backing = new Backing();

    @Test
    void everyUserIsFoundAsLastLearnedWhateverHadToMakeRoom() {
        for (int seed = 0; seed < 20; seed++) {
            UserRows rows = new UserRows(config, Optimizers.make(config), 3, 3, CAPACITY);
            Backing store = new Backing();
            rows.backedBy(store.of(rows));
            Map<Long, Integer> expected = new HashMap<>();
            SplittableRandom random = new SplittableRandom(seed);
            for (int k = 0; k < 5000; k++) {
                EntityId user = EntityId.of("u" + random.nextInt(seed % 2 == 0 ? 60 : 400));
                int row = rows.row(user);
                assertThat(rows.updates(row)).isEqualTo(expected.getOrDefault(user.hash(), 0));
                rows.touch(row);
                rows.addSteps(row, 1, user.hash());
                expected.merge(user.hash(), 1, Integer::sum);
                if (random.nextInt(100) == 0) {
                    store.log();
                    store.assertLogged(expected);
                }
            }
            assertThat(rows.rows()).isEqualTo(CAPACITY);
            store.log();
            store.store(0, Integer.MAX_VALUE);
            assertThat(store.stored).isEqualTo(expected);
        }
    }

    @Test
    void whatStaysInMemoryIsNotStored() {
        users.backedBy(backing.of(users));
        for (int k = 0; k < 1000; k++) {
            touch("u" + k % CAPACITY);
            backing.log();
        }
        assertThat(backing.stored).isEmpty();
        assertThat(users.unbacked()).isEqualTo(CAPACITY);
        touch("another");
        assertThat(backing.stored).isNotEmpty();
        assertThat(users.unbacked())
                .as("logged, not stored; the last one is not logged yet")
                .isEqualTo(backing.logged.size() - backing.stored.size());
    }

    @Test
    void aRowIsAheadOfTheStoreFromItsFirstTouchUntilItIsStored() {
        users.backedBy(backing.of(users));
        int row = users.row(EntityId.of("u"));
        assertThat(users.isAhead(row)).as("met").isFalse();
        touch("u");
        assertThat(users.isAhead(row)).as("touched").isTrue();
        backing.log();
        assertThat(users.isAhead(row)).as("logged").isTrue();
        backing.store(0, 1);
        assertThat(users.isAhead(row)).as("stored").isFalse();
        touch("u");
        assertThat(users.isAhead(row)).as("touched again").isTrue();
        assertThat(users.nextUnstored(0)).as("not logged, so not to be stored").isEqualTo(-1);
    }

    @Test
    void aCacheFullOfTouchedRowsIsLoggedEarly() {
        users.backedBy(backing.of(users));
        for (int k = 0; k < 10 * CAPACITY; k++) {
            touch("u" + k);
        }
        assertThat(users.rows()).isEqualTo(CAPACITY);
        assertThat(backing.logged.size()).isBetween(9 * CAPACITY, 10 * CAPACITY);
    }

    private void touch(String user) {
        int row = users.row(EntityId.of(user));
        users.touch(row);
        users.addSteps(row, 1, 1);
    }

    /** A log and a store of steps by user; what is stored was logged. */
    private static final class Backing implements UserRows.Backing {

        private final Map<Long, Integer> logged = new HashMap<>();
        private final Map<Long, Integer> stored = new HashMap<>();
        private UserRows users;

        Backing of(UserRows rows) {
            users = rows;
            return this;
        }

        @Override
        public boolean load(EntityId user, UserRows rows, int row) {
            Integer steps = stored.get(user.hash());
            if (steps != null) {
                rows.addSteps(row, steps, 0);
            }
            return steps != null;
        }

        @Override
        public void log() {
            for (int k = 0; k < users.touchedCount(); k++) {
                int row = users.touchedRow(k);
                logged.put(users.user(row).hash(), users.updates(row));
            }
            users.logged();
        }

        @Override
        public void store(int from, int most) {
            int to = from;
            for (int k = 0, row = users.nextUnstored(from); k < most && row >= 0; k++, row = users.nextUnstored(to)) {
                long user = users.user(row).hash();
                assertThat(logged).containsEntry(user, users.updates(row));
                stored.put(user, users.updates(row));
                to = row + 1;
            }
            users.stored(from, to);
        }

        void assertLogged(Map<Long, Integer> expected) {
            assertThat(logged).isEqualTo(expected);
        }
    }
}
