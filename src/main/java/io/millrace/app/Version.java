package io.millrace.app;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {
            "millrace " + number(),
            "Java " + Runtime.version() + ", " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
        };
    }

    /** The version of the jar; {@code development} when run from classes. */
    static String number() {
        @Nullable String fromJar = Version.class.getPackage().getImplementationVersion();
        return Objects.requireNonNullElse(fromJar, "development");
    }
}
