package io.millrace.app;

import io.millrace.config.Configuration;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the settings in effect, or all that there are. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Checks the configuration and prints the settings in effect, without secrets.")
final class ConfigCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Option(names = "--reference", description = "Print every setting with its default, unit and range instead.")
    private boolean reference;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        if (reference) {
            out.print(Configuration.referenceText());
        } else {
            Configuration configuration = options.load();
            out.println("# digest " + configuration.digest());
            out.print(configuration.toYaml());
        }
        out.flush();
    }
}
