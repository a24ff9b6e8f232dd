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
import org.starpunk.identity.PasskeyRepository;
import org.starpunk.identity.PasswordHasher;
import org.starpunk.identity.PasswordRules;
import org.starpunk.identity.Profile;
import org.starpunk.identity.TokenRepository;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code starpunk passwd}. */
@Command(name = "passwd", description = "Set a new password for the author and end every login.")
final class PasswdCommand implements Callable<Integer> {

    @Mixin
    @Nullable
    ConfigurationOptions options;

    @Option(names = "--stdin", description = "Read the password from standard input: one line.")
    boolean fromStandardInput;

    @Option(names = "--remove-passkeys", description = "Also remove all passkeys, in case someone else has added one.")
    boolean removePasskeys;

    @Option(
            names = "--revoke-tokens",
            description = "Also revoke the tokens of all apps, in case someone else has approved one.")
    boolean revokeTokens;

    @Override
    public Integer call() throws IOException {
        try (OfflineSite site = OfflineSite.open(Objects.requireNonNull(options).settings())) {
            Profile profile = site.account().profile();
            if (!profile.isSet()) {
                throw new CommandException(
                        ExitCode.FAILURE, "the site is not set up yet", "open the setup link (starpunk setup-link)");
            }
            String password = fromStandardInput ? lineOfInput() : askTwice();
            Optional<String> problem =
                    PasswordRules.problem(password, List.of(profile.siteName(), profile.authorName()));
            if (problem.isPresent()) {
                throw new CommandException(ExitCode.FAILURE, "the password was not changed", problem.get());
            }
            BlockingFutures.await(site.account().changePassword(PasswordHasher.hash(password)));
            System.out.println("The password is changed, and every login has ended." + passkeys(site.passkeys())
                    + tokens(site.tokens()));
        }
        return ExitCode.OK;
    }

    private String passkeys(PasskeyRepository passkeys) {
        List<Passkey> there = BlockingFutures.await(passkeys.list());
        if (there.isEmpty()) {
            return "";
        }
        if (!removePasskeys) {
            return " " + count(there) + " still valid: --remove-passkeys removes all.";
        }
        for (Passkey passkey : there) {
            boolean unused = BlockingFutures.await(passkeys.remove(passkey.id()));
        }
        return " " + count(there) + " removed.";
    }

    private String tokens(TokenRepository tokens) {
        if (revokeTokens) {
            int revoked = BlockingFutures.await(tokens.revokeAll());
            return revoked == 0
                    ? ""
                    : " " + revoked + (revoked == 1 ? " token of an app is" : " tokens of apps are") + " revoked.";
        }
        int valid = BlockingFutures.await(tokens.list()).size();
        return valid == 0
                ? ""
                : " " + valid + (valid == 1 ? " token of an app is" : " tokens of apps are")
                        + " still valid: --revoke-tokens revokes all.";
    }

    private static String count(List<Passkey> passkeys) {
        return passkeys.size() == 1 ? "1 passkey is" : passkeys.size() + " passkeys are";
    }

    private static String lineOfInput() throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        return Objects.toString(input.readLine(), "");
    }

    // From JDK 22 on, the console is never null; reading from it then fails the same way.
    @SuppressWarnings("SystemConsoleNull")
    private static String askTwice() {
        Console console = System.console();
        if (console == null) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "the password cannot be read, because there is no terminal",
                    "pass it on standard input: starpunk passwd --stdin");
        }
        char[] first = console.readPassword("New password: ");
        char[] second = console.readPassword("Repeat it: ");
        if (first == null || second == null || !new String(first).equals(new String(second))) {
            throw new CommandException(ExitCode.FAILURE, "the two passwords differ", "try again");
        }
        return new String(first);
    }
}
