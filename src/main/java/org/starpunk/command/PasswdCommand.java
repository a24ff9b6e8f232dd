package org.starpunk.command;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Passkey;
import org.starpunk.identity.Passkeys;
import org.starpunk.identity.PasswordRules;
import org.starpunk.identity.Passwords;
import org.starpunk.identity.Profile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code starpunk passwd}. */
@Command(name = "passwd", description = "Set a new password for the author, and end every login.")
final class PasswdCommand implements Callable<Integer> {

    @Mixin
    @Nullable
    ConfigurationOptions options;

    @Option(names = "--stdin", description = "Read the password from standard input: one line.")
    boolean fromStandardInput;

    @Option(
            names = "--remove-passkeys",
            description = "Remove all passkeys, too: when someone else may have added one.")
    boolean removePasskeys;

    @Override
    public Integer call() throws IOException {
        try (StoppedSite site = StoppedSite.open(Objects.requireNonNull(options).settings())) {
            Profile profile = site.account().profile();
            if (!profile.isSet()) {
                throw new CommandFailure(
                        ExitCode.FAILURE, "the site is not set up yet", "open the setup link (starpunk setup-link)");
            }
            String password = fromStandardInput ? lineOfInput() : askTwice();
            Optional<String> problem =
                    PasswordRules.problem(password, List.of(profile.siteName(), profile.authorName()));
            if (problem.isPresent()) {
                throw new CommandFailure(ExitCode.FAILURE, "the password was not changed", problem.get());
            }
            Waiting.on(site.account().changePassword(Passwords.hash(password)));
            System.out.println("The password is changed, and every login has ended." + passkeys(site.passkeys()));
        }
        return ExitCode.OK;
    }

    private String passkeys(Passkeys passkeys) {
        List<Passkey> there = Waiting.on(passkeys.list());
        if (there.isEmpty()) {
            return "";
        }
        if (!removePasskeys) {
            return " " + count(there) + " still good for a login: --remove-passkeys removes all.";
        }
        for (Passkey passkey : there) {
            boolean unused = Waiting.on(passkeys.remove(passkey.id()));
        }
        return " " + count(there) + " removed.";
    }

    private static String count(List<Passkey> passkeys) {
        return passkeys.size() == 1 ? "1 passkey is" : passkeys.size() + " passkeys are";
    }

    private static String lineOfInput() throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        return Objects.toString(input.readLine(), "");
    }

    @SuppressWarnings("SystemConsoleNull") // from JDK 22 on there is always one; asking it then fails the same way
    private static String askTwice() {
        Console console = System.console();
        if (console == null) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "there is no terminal to ask for the password",
                    "pipe it in: starpunk passwd --stdin");
        }
        char[] first = console.readPassword("New password: ");
        char[] second = console.readPassword("Once more: ");
        if (first == null || second == null || !new String(first).equals(new String(second))) {
            throw new CommandFailure(ExitCode.FAILURE, "the two passwords differ", "try again");
        }
        return new String(first);
    }
}
