package io.millrace.app;

import io.millrace.config.Configuration;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Looks whether everything is there that a run needs, and says what to do where it is not. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Checks the machine, the broker and the topics; changes nothing. Fails when a run would fail.")
final class DoctorCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Override
    public Integer call() throws InterruptedException {
        Configuration configuration = options.load();
        List<Finding> findings = new ArrayList<>(new MachineChecks(configuration).findings());
        findings.addAll(new BrokerChecks(configuration).findings());
        PrintWriter out = spec.commandLine().getOut();
        findings.forEach(out::println);
        boolean failed = findings.stream().anyMatch(finding -> finding.level() == Finding.Level.FAIL);
        return failed ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }
}
