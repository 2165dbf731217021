package io.millrace.app;

import io.millrace.config.Configuration;
import io.millrace.topology.Instance;
import io.millrace.topology.MillraceTopology;
import io.millrace.topology.Settings;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the topology; needs no broker. */
@Command(
        name = "topology",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Prints the topology that a run builds; needs no broker.")
final class TopologyCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Option(names = "--describe", description = "In Kafka Streams' own words; the default.")
    @SuppressWarnings("unused") // the default, and so far the only form
    private boolean describe;

    @Override
    public void run() {
        Configuration configuration = options.load();
        Settings settings = Wiring.settings(
                configuration,
                configuration.topics().partitions(),
                configuration.topics().partitions());
        PrintWriter out = spec.commandLine().getOut();
        out.print(MillraceTopology.build(settings, new Instance(settings, () -> 0))
                .describe());
        out.flush();
    }
}
