package org.starpunk.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.starpunk.command.CheckResult.CheckStatus;
import org.starpunk.config.ConfigurationException;
import org.starpunk.config.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code starpunk doctor}. */
@Command(
        name = "doctor",
        description = "Examine the site, its machine and its public address, and name the remedy for each problem.",
        footer = {
            "",
            "The check changes nothing. The exit code is 1 if there is a problem, and 0 if there are only warnings."
        })
final class DoctorCommand implements Callable<Integer> {

    @Mixin
    @Nullable
    ConfigurationOptions options;

    @Option(names = "--json", description = "Write the result as JSON.")
    boolean json;

    @Override
    public Integer call() {
        List<CheckResult> findings = new ArrayList<>(MachineCheck.run());
        try {
            Settings settings = Objects.requireNonNull(options).settings();
            findings.add(
                    CheckResult.ok("configuration", "valid; starpunk config show lists each value and its source"));
            findings.addAll(DataCheck.run(settings));
            findings.addAll(WebCheck.run(settings));
        } catch (ConfigurationException e) {
            findings.add(CheckResult.fail(
                    "configuration",
                    String.valueOf(e.getMessage()),
                    "correct it, and run the doctor again: the data and the site were not checked"));
        }
        boolean ill = findings.stream().anyMatch(finding -> finding.status() == CheckStatus.FAIL);
        System.out.println(json ? asJson(findings, ill) : asText(findings, ill));
        return ill ? ExitCode.FAILURE : ExitCode.OK;
    }

    private static String asText(List<CheckResult> findings, boolean ill) {
        StringBuilder text = new StringBuilder();
        findings.forEach(finding -> text.append(finding.line()).append(System.lineSeparator()));
        long warnings = findings.stream()
                .filter(finding -> finding.status() == CheckStatus.WARNING)
                .count();
        return text.append(
                        ill
                                ? "There are problems."
                                : warnings == 0 ? "No problems." : "No problems; warnings: " + warnings + ".")
                .toString();
    }

    private static String asJson(List<CheckResult> findings, boolean ill) {
        JsonArray array = new JsonArray();
        findings.forEach(finding -> array.add(finding.json()));
        return new JsonObject()
                .put("status", ill ? "fail" : "ok")
                .put("findings", array)
                .encodePrettily();
    }
}
