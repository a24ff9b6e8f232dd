package org.starpunk.command;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.SSLException;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.starpunk.config.Settings;

/** Checks the site from the outside: port, public address, proxy, discovery links. */
final class WebCheck {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final List<String> RELS =
            List.of("micropub", "authorization_endpoint", "token_endpoint", "indieauth-metadata");

    private final Settings settings;
    private final String here;
    private final HttpClient client;
    private final HttpClient outside;
    private final List<CheckResult> findings = new ArrayList<>();

    private WebCheck(Settings settings) {
        this.settings = settings;
        this.here = RunningServerFile.url(settings);
        this.client = LocalServerClient.client(URI.create(here), TIMEOUT);
        // The public address is checked with the certificate rules of visitors.
        this.outside = LocalServerClient.strictClient(TIMEOUT);
    }

    static List<CheckResult> run(Settings settings) {
        WebCheck checkup = new WebCheck(settings);
        checkup.run();
        return checkup.findings;
    }

    private void run() {
        Optional<HttpResponse<String>> health = get(client, here + "/health");
        if (health.isEmpty()) {
            notRunning();
            return;
        }
        if (health.get().headers().firstValue("X-Request-ID").isEmpty()) {
            findings.add(CheckResult.fail(
                    "port",
                    "another program listens at " + here,
                    "stop it (ss -ltnp 'sport = :" + URI.create(here).getPort() + "'), or set STARPUNK_LISTEN"));
            return;
        }
        if (health.get().statusCode() != 200) {
            findings.add(CheckResult.fail(
                    "port",
                    "the site at " + here + " answers " + health.get().statusCode(),
                    "read its log: journalctl -u starpunk"));
            return;
        }
        findings.add(CheckResult.ok("port", "the site is healthy at " + here));
        Optional<Document> home = get(client, here + "/").map(page -> Jsoup.parse(page.body(), here + "/"));
        home.ifPresent(this::fromOutside);
    }

    private void notRunning() {
        try {
            ListenAddress.checkFree(settings);
            findings.add(CheckResult.warning(
                    "port",
                    ListenAddress.text(settings)
                            + " is free: the site is not running, so its public address was not checked",
                    "start it, and run the doctor again: starpunk serve"));
        } catch (CommandException e) {
            findings.add(CheckResult.fail("port", String.valueOf(e.getMessage()), e.cure()));
        }
    }

    private void fromOutside(Document home) {
        Map<String, String> links = links(home);
        String base = Optional.ofNullable(settings.baseUrl()).orElseGet(() -> baseOf(links));
        if (base.isEmpty()) {
            findings.add(CheckResult.warning(
                    "base url", "the site is not set up yet", "open its setup link: starpunk setup-link"));
            return;
        }
        HttpResponse<String> page;
        try {
            page = outside.send(request(base + "/"), BodyHandlers.ofString());
        } catch (IOException e) {
            findings.add(unreachable(base, e));
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        page.sslSession().ifPresent(session -> findings.add(CertificateCheck.run(base, session)));
        if (baseIsRight(base, page, links)) {
            findings.addAll(new ProxyCheck(settings, outside, base).run(page, TIMEOUT));
            discovery(base, links);
        }
    }

    private boolean baseIsRight(String base, HttpResponse<String> page, Map<String, String> links) {
        if (page.statusCode() / 100 == 3) {
            findings.add(CheckResult.fail(
                    "base url",
                    base + " redirects to "
                            + page.headers().firstValue("Location").orElse("another address"),
                    "set STARPUNK_BASE_URL to the target: logins and apps compare the address exactly"));
            return false;
        }
        if (page.statusCode() != 200) {
            findings.add(CheckResult.fail(
                    "base url",
                    base + " answers " + page.statusCode(),
                    "configure the proxy to forward all requests to " + here));
            return false;
        }
        if (!links(Jsoup.parse(page.body(), base + "/")).equals(links)) {
            findings.add(CheckResult.fail(
                    "base url",
                    base + " serves another site",
                    "correct STARPUNK_BASE_URL, or the DNS records of the name"));
            return false;
        }
        boolean open = base.startsWith("http://") && !isLoopback(base);
        findings.add(
                open
                        ? CheckResult.warning(
                                "base url",
                                base + " is this site, but without TLS: passwords and tokens can be intercepted",
                                "put a proxy with a certificate in front of it, and set STARPUNK_BASE_URL to https://…")
                        : CheckResult.ok("base url", base + " is this site"));
        return true;
    }

    private static CheckResult unreachable(String base, IOException e) {
        if (e instanceof SSLException) {
            return CertificateCheck.refused(base, e);
        }
        if (hasNoAddress(e)) {
            return CheckResult.fail(
                    "base url", "the name of " + base + " does not resolve here", "set its A and AAAA records");
        }
        String why = e instanceof ConnectException ? "the connection is refused" : IoErrorMessages.of(e);
        return CheckResult.fail(
                "base url",
                base + " cannot be reached from here: " + why,
                "start the proxy, and open the firewall for its port");
    }

    private static boolean hasNoAddress(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
                return true;
            }
        }
        return false;
    }

    private void discovery(String base, Map<String, String> links) {
        List<String> wrong = new ArrayList<>();
        for (String rel : RELS) {
            String link = links.getOrDefault(rel, "");
            if (!link.startsWith(base + "/")) {
                wrong.add(rel + (link.isEmpty() ? " is missing" : " is " + link));
            }
        }
        String metadata = get(outside, links.getOrDefault("indieauth-metadata", base))
                .map(HttpResponse::body)
                .orElse("");
        if (wrong.isEmpty() && !issuer(metadata).startsWith(base)) {
            wrong.add("the metadata contain the issuer '" + issuer(metadata) + "'");
        }
        findings.add(
                wrong.isEmpty()
                        ? CheckResult.ok("discovery", "apps find Micropub and IndieAuth at " + base)
                        : CheckResult.fail(
                                "discovery",
                                "apps cannot log in: " + String.join("; ", wrong),
                                "set STARPUNK_BASE_URL to the address by which the site is reached"));
    }

    private static String issuer(String metadata) {
        try {
            return new JsonObject(metadata).getString("issuer", "");
        } catch (DecodeException | ClassCastException e) {
            return "";
        }
    }

    private static Map<String, String> links(Document home) {
        Map<String, String> links = new TreeMap<>();
        for (String rel : RELS) {
            home.select("link[rel=" + rel + "]").stream()
                    .findFirst()
                    .ifPresent(link -> links.put(rel, link.absUrl("href")));
        }
        return links;
    }

    private static String baseOf(Map<String, String> links) {
        String micropub = links.getOrDefault("micropub", "");
        return micropub.endsWith("/micropub") ? micropub.substring(0, micropub.length() - "/micropub".length()) : "";
    }

    private static boolean isLoopback(String base) {
        try {
            return InetAddress.getByName(URI.create(base).getHost()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static Optional<HttpResponse<String>> get(HttpClient client, String url) {
        try {
            return Optional.of(client.send(request(url), BodyHandlers.ofString()));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static HttpRequest request(String url) {
        return HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).build();
    }
}
