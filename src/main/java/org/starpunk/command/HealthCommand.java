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

/** {@code starpunk health}, for health checks of containers and for scripts. */
@Command(name = "health", description = "Check a running site. The exit code is 0 if it is healthy.")
final class HealthCommand implements Callable<Integer> {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    @Mixin
    @Nullable
    ConfigurationOptions options;

    @Parameters(
            arity = "0..1",
            paramLabel = "URL",
            description = "The site's address; by default, the address of the running site on this machine.")
    @Nullable
    String url;

    @Option(names = "--json", description = "Write the result as JSON.")
    boolean json;

    @Override
    public Integer call() {
        URI address = address();
        HttpResponse<String> response;
        try {
            response = fetch(address, true);
        } catch (CommandException e) {
            print(address, "unreachable", null);
            throw e;
        }
        if (response.statusCode() == 200) {
            print(address, response.body().contains("\"disk\":\"full\"") ? "degraded" : "up", 200);
            return ExitCode.OK;
        }
        print(address, "down", response.statusCode());
        throw new CommandException(
                ExitCode.FAILURE,
                address + " answered " + response.statusCode(),
                "look at the server's log, or run starpunk doctor");
    }

    /**
     * Prints the status. JSON has the same form for every status; as text, a failure is printed by the error handler.
     */
    private void print(URI address, String status, @Nullable Integer answered) {
        if (json) {
            System.out.println(new JsonObject()
                    .put("status", status)
                    .put("url", address.toString())
                    .put("http_status", answered)
                    .encodePrettily());
        } else if (status.equals("up")) {
            System.out.println("healthy: " + address);
        } else if (status.equals("degraded")) {
            System.out.println("pages are served, but nothing can be saved because the disk is full: " + address);
        }
    }

    private URI address() {
        String base = url != null
                ? url
                : RunningServerFile.url(Objects.requireNonNull(options).settings());
        try {
            URI address = URI.create(base.replaceFirst("/+$", "") + "/health");
            if (address.getHost() == null) {
                throw new IllegalArgumentException("it has no host");
            }
            return address;
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, base + " is not a valid address", "write http://host:port")
                    .causedBy(e);
        }
    }

    /**
     * Sends the request, and repeats it once after an I/O error, because the first connection during a start can be
     * lost.
     */
    private static HttpResponse<String> fetch(URI address, boolean again) {
        HttpClient client = LocalServerClient.client(address, TIMEOUT);
        try {
            return client.send(HttpRequest.newBuilder(address).timeout(TIMEOUT).build(), BodyHandlers.ofString());
        } catch (SSLException e) {
            throw new CommandException(
                            ExitCode.FAILURE,
                            "the certificate at " + address + " is not trusted: " + e.getMessage(),
                            "renew it, or omit the address to check the site on this machine")
                    .causedBy(e);
        } catch (IOException e) {
            if (again) {
                return fetch(address, false);
            }
            throw unreachable(address).causedBy(e);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, address + " is not a valid address", "write http://host:port")
                    .causedBy(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(address).causedBy(e);
        }
    }

    private static CommandException unreachable(URI address) {
        return new CommandException(
                ExitCode.FAILURE,
                "there is no response from " + address,
                "start the site (starpunk serve), or add its address to the command");
    }
}
