package org.starpunk.command;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code starpunk health}: for a container's health check, and for scripts. */
@Command(name = "health", description = "Ask a running site whether it is well; exit code 0 when it is.")
final class HealthCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Mixin
    @Nullable
    ConfigurationOptions options;

    @Parameters(
            arity = "0..1",
            paramLabel = "URL",
            description = "The site's address; without it, the one that the configuration makes it listen on.")
    @Nullable
    String url;

    @Override
    public Integer call() {
        URI address = address();
        HttpResponse<String> response = ask(address, true);
        if (response.statusCode() == 200) {
            System.out.println("well: " + address);
            return ExitCode.OK;
        }
        throw new CommandFailure(
                ExitCode.FAILURE,
                address + " answered " + response.statusCode(),
                "look at the server's log, or run starpunk doctor");
    }

    private URI address() {
        String base = url != null
                ? url
                : ListenAddress.url(Objects.requireNonNull(options).settings());
        try {
            return URI.create(base.replaceFirst("/+$", "") + "/health");
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, base + " is no address", "write http://host:port").causedBy(e);
        }
    }

    /** Asks, and asks once more when nothing comes back: at a start, the very first connection can be lost. */
    private static HttpResponse<String> ask(URI address, boolean again) {
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build();
        try {
            return client.send(HttpRequest.newBuilder(address).timeout(PATIENCE).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            if (again) {
                return ask(address, false);
            }
            throw unreachable(address).causedBy(e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, address + " is no address", "write http://host:port").causedBy(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(address).causedBy(e);
        }
    }

    private static CommandFailure unreachable(URI address) {
        return new CommandFailure(
                ExitCode.FAILURE,
                "nothing answers at " + address,
                "start the site (starpunk serve), or name its address");
    }
}
