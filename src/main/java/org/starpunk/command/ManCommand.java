package org.starpunk.command;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.starpunk.config.BuildInfo;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code starpunk man}: the manual page, generated from the commands' help. */
@Command(
        name = "man",
        description = "Write the manual page, in roff.",
        footer = {"", "Read it with: starpunk man | man -l -"})
final class ManCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        System.out.print(page(StarPunkCommandLine.commandLine()));
        return ExitCode.OK;
    }

    /** Returns the page in roff, with the macros of man(7). */
    static String page(CommandLine root) {
        CommandSpec spec = root.getCommandSpec();
        StringBuilder page = new StringBuilder();
        page.append(".TH STARPUNK 1 \"\" \"StarPunk ")
                .append(text(BuildInfo.current()))
                .append("\"\n");
        page.append(".SH NAME\nstarpunk \\- ").append(line(description(spec))).append('\n');
        page.append(".SH SYNOPSIS\n.B starpunk\n.I COMMAND\n.RI [ OPTION ]...\n");
        page.append(".SH OPTIONS\n");
        options(spec, page);
        page.append(".SH COMMANDS\n");
        root.getSubcommands().values().forEach(sub -> command(sub, page));
        page.append(".SH \"EXIT STATUS\"\n");
        spec.usageMessage().exitCodeList().forEach((code, meaning) -> item(code.strip(), meaning, page));
        page.append(".SH FILES\n");
        item(
                "conf/starpunk.yaml, /etc/starpunk/starpunk.yaml",
                "The settings; starpunk config show lists the values in effect.",
                page);
        item("data", "The database and the pictures; STARPUNK_DATA_DIR names another folder.", page);
        return page.toString();
    }

    private static void command(CommandLine command, StringBuilder page) {
        CommandSpec spec = command.getCommandSpec();
        if (!command.getSubcommands().isEmpty()) {
            command.getSubcommands().values().forEach(sub -> command(sub, page));
            return;
        }
        String synopsis = new Help(spec, Help.defaultColorScheme(Help.Ansi.OFF))
                .synopsis(0)
                .strip();
        page.append(".SS \"").append(line(synopsis.replaceAll("\\s+", " "))).append("\"\n");
        page.append(line(description(spec))).append('\n');
        for (String footer : spec.usageMessage().footer()) {
            page.append(footer.isEmpty() ? ".PP\n" : line(footer) + '\n');
        }
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            item(parameter.paramLabel(), description(parameter), page);
        }
        options(spec, page);
    }

    private static void options(CommandSpec spec, StringBuilder page) {
        for (OptionSpec option : spec.options()) {
            boolean everyCommands = option.inherited() || (spec.parent() != null && option.usageHelp());
            if (!everyCommands) {
                String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
                item(String.join(", ", List.of(option.names())) + value, description(option), page);
            }
        }
    }

    private static String description(CommandSpec spec) {
        return String.join(" ", spec.usageMessage().description());
    }

    private static String description(ArgSpec argument) {
        String text = String.join(" ", argument.description());
        Map<String, String> variables = Map.of("${DEFAULT-VALUE}", String.valueOf(argument.defaultValueString()));
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            text = text.replace(variable.getKey(), variable.getValue());
        }
        return text;
    }

    private static void item(String name, String meaning, StringBuilder page) {
        page.append(".TP\n.B ")
                .append(line(name))
                .append('\n')
                .append(line(meaning))
                .append('\n');
    }

    /** Escapes a line of text. A line that starts with a dot would be a command. */
    private static String line(String text) {
        String escaped = text(text);
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }

    private static String text(String text) {
        StringBuilder roff = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\\' -> roff.append("\\e");
                case '-' -> roff.append("\\-");
                case '"' -> roff.append("\\(dq");
                default -> {
                    if (c < 127) {
                        roff.appendCodePoint(c);
                    } else {
                        roff.append("\\[u").append(String.format("%04X", c)).append(']');
                    }
                }
            }
        });
        return roff.toString();
    }
}
