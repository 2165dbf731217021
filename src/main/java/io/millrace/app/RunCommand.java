package io.millrace.app;

import io.millrace.config.Configuration;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Consumes the topics of a cluster until it is stopped. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Joins, learns and serves from the topics of a Kafka cluster until it is stopped.",
            "Start as many instances as there are partitions to share; each needs its own instance-id, state-dir and"
                    + " query.port."
        },
        footer = {
            "%nExamples:",
            "  millrace topics apply --config my.yaml    create the topics that are missing",
            "  millrace run --config my.yaml",
            "  millrace run --config my.yaml --set instance-id=two --set state-dir=./two --set query.port=8081"
        })
final class RunCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Override
    public Integer call() throws InterruptedException {
        Configuration configuration = options.load();
        PrintWriter out = spec.commandLine().getOut();
        RunningMillrace running = RunningMillrace.start(configuration);
        Thread hook = new Thread(running::close, "shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        out.println("millrace " + configuration.identity().applicationId() + " at " + running.url() + ", brokers "
                + configuration.kafka().get("bootstrap.servers"));
        while (!running.instance().awaitEnd(1000)) {
            // Until it ends by itself or the process is told to stop.
        }
        Throwable failure = running.instance().failure();
        if (failure == null) {
            return 0;
        }
        spec.commandLine().getErr().println("stopped: " + Failures.message(failure));
        Runtime.getRuntime().removeShutdownHook(hook);
        running.close();
        return 1;
    }
}
