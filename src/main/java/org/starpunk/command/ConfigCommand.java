package org.starpunk.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.starpunk.config.Configuration;
import org.starpunk.config.Configuration.ResolvedSetting;
import org.starpunk.config.ConfigurationException;
import org.starpunk.config.ConfigurationProblem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code starpunk config show}, {@code starpunk config check}. */
@Command(name = "config", description = "Show or check the settings.")
final class ConfigCommand implements Runnable {

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public void run() {
        CommandSpec command = Objects.requireNonNull(spec);
        throw new ParameterException(command.commandLine(), "Add a subcommand: config show, or config check");
    }

    @Command(name = "show", description = "Show each setting with its value and its source. Secrets are masked.")
    int show(
            @Mixin ConfigurationOptions options,
            @Option(names = "--json", description = "Write the result as JSON.") boolean json) {
        List<ResolvedSetting> entries = options.load().entries();
        System.out.println(json ? asJson(entries) : asTable(entries));
        return ExitCode.OK;
    }

    @Command(name = "check", description = "Check the settings and list every problem.")
    int check(
            @Mixin ConfigurationOptions options,
            @Option(names = "--json", description = "Write the result as JSON.") boolean json) {
        Configuration configuration;
        try {
            configuration = options.load();
        } catch (ConfigurationException e) {
            if (json) {
                System.out.println(checked(0, e.problems()));
            }
            throw e;
        }
        long set = configuration.entries().stream()
                .filter(entry -> !entry.source().equals("default"))
                .count();
        System.out.println(
                json
                        ? checked(set, List.of())
                        : "The configuration is valid: " + set + " of "
                                + configuration.entries().size() + " keys are set, the others have their defaults.");
        return ExitCode.OK;
    }

    private static String checked(long set, List<ConfigurationProblem> problems) {
        JsonArray rows = new JsonArray();
        for (ConfigurationProblem problem : problems) {
            rows.add(new JsonObject()
                    .put("key", problem.key())
                    .put("value", problem.value())
                    .put("source", problem.source())
                    .put("cure", problem.cure()));
        }
        JsonObject found = new JsonObject().put("status", problems.isEmpty() ? "ok" : "fail");
        return (problems.isEmpty() ? found.put("set", set) : found)
                .put("problems", rows)
                .encodePrettily();
    }

    private static String asJson(List<ResolvedSetting> entries) {
        JsonArray rows = new JsonArray();
        for (ResolvedSetting entry : entries) {
            rows.add(new JsonObject()
                    .put("key", entry.key().name())
                    .put("value", entry.text())
                    .put("source", entry.source()));
        }
        return rows.encodePrettily();
    }

    private static String asTable(List<ResolvedSetting> entries) {
        StringBuilder table = new StringBuilder();
        for (ResolvedSetting entry : entries) {
            table.append(String.format(
                    "%-30s %-24s %s%n", entry.key().name(), entry.text() == null ? "-" : entry.text(), entry.source()));
        }
        return table.toString().stripTrailing();
    }
}
