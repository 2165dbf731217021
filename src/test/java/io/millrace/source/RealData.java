package io.millrace.source;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Real histories, which are not part of the project: a directory named by a property or the environment. */
public final class RealData {

    private RealData() {}

    /** A file of that directory; skips the test where there is none. */
    public static Path file(String name) {
        String directory = System.getProperty("millrace.data", System.getenv("MILLRACE_DATA"));
        assumeTrue(directory != null, "no real data: set MILLRACE_DATA or -Dmillrace.data to its directory");
        Path file = Path.of(directory, name);
        assumeTrue(Files.exists(file), "no file " + file);
        return file;
    }
}
