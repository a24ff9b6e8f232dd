package org.starpunk.command;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.starpunk.config.ConfigurationException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The whole command line: what every command shares, and how an error is told. */
@Command(
        name = "starpunk",
        description = "A self-hosted IndieWeb notes server with a performance monitor built in.",
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = VersionCommand.Provider.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:done",
            " 1:failed while running",
            " 2:wrong command line",
            "65:database unusable, corrupt, or newer than this program",
            "78:wrong configuration"
        },
        footer = {"", "starpunk COMMAND --help says more about a command."})
public final class StarPunk implements Runnable {

    /** The commands by their names, in the order in which help lists them. */
    private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("serve", ServeCommand.class);
        COMMANDS.put("backup", BackupCommand.class);
        COMMANDS.put("restore", RestoreCommand.class);
        COMMANDS.put("export", ExportCommand.class);
        COMMANDS.put("import", ImportCommand.class);
        COMMANDS.put("reindex", ReindexCommand.class);
        COMMANDS.put("migrate", MigrateCommand.class);
        COMMANDS.put("token", TokenCommand.class);
        COMMANDS.put("setup-link", SetupLinkCommand.class);
        COMMANDS.put("passwd", PasswdCommand.class);
        COMMANDS.put("doctor", DoctorCommand.class);
        COMMANDS.put("config", ConfigCommand.class);
        COMMANDS.put("health", HealthCommand.class);
        COMMANDS.put("version", VersionCommand.class);
        COMMANDS.put("completion", CompletionCommand.class);
        COMMANDS.put("man", ManCommand.class);
    }

    @Spec
    @Nullable
    CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    boolean version;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show where an error came from.")
    boolean debug;

    /**
     * Runs a command line.
     *
     * @return the exit code
     */
    public static int run(String... arguments) {
        if (List.of(arguments).equals(List.of("serve"))) {
            return serve();
        }
        String name = arguments.length == 0 ? "" : arguments[0];
        Class<?> named = COMMANDS.get(name);
        return commandLine(named == null ? COMMANDS : Map.of(name, named)).execute(arguments);
    }

    /** As a service starts it: there is nothing to read on the command line, so nothing is loaded that could, unless it fails. */
    private static int serve() {
        ServeCommand serve = new ServeCommand();
        serve.options = new ConfigurationOptions();
        try {
            return serve.call();
        } catch (Exception e) {
            StarPunk root = new StarPunk();
            return root.tell(e, new CommandLine(root).getErr());
        }
    }

    /** All of it, with every command. */
    static CommandLine commandLine() {
        return commandLine(COMMANDS);
    }

    /** Looking through the annotations of all commands is a quarter of a start; the command that is named needs none but its own. */
    private static CommandLine commandLine(Map<String, Class<?>> commands) {
        StarPunk root = new StarPunk();
        CommandLine line = new CommandLine(root);
        commands.forEach((name, command) -> line.addSubcommand(name, command));
        return line.setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(StarPunk::tellUsage)
                .setExecutionExceptionHandler((thrown, command, parsed) -> root.tell(thrown, command.getErr()));
    }

    /** A bare call asks what there is. */
    @Override
    public void run() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
    }

    private static int tellUsage(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        String message = Objects.toString(wrong.getMessage(), "wrong command line")
                .lines()
                .findFirst()
                .orElse("");
        String hint = "See: " + command.getCommandSpec().qualifiedName() + " --help";
        if (wrong instanceof UnmatchedArgumentException unmatched) {
            message = "there is no '" + unmatched.getUnmatched().get(0) + "'";
            List<String> suggestions = unmatched.getSuggestions();
            hint = suggestions.isEmpty() ? hint : "Did you mean " + suggestions.get(0) + "?";
        }
        err.println("starpunk: " + message);
        err.println("  " + hint);
        err.flush();
        return ExitCode.USAGE;
    }

    private int tell(Exception thrown, PrintWriter err) {
        int exitCode = ExitCode.FAILURE;
        if (thrown instanceof CommandFailure failure) {
            err.println("starpunk: " + failure.getMessage() + ".");
            err.println("  Fix: " + failure.cure());
            exitCode = failure.exitCode();
        } else if (thrown instanceof ConfigurationException) {
            err.println("starpunk: " + thrown.getMessage());
            exitCode = ExitCode.CONFIGURATION;
        } else {
            err.println("starpunk: unexpected: " + thrown);
            err.println("  Fix: run it again with --debug, and report what it prints");
        }
        if (debug) {
            thrown.printStackTrace(err);
        }
        err.flush();
        return exitCode;
    }
}
