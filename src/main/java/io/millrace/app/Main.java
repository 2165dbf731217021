package io.millrace.app;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line. Exit codes: 0 done, 1 failed, 2 the command or its configuration cannot be used. */
@Command(
        name = "millrace",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            BacktestCommand.class,
            WarmStartCommand.class,
            TopicsCommand.class,
            TopologyCommand.class,
            ConfigCommand.class,
            DoctorCommand.class,
            HelpCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        description = "Learns recommendation embeddings from streams of impressions and clicks.",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace demo                          all of it at once, on a broker of its own",
            "  millrace topics apply --config my.yaml create the topics that are missing",
            "  millrace run --config my.yaml          consume the topics of a cluster",
            "  millrace backtest --events ratings.dat  how well would it have recommended?",
            "  millrace config --reference            every setting, explained",
            "  millrace config --config my.yaml       the settings in effect",
            "  millrace doctor --config my.yaml       is everything there that a run needs?",
            "  millrace help doctor                   more about one command"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed", "2:the command or the configuration cannot be used"})
public final class Main implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals("demo")) {
            quieten();
        }
        System.exit(commandLine(writer(System.out), writer(System.err)).execute(args));
    }

    /**
     * A broker and its clients in one process tell each other's every hiccup twice; the demo shows what matters itself.
     * Said before the first logger is made; whoever set these properties is not overruled.
     */
    private static void quieten() {
        System.getProperties().putIfAbsent("millrace.kafka.log", "off");
        System.getProperties().putIfAbsent("millrace.log", "warn");
    }

    /** The commands and their options, to run or to look at. */
    public static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        return new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler(Failures::executing)
                .setParameterExceptionHandler(Failures::parsing)
                .setUsageHelpAutoWidth(true);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, Charset.defaultCharset());
    }

    /** Without a command there is nothing to do but to say what could be done. */
    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
