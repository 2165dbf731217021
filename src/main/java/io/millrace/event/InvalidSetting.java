package io.millrace.event;

import java.util.ArrayList;
import java.util.List;

/** Settings that cannot be used; each problem says the key, what was written, and what would be right. */
public final class InvalidSetting extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final ArrayList<String> problems;

    public InvalidSetting(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = new ArrayList<>(problems);
    }

    public InvalidSetting(String key, Object value, String expected) {
        this(List.of(problem(key, value, expected)));
    }

    public List<String> problems() {
        return List.copyOf(problems);
    }

    public static void require(boolean holds, String key, Object value, String expected) {
        if (!holds) {
            throw new InvalidSetting(key, value, expected);
        }
    }

    private static String problem(String key, Object value, String expected) {
        return key + " = " + value + ", expected " + expected;
    }

    /** Collects problems, so that a user sees all of them at once. */
    public static final class Check {

        private final List<String> problems = new ArrayList<>();

        public Check require(boolean holds, String key, Object value, String expected) {
            if (!holds) {
                problems.add(problem(key, value, expected));
            }
            return this;
        }

        /** @throws InvalidSetting when there was a problem */
        public void done() {
            if (!problems.isEmpty()) {
                throw new InvalidSetting(problems);
            }
        }
    }
}
