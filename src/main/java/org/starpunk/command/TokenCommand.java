package org.starpunk.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;
import org.starpunk.identity.Token;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code starpunk token create}, {@code list}, {@code revoke}. */
@Command(name = "token", description = "Create, list and revoke tokens of apps.")
final class TokenCommand implements Runnable {

    private static final int MAX_NAME = 200;
    private static final List<String> ALLOWED =
            Stream.concat(Scopes.MICROPUB.stream(), Stream.of(Scopes.METRICS)).toList();

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public void run() {
        CommandSpec command = Objects.requireNonNull(spec);
        throw new ParameterException(
                command.commandLine(), "Add a subcommand: token create, token list, or token revoke");
    }

    @Command(
            name = "create",
            description = "Create a token for a script or an app, and print it. It is shown only once.")
    int create(
            @Mixin ConfigurationOptions options,
            @Parameters(paramLabel = "NAME", description = "A name for the list of tokens.") String name,
            @Option(
                            names = "--scope",
                            split = ",",
                            defaultValue = "create,update,delete,undelete,media",
                            paramLabel = "SCOPE",
                            description = "Scopes of the token, separated by commas; by default all scopes of Micropub:"
                                    + " ${DEFAULT-VALUE}. 'metrics' permits reading the monitor's metrics.")
                    List<String> scopes,
            @Option(
                            names = "--days",
                            paramLabel = "DAYS",
                            description = "The lifetime in days; by default the token does not expire.")
                    @Nullable
                    Integer days,
            @Option(names = "--json", description = "Write the result as JSON.") boolean json) {
        check(name, scopes, days);
        String secret = SecretTokens.create();
        Instant now = Instant.now();
        NewToken wanted = new NewToken(
                SecretTokens.hash(secret),
                name.strip(),
                Scopes.of(scopes),
                now,
                days == null ? null : now.plus(Duration.ofDays(days)),
                null);
        try (OfflineSite site = OfflineSite.open(options.settings())) {
            Token made = BlockingFutures.await(site.tokens().issue(wanted)).orElseThrow();
            System.out.println(json ? asJson(made).put("token", secret).encodePrettily() : secret);
        }
        return ExitCode.OK;
    }

    private void check(String name, List<String> scopes, @Nullable Integer days) {
        CommandSpec command = Objects.requireNonNull(spec);
        if (name.isBlank() || name.length() > MAX_NAME) {
            throw new ParameterException(command.commandLine(), "a token's name has 1 to " + MAX_NAME + " characters");
        }
        for (String scope : scopes) {
            if (!ALLOWED.contains(scope)) {
                throw new ParameterException(
                        command.commandLine(),
                        "there is no scope '" + scope + "'; allowed: " + String.join(", ", ALLOWED));
            }
        }
        if (days != null && (days < 1 || days > 3650)) {
            throw new ParameterException(command.commandLine(), "a token is valid for 1 to 3650 days, not " + days);
        }
    }

    @Command(name = "list", description = "List the valid tokens.")
    int list(
            @Mixin ConfigurationOptions options,
            @Option(names = "--json", description = "Write the result as JSON.") boolean json) {
        List<Token> tokens;
        try (OfflineSite site = OfflineSite.open(options.settings())) {
            tokens = BlockingFutures.await(site.tokens().list());
        }
        if (json) {
            JsonArray rows = new JsonArray();
            tokens.forEach(token -> rows.add(asJson(token)));
            System.out.println(rows.encodePrettily());
        } else if (tokens.isEmpty()) {
            System.out.println("No app has a token. Create one: starpunk token create NAME");
        } else {
            System.out.printf("%5s  %-40s %-36s %-20s %s%n", "id", "for", "scopes", "ends", "last used");
            tokens.forEach(token -> System.out.printf(
                    "%5d  %-40s %-36s %-20s %s%n",
                    token.id(),
                    token.clientId(),
                    token.scopes(),
                    text(token.expires(), "never"),
                    text(token.lastUsed(), "never")));
        }
        return ExitCode.OK;
    }

    @Command(name = "revoke", description = "Revoke a token immediately.")
    int revoke(
            @Mixin ConfigurationOptions options,
            @Parameters(paramLabel = "ID", description = "The id of the token in the list.") long id,
            @Option(names = "--json", description = "Write the result as JSON.") boolean json) {
        try (OfflineSite site = OfflineSite.open(options.settings())) {
            if (!BlockingFutures.await(site.tokens().revoke(id))) {
                throw new CommandException(
                        ExitCode.FAILURE, "there is no valid token " + id, "see the list: starpunk token list");
            }
        }
        System.out.println(
                json
                        ? new JsonObject().put("id", id).put("revoked", true).encodePrettily()
                        : "Token " + id + " was revoked.");
        return ExitCode.OK;
    }

    private static JsonObject asJson(Token token) {
        return new JsonObject()
                .put("id", token.id())
                .put("for", token.clientId())
                .put("scopes", token.scopes().toString())
                .put("created", token.created().toString())
                .put("expires", text(token.expires(), null))
                .put("last_used", text(token.lastUsed(), null));
    }

    private static @Nullable String text(@Nullable Instant instant, @Nullable String otherwise) {
        return instant == null
                ? otherwise
                : instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
