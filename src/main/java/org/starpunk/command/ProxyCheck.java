package org.starpunk.command;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.starpunk.config.Settings;
import org.starpunk.server.RequestEchoHandler;

/**
 * Checks of the proxy. Sends a request to the site's public address, as a visitor does. The response contains how the
 * server received it: peer address, forwarded headers, and the values derived from them.
 */
final class ProxyCheck {

    /** Forged client address for the probe (RFC 5737, TEST-NET). */
    private static final String FORGED = "192.0.2.1";

    private static final String DOCS = "docs/how-to/behind-a-proxy.md";

    private final Settings settings;
    private final HttpClient client;
    private final URI base;
    private final List<CheckResult> findings = new ArrayList<>();

    /** @param base public address of the site */
    ProxyCheck(Settings settings, HttpClient client, String base) {
        this.settings = settings;
        this.client = client;
        this.base = URI.create(base);
    }

    /** @param page response for the home page at the public address */
    List<CheckResult> run(HttpResponse<String> page, Duration timeout) {
        List<String> lost = new ArrayList<>();
        for (String header : List.of("X-Request-ID", "Content-Security-Policy", "ETag")) {
            if (page.headers().firstValue(header).isEmpty()) {
                lost.add(header);
            }
        }
        if (!lost.isEmpty()) {
            warn("on the way " + String.join(", ", lost) + " is lost", "let the proxy pass the site's headers on");
        }
        try (DoctorKey key = new DoctorKey(settings.dataDir())) {
            JsonObject seen = fetchEcho(key.secret(), timeout);
            if (isDirect(seen)) {
                findings.add(CheckResult.ok("proxy", "none"));
            } else {
                headers(seen);
            }
        } catch (IOException e) {
            warn(
                    "the site did not say how the question arrived: " + IoErrorMessages.of(e),
                    "run the doctor as the site's user, with its data directory, and see that the proxy lets /health"
                            + " through");
        }
        return findings;
    }

    private JsonObject fetchEcho(String secret, Duration timeout) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(base.resolve("/health?" + RequestEchoHandler.PARAMETER))
                .timeout(timeout)
                .header("Authorization", "Bearer " + secret)
                .header("X-Forwarded-For", FORGED)
                .build();
        try {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("it answered " + answer.statusCode());
            }
            return new JsonObject(answer.body());
        } catch (DecodeException e) {
            throw new IOException("it answered no JSON", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /**
     * Returns whether there is no proxy: the peer is this machine, and the port and scheme are those that the site
     * listens on.
     */
    private boolean isDirect(JsonObject seen) {
        boolean tls = "https".equals(base.getScheme());
        int port = base.getPort() > 0 ? base.getPort() : tls ? 443 : 80;
        return port == URI.create(RunningServerFile.url(settings)).getPort()
                && tls == (settings.tls() != null)
                && LocalServerClient.isOfThisMachine(seen.getString("peer", ""));
    }

    private void headers(JsonObject seen) {
        String peer = seen.getString("peer", "");
        if (!seen.getBoolean("peer_trusted", false)) {
            warn(
                    "a proxy stands before the site, at " + peer
                            + ", and is not trusted: all visitors look like one to the limits on logins",
                    "set STARPUNK_TRUSTED_PROXIES=" + peer);
            return;
        }
        JsonObject headers = seen.getJsonObject("headers", new JsonObject());
        String says = headers.getString("X-Forwarded-For");
        if (FORGED.equals(says)) {
            findings.add(CheckResult.fail(
                    "proxy",
                    "the proxy at " + peer + " is trusted, and passes on what visitors say of themselves: "
                            + "who guesses passwords can be a new address each time",
                    "let it set the header: proxy_set_header X-Forwarded-For $remote_addr; (" + DOCS + ")"));
        } else if (says == null && !headers.containsKey("Forwarded")) {
            warn(
                    "the proxy at " + peer
                            + " does not say who asks: all visitors look like one to the limits on logins",
                    "let it set the header: proxy_set_header X-Forwarded-For $remote_addr; (" + DOCS + ")");
        }
        if (!seen.getString("scheme", "").equals(base.getScheme())) {
            warn(
                    "the site is asked by " + seen.getString("scheme") + ", it seems to it, and not by "
                            + base.getScheme(),
                    "let the proxy say so: proxy_set_header X-Forwarded-Proto $scheme; (" + DOCS + ")");
        }
        if (!seen.getString("host", "").equals(base.getAuthority())) {
            warn(
                    "the site is asked for " + seen.getString("host") + ", it seems to it, and not for "
                            + base.getAuthority(),
                    "let the proxy pass it on: proxy_set_header Host $http_host; (" + DOCS + ")");
        }
        if (findings.isEmpty()) {
            findings.add(CheckResult.ok(
                    "proxy",
                    "the one at %s is trusted; the site sees that %s asks, by %s, for %s"
                            .formatted(
                                    peer, seen.getString("client"), seen.getString("scheme"), seen.getString("host"))));
        }
    }

    private void warn(String text, String cure) {
        findings.add(CheckResult.warning("proxy", text, cure));
    }
}
