package io.millrace.app;

/**
 * One line of the doctor.
 *
 * @param about what was looked at, in a word or two
 * @param says what was found
 * @param cure what to do about it; empty when there is nothing to do
 */
record Finding(Level level, String about, String says, String cure) {

    enum Level {
        OK,
        /** A run works, though worse than it could. */
        WARN,
        /** A run does not work. */
        FAIL
    }

    static Finding ok(String about, String says) {
        return new Finding(Level.OK, about, says, "");
    }

    static Finding warn(String about, String says, String cure) {
        return new Finding(Level.WARN, about, says, cure);
    }

    static Finding fail(String about, String says, String cure) {
        return new Finding(Level.FAIL, about, says, cure);
    }

    @Override
    public String toString() {
        String line = "%-4s  %-12s  %s".formatted(level, about, says);
        return cure.isEmpty() ? line : line + "\n" + " ".repeat(20) + "-> " + cure;
    }
}
