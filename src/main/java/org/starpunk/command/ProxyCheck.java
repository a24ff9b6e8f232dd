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
 * Checks the proxy by a request to the site's public address. The response describes how the server received the
 * request: peer address, forwarded headers, and the values derived from them.
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
            warn(
                    "the proxy removes the headers " + String.join(", ", lost),
                    "configure the proxy to pass the site's headers");
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
                    "run the doctor as the site's user, with its data directory, and check that the proxy passes /health"
                            + " to the site");
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
                throw new IOException("status " + answer.statusCode());
            }
            return new JsonObject(answer.body());
        } catch (DecodeException e) {
            throw new IOException("the response is not JSON", e);
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
                    "a proxy in front of the site, at " + peer
                            + ", is not trusted: login limits treat all visitors as one",
                    "set STARPUNK_TRUSTED_PROXIES=" + peer);
            return;
        }
        JsonObject headers = seen.getJsonObject("headers", new JsonObject());
        String says = headers.getString("X-Forwarded-For");
        if (FORGED.equals(says)) {
            findings.add(CheckResult.fail(
                    "proxy",
                    "the proxy at " + peer + " is trusted and passes X-Forwarded-For headers of visitors: "
                            + "an attacker can forge a new address for each password guess",
                    "configure it to set the header: proxy_set_header X-Forwarded-For $remote_addr; (" + DOCS + ")"));
        } else if (says == null && !headers.containsKey("Forwarded")) {
            warn(
                    "the proxy at " + peer
                            + " does not send the visitor's address: login limits treat all visitors as one",
                    "configure it to set the header: proxy_set_header X-Forwarded-For $remote_addr; (" + DOCS + ")");
        }
        if (!seen.getString("scheme", "").equals(base.getScheme())) {
            warn(
                    "the site receives requests with the scheme " + seen.getString("scheme") + " instead of "
                            + base.getScheme(),
                    "configure the proxy to send it: proxy_set_header X-Forwarded-Proto $scheme; (" + DOCS + ")");
        }
        if (!seen.getString("host", "").equals(base.getAuthority())) {
            warn(
                    "the site receives requests for the host " + seen.getString("host") + " instead of "
                            + base.getAuthority(),
                    "configure the proxy to pass it: proxy_set_header Host $http_host; (" + DOCS + ")");
        }
        if (findings.isEmpty()) {
            findings.add(CheckResult.ok(
                    "proxy",
                    "the proxy at %s is trusted; the site sees requests of %s, with %s, for %s"
                            .formatted(
                                    peer, seen.getString("client"), seen.getString("scheme"), seen.getString("host"))));
        }
    }

    private void warn(String text, String cure) {
        findings.add(CheckResult.warning("proxy", text, cure));
    }
}
