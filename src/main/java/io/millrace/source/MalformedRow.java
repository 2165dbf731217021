package io.millrace.source;

import java.nio.file.Path;

/** A row of a file that cannot be read; says the file, the line, and what was expected there. */
public final class MalformedRow extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MalformedRow(Path file, long line, String problem) {
        super(file + " line " + line + ": " + problem);
    }
}
