package org.starpunk.journey;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A browser without scripts: sends requests, stores cookies, and submits forms. */
public abstract class SiteClient {

    private static final Pattern CSRF = Pattern.compile("name=\"csrf\"[^>]*value=\"([^\"]+)\"");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private HttpClient client = newClient();

    /** {@code http://127.0.0.1:40123}. */
    public abstract URI uri();

    private static HttpClient newClient() {
        return HttpClient.newBuilder()
                .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build();
    }

    /** Returns the client, with its cookies. */
    public HttpClient client() {
        return client;
    }

    /** Returns the client's cookies as a header value. */
    public String cookies() {
        try {
            return String.join(
                    "; ",
                    client.cookieHandler().orElseThrow().get(uri(), Map.of()).getOrDefault("Cookie", List.of()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Replaces the client by an earlier one of this site, with its cookies. */
    public void use(HttpClient before) {
        client = before;
    }

    /** Replaces the client by one without cookies. */
    public void forgetCookies() {
        client = newClient();
    }

    public HttpResponse<String> get(String path, String... headers) {
        return send(request(path, headers).GET().build());
    }

    public HttpResponse<String> head(String path, String... headers) {
        return send(
                request(path, headers).method("HEAD", BodyPublishers.noBody()).build());
    }

    /** Returns a JSON response, which must have status 200. A request is repeated if the server is too busy. */
    public JsonObject json(String path) {
        HttpResponse<String> response = Awaitility.await()
                .pollDelay(Duration.ZERO)
                .until(
                        () -> get(path, "Accept", "application/json"),
                        answer -> answer.statusCode() != 503 && answer.statusCode() != 429);
        if (response.statusCode() != 200) {
            throw new AssertionError(path + " answered " + response.statusCode() + ": " + response.body());
        }
        return new JsonObject(response.body());
    }

    /** Posts form fields: name, value, name, value. */
    public HttpResponse<String> post(String path, String... fields) {
        return send(request(path, "Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html")
                .POST(BodyPublishers.ofString(form(fields)))
                .build());
    }

    /** Opens a page, reads the token of its form, and posts the fields with it. */
    public HttpResponse<String> submit(String page, String action, String... fields) {
        HttpResponse<String> form = get(page, "Accept", "text/html");
        Matcher token = CSRF.matcher(form.body());
        if (!token.find()) {
            throw new AssertionError(page + " (" + form.statusCode() + ") has no form with a token: " + form.body());
        }
        String[] all = Stream.concat(Stream.of("csrf", token.group(1)), Stream.of(fields))
                .toArray(String[]::new);
        return post(action, all);
    }

    private static String form(String... fields) {
        return Stream.iterate(0, i -> i < fields.length, i -> i + 2)
                .map(i -> encode(fields[i]) + '=' + encode(fields[i + 1]))
                .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    public HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(URI.create(uri() + path)).timeout(PATIENCE);
        if (headers.length > 0) {
            builder.headers(headers);
        }
        return builder;
    }

    public HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Sets up a new site with its setup link. The author is logged in afterwards, with {@link TestSite#PASSWORD}. */
    public void claim(String link) {
        HttpResponse<String> done = submit(
                link,
                link,
                "t",
                link.substring(link.indexOf("t=") + 2),
                "site_name",
                "Test site",
                "site_url",
                uri().toString(),
                "author_name",
                "Ada Author",
                "password",
                TestSite.PASSWORD);
        if (done.statusCode() != 303) {
            throw new AssertionError("setup answered " + done.statusCode() + ": " + done.body());
        }
    }
}
