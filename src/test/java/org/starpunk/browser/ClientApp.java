package org.starpunk.browser;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.starpunk.identity.Pkce;
import org.starpunk.identity.SecretTokens;
import org.starpunk.note.HtmlEscaper;

/** An app with its own web server. Its first page starts the login at a person's site; then it posts there. */
final class ClientApp implements AutoCloseable {

    private static final Pattern METADATA = Pattern.compile("<([^>]+)>;\\s*rel=\"?indieauth-metadata");
    private static final Pattern MICROPUB = Pattern.compile("<([^>]+)>;\\s*rel=\"?micropub\\b");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String verifier = SecretTokens.create();
    private final String state = SecretTokens.create();
    private final HttpServer server;
    private final URI person;

    /** @param person address with which a person logs in */
    ClientApp(URI person) throws IOException {
        this.person = person;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> answer(exchange, welcome()));
        server.createContext("/back", exchange -> answer(exchange, back(exchange.getRequestURI())));
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    private String back() {
        return url() + "back";
    }

    private static void answer(HttpExchange exchange, String page) throws IOException {
        byte[] body =
                ("<!doctype html><meta charset=utf-8><title>An app</title>" + page).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/html");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private String welcome() {
        String login = metadata().getString("authorization_endpoint")
                + '?'
                + form(Map.of(
                        "response_type",
                        "code",
                        "client_id",
                        url(),
                        "redirect_uri",
                        back(),
                        "state",
                        state,
                        "scope",
                        "create delete",
                        "code_challenge",
                        Pkce.challenge(verifier),
                        "code_challenge_method",
                        "S256"));
        return "<a href=\"" + HtmlEscaper.escape(login) + "\">Log in with your site</a>";
    }

    /** Handles the redirect back from the site: redeems the code, and posts. */
    private String back(URI uri) {
        Map<String, String> query = new HashMap<>();
        for (String pair : uri.getQuery().split("&")) {
            query.put(pair.split("=", 2)[0], pair.split("=", 2)[1]);
        }
        String error = query.get("error");
        if (error != null) {
            return "<p>Refused: " + HtmlEscaper.escape(error) + "</p>";
        }
        JsonObject metadata = metadata();
        if (!state.equals(query.get("state")) || !metadata.getString("issuer").equals(query.get("iss"))) {
            return "<p>This answer is not for me.</p>";
        }
        JsonObject token = new JsonObject(post(
                        metadata.getString("token_endpoint"),
                        "",
                        Map.of(
                                "grant_type",
                                "authorization_code",
                                "code",
                                query.getOrDefault("code", ""),
                                "client_id",
                                url(),
                                "redirect_uri",
                                back(),
                                "code_verifier",
                                verifier))
                .body());
        HttpResponse<String> posted = post(
                link(MICROPUB), token.getString("access_token"), Map.of("h", "entry", "content", "Sent by an app"));
        String location = posted.headers().firstValue("Location").orElse("");
        return "<p>You are " + HtmlEscaper.escape(token.getString("me")) + " and allowed: " + token.getString("scope")
                + "</p>" + "<a href=\"" + HtmlEscaper.escape(location) + "\">Your note</a>";
    }

    private JsonObject metadata() {
        return new JsonObject(
                send(HttpRequest.newBuilder(URI.create(link(METADATA)))).body());
    }

    private String link(Pattern rel) {
        String header =
                String.join(", ", send(HttpRequest.newBuilder(person)).headers().allValues("Link"));
        Matcher link = rel.matcher(header);
        if (!link.find()) {
            throw new AssertionError("the person's page has no " + rel + ": " + header);
        }
        return link.group(1);
    }

    private HttpResponse<String> post(String url, String token, Map<String, String> fields) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form(fields)));
        return send(token.isEmpty() ? request : request.header("Authorization", "Bearer " + token));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + '=' + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
