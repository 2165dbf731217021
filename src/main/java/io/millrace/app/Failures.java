package io.millrace.app;

import io.millrace.event.InvalidSetting;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** What a user reads when something went wrong: each problem on a line, and nothing else. */
final class Failures {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    /** The command line itself is wrong. */
    static int parsing(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("millrace: " + e.getMessage());
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return CommandLine.ExitCode.USAGE;
    }

    /** The command ran, and failed. */
    static int executing(Exception e, CommandLine command, ParseResult result) {
        PrintWriter err = command.getErr();
        if (e instanceof InvalidSetting invalid) {
            invalid.problems().forEach(err::println);
            return CommandLine.ExitCode.USAGE;
        }
        if (!isExpected(e)) {
            LOG.error("this is a defect in Millrace, please report it", e);
        }
        err.println("millrace: " + message(e));
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** Failures of the world around; all others are ours and deserve a report. */
    private static boolean isExpected(Exception e) {
        return e instanceof UncheckedIOException
                || e instanceof IOException
                || e instanceof KafkaException
                || e instanceof InterruptedException;
    }

    /** The message, with that of the first cause when it says more. */
    static String message(Throwable e) {
        String own = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        Throwable cause = e.getCause();
        String deeper = cause == null || cause.getMessage() == null ? "" : cause.getMessage();
        return own.contains(deeper) ? own : own + ": " + deeper;
    }
}
