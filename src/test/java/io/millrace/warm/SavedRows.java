package io.millrace.warm;

import io.millrace.topology.Names;
import java.io.IOException;
import java.nio.file.Path;

/** The rows of a saved state, for tests of other packages. */
public final class SavedRows {

    /** Takes one record. */
    public interface Rows {
        void put(byte[] key, byte[] value) throws IOException;
    }

    private SavedRows() {}

    public static void items(Path directory, Rows into) throws IOException {
        RowFile.read(SavedState.items(directory), into::put);
    }

    public static void users(Path directory, int learner, Rows into) throws IOException {
        RowFile.read(SavedState.file(directory, Names.USERS, learner), into::put);
    }

    public static void ranking(Path directory, int learner, Rows into) throws IOException {
        RowFile.read(SavedState.file(directory, Names.RANKING, learner), into::put);
    }
}
