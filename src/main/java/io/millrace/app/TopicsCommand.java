package io.millrace.app;

import io.millrace.config.Configuration;
import io.millrace.event.InvalidSetting;
import io.millrace.topics.TopicOverrides;
import io.millrace.topics.TopicPlan;
import io.millrace.topics.TopicPlanner;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compares the topics of a cluster with their description and creates what is missing. */
@Command(
        name = "topics",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description =
                "Compares the topics of a cluster with their description; creates those that are missing, and never"
                        + " alters or deletes one.",
        footer = {
            "%nExamples:",
            "  millrace topics plan --config my.yaml     what is there, what differs, what apply would create",
            "  millrace topics apply --config my.yaml"
        })
final class TopicsCommand {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Command(name = "plan", mixinStandardHelpOptions = true, description = "Shows what apply would do.")
    int plan(@Mixin ConfigOptions options) {
        return run(options.load(), false, false);
    }

    @Command(name = "apply", mixinStandardHelpOptions = true, description = "Creates the topics that are missing.")
    int apply(
            @Mixin ConfigOptions options,
            @Option(
                            names = "--keep-for-ever",
                            description = "Create them without retention, for replays of old events: a topic with"
                                    + " retention deletes those as they arrive.")
                    boolean keepForEver) {
        return run(options.load(), true, keepForEver);
    }

    private int run(Configuration configuration, boolean apply, boolean keepForEver) {
        PrintWriter out = spec.commandLine().getOut();
        int partitions = configuration.topics().partitions();
        TopicOverrides overrides = keepForEver
                ? TopicOverrides.keepForEver(partitions)
                : new TopicOverrides(partitions, java.util.Map.of());
        try (Admin admin = Admin.create(new HashMap<>(configuration.kafka()))) {
            TopicPlanner planner = new TopicPlanner(admin);
            TopicPlan plan = planner.plan(Wiring.topics(configuration), overrides);
            out.println(plan.table());
            if (!plan.coPartitioningProblems().isEmpty()) {
                throw new InvalidSetting(plan.coPartitioningProblems());
            }
            if (apply) {
                List<String> created =
                        planner.apply(plan, (short) configuration.topics().replication());
                out.println(created.isEmpty() ? "nothing to create" : "created " + String.join(", ", created));
            }
            out.flush();
            return 0;
        }
    }
}
