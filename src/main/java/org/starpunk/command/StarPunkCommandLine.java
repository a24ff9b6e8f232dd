package org.starpunk.command;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.starpunk.config.ConfigurationException;
import org.starpunk.config.SpellingSuggestion;
import org.starpunk.note.DiskErrorMeaning;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: commands, common options and error output. */
@Command(
        name = "starpunk",
        description = "A self-hosted IndieWeb notes server with a performance monitor built in.",
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = VersionCommand.Provider.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:success",
            " 1:failure at run time",
            " 2:wrong command line",
            "65:database unusable, corrupt, or newer than this program",
            "78:wrong configuration"
        },
        footer = {"", "starpunk COMMAND --help describes a command."})
public final class StarPunkCommandLine implements Runnable {

    /** Commands by name, in the order of the help. */
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

    /** Names of the same commands in other programs. */
    private static final Map<String, String> SYNONYMS = Map.of(
            "start", "serve",
            "run", "serve",
            "up", "serve",
            "server", "serve",
            "password", "passwd",
            "check", "doctor",
            "status", "health");

    private static final Set<String> STOP = Set.of("stop", "down", "quit", "shutdown");

    /** Commands that overwrite or revoke something. */
    private static final Set<String> OVERWRITING = Set.of("restore", "import", "migrate", "passwd", "reindex", "token");

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

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Print the stack trace of an error.")
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
        if (arguments.length > 0 && arguments[0].equals("help")) {
            return arguments.length == 1 ? run("--help") : run(arguments[1], "--help");
        }
        String name = arguments.length == 0 ? "" : arguments[0];
        Class<?> named = COMMANDS.get(name);
        return commandLine(named == null ? COMMANDS : Map.of(name, named)).execute(arguments);
    }

    /**
     * Runs {@code starpunk serve} without options, as a service does. There is nothing to parse, so the parser is
     * loaded only for an error.
     */
    private static int serve() {
        ServeCommand serve = new ServeCommand();
        serve.options = new ConfigurationOptions();
        try {
            return serve.call();
        } catch (Exception e) {
            StarPunkCommandLine root = new StarPunkCommandLine();
            return root.printError(e, new CommandLine(root).getErr());
        }
    }

    /** Returns the command line with every command. */
    static CommandLine commandLine() {
        return commandLine(COMMANDS);
    }

    /**
     * Returns a command line with some commands. Reading the annotations of all commands takes a quarter of the start
     * time, and the named command needs only its own.
     */
    private static CommandLine commandLine(Map<String, Class<?>> commands) {
        StarPunkCommandLine root = new StarPunkCommandLine();
        CommandLine line = new CommandLine(root);
        commands.forEach((name, command) -> line.addSubcommand(name, command));
        return line.setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(StarPunkCommandLine::printUsageError)
                .setExecutionExceptionHandler((thrown, command, parsed) -> root.printError(thrown, command.getErr()));
    }

    /** Prints the help if no command is given. */
    @Override
    public void run() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
    }

    private static int printUsageError(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        String message = Objects.toString(wrong.getMessage(), "wrong command line")
                .lines()
                .findFirst()
                .orElse("");
        String hint = "See: " + command.getCommandSpec().qualifiedName() + " --help";
        if (wrong instanceof UnmatchedArgumentException unmatched) {
            String unknown = unmatched.getUnmatched().get(0);
            message = "there is no '" + unknown + "'";
            boolean isCommand = command.getCommandSpec().parent() == null && !unknown.startsWith("-");
            List<String> suggestions = isCommand ? List.of() : unmatched.getSuggestions();
            hint = isCommand ? suggestion(unknown, hint) : hint;
            hint = suggestions.isEmpty() ? hint : "Did you mean " + suggestions.get(0) + "?";
        }
        err.println("starpunk: " + message);
        err.println("  " + hint);
        err.flush();
        return ExitCode.USAGE;
    }

    /**
     * Returns the hint for an unknown command. A command that overwrites data is suggested only for a single wrong
     * character.
     */
    private static String suggestion(String unknown, String help) {
        if (STOP.contains(unknown)) {
            return "Stop the site with Ctrl+C in its terminal, or as its service: systemctl stop starpunk";
        }
        String synonym = SYNONYMS.get(unknown);
        if (synonym != null) {
            return "Did you mean " + synonym + "?";
        }
        return COMMANDS.keySet().stream()
                .filter(name -> SpellingSuggestion.distance(unknown, name) <= (OVERWRITING.contains(name) ? 1 : 2))
                .min(Comparator.comparingInt(name -> SpellingSuggestion.distance(unknown, name)))
                .map(name -> "Did you mean " + name + "?")
                .orElse(help);
    }

    private int printError(Exception thrown, PrintWriter err) {
        int exitCode = ExitCode.FAILURE;
        if (thrown instanceof CommandException failure) {
            err.println("starpunk: " + failure.getMessage() + ".");
            err.println("  Fix: " + failure.cure());
            exitCode = failure.exitCode();
        } else if (thrown instanceof ConfigurationException) {
            err.println("starpunk: " + thrown.getMessage());
            exitCode = ExitCode.CONFIGURATION;
        } else if (!DiskErrorMeaning.reason(thrown).isEmpty()) {
            err.println("starpunk: " + DiskErrorMeaning.reason(thrown) + " (" + thrown.getMessage() + ").");
            err.println("  Fix: free some space or repair the disk, and run it again");
        } else {
            err.println("starpunk: unexpected: " + thrown);
            err.println("  Fix: run it again with --debug, and report the output");
        }
        if (debug) {
            thrown.printStackTrace(err);
        }
        err.flush();
        return exitCode;
    }
}
