package io.millrace.event;

import java.util.function.Supplier;

/** Picks between two programs with the same results: one by the Vector API, compiled apart, and one in plain Java. */
public final class VectorCode {

    private VectorCode() {}

    /**
     * Makes the one by vectors where the JVM was started with the API's incubator module.
     *
     * @param vector name of a class with a constructor without parameters
     * @throws IllegalStateException when the module is there and the class is not
     */
    public static <T> T orElse(Class<T> type, String vector, Supplier<T> scalar) {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            return scalar.get();
        }
        try {
            var constructor = Class.forName(vector).asSubclass(type).getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(vector + " is not in this build", e);
        }
    }
}
