package org.starpunk.command;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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

    @Option(names = "--json", description = "Write JSON.")
    boolean json;

    @Override
    public Integer call() {
        URI address = address();
        HttpResponse<String> response;
        try {
            response = ask(address, true);
        } catch (CommandFailure e) {
            tell(address, "unreachable", null);
            throw e;
        }
        if (response.statusCode() == 200) {
            tell(address, "up", 200);
            return ExitCode.OK;
        }
        tell(address, "down", response.statusCode());
        throw new CommandFailure(
                ExitCode.FAILURE,
                address + " answered " + response.statusCode(),
                "look at the server's log, or run starpunk doctor");
    }

    /** A script reads the same from JSON whatever the site is like; a person reads of a failure elsewhere. */
    private void tell(URI address, String status, @Nullable Integer answered) {
        if (json) {
            System.out.println(new JsonObject()
                    .put("status", status)
                    .put("url", address.toString())
                    .put("http_status", answered)
                    .encodePrettily());
        } else if (status.equals("up")) {
            System.out.println("well: " + address);
        }
    }

    private URI address() {
        String base = url != null
                ? url
                : ListenAddress.url(Objects.requireNonNull(options).settings());
        try {
            URI address = URI.create(base.replaceFirst("/+$", "") + "/health");
            if (address.getHost() == null) {
                throw new IllegalArgumentException("it names no host");
            }
            return address;
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, base + " is no address", "write http://host:port").causedBy(e);
        }
    }

    /** Asks, and asks once more when nothing comes back: at a start, the very first connection can be lost. */
    private static HttpResponse<String> ask(URI address, boolean again) {
        HttpClient client = OwnAddress.client(address, PATIENCE);
        try {
            return client.send(HttpRequest.newBuilder(address).timeout(PATIENCE).build(), BodyHandlers.ofString());
        } catch (SSLException e) {
            throw new CommandFailure(
                            ExitCode.FAILURE,
                            "the certificate at " + address + " is not trusted: " + e.getMessage(),
                            "renew it, or leave the address away to ask this machine's own site")
                    .causedBy(e);
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
