package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.EntityId;
import io.millrace.learning.LearningConfig;
import io.millrace.learning.Optimizers;
import io.millrace.learning.UserRows;
import io.millrace.store.RowKey;
import io.millrace.store.UserRowFormat;
import io.millrace.store.WriteBackStore;
import io.millrace.store.WriteBackStores;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user's row is told from memory until the store has it as it is. */
class StoredUsersTest {

    private static final EntityId USER = EntityId.of("u");
    private static final byte[] KEY = RowKey.of(USER.hash());

    @TempDir
    Path directory;

    private final LearningConfig config =
            new LearningConfig(8, "logistic", "sgd", 0.1f, 0, 0.1f, 3, 10, 1, 1, 0, 1, true, 0, 0, 7);
    private final UserRows users = new UserRows(config, Optimizers.make(config), 3, 3, 100);
    private final WriteBackStore store =
            WriteBackStores.writeBack(Names.USERS, Map.of()).build();
    private StoredUsers stored;

    @BeforeEach
    void open() {
        var context = new MockProcessorContext<Void, Void>(new Properties(), new TaskId(0, 0), directory.toFile());
        store.init(context.getStateStoreContext(), store);
        stored = new StoredUsers(store, users, new ReentrantLock());
        users.backedBy(stored);
        store.onRead(stored);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aRowIsReadAsLearnedBeforeItIsStored() {
        assertThat(store.get(KEY)).as("nobody has learned of the user").isNull();
        users.row(USER);
        assertThat(store.get(KEY)).as("being met is nothing learned").isNull();
        users.logged();
        assertThat(users.unbacked()).as("nothing was logged").isZero();

        learn();
        assertThat(steps(store.get(KEY))).isEqualTo(1);
        users.logged();
        assertThat(steps(store.get(KEY))).isEqualTo(1);
        assertThat(store.stored(KEY)).as("logged only").isNull();
        assertThat(users.unbacked()).isEqualTo(1);

        stored.storeAll();
        assertThat(users.unbacked()).isZero();
        assertThat(steps(store.stored(KEY))).isEqualTo(1);
        assertThat(store.approximateNumEntries()).as("counted once").isEqualTo(1);

        learn();
        assertThat(steps(store.get(KEY))).as("again ahead of the store").isEqualTo(2);
        store.detach();
        assertThat(steps(store.get(KEY))).as("the store alone").isEqualTo(1);
    }

    @Test
    void nothingIsStoredWhileThereIsMoreInTheRowsThanWasLogged() {
        learn();
        users.logged();
        learn();
        stored.storeAll();
        assertThat(store.stored(KEY)).isNull();
    }

    @Test
    void rowsThatMadeRoomAreReadFromTheStore() {
        for (int k = 0; k < 1000; k++) {
            users.touch(users.row(EntityId.of("u" + k)));
            users.logged();
        }
        for (int k = 0; k < 1000; k++) {
            EntityId user = EntityId.of("u" + k);
            byte[] row = store.get(RowKey.of(user.hash()));
            assertThat(row).as(user.text()).isNotNull();
            assertThat(new UserRowFormat().read(row).user()).isEqualTo(user);
        }
    }

    private void learn() {
        int row = users.row(USER);
        users.touch(row);
        users.addSteps(row, 1, 1);
    }

    private static int steps(byte[] row) {
        return new UserRowFormat().read(row).updates();
    }
}
