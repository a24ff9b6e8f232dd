package org.starpunk.indieauth;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Profile page and its IndieAuth provider, on this machine. The text of a token contains its properties. */
final class FakeProvider implements AutoCloseable {

    /** Authorization headers of the introspection requests. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    private final HttpServer server;

    FakeProvider() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/", exchange -> answer(exchange, 200, "<link rel='indieauth-metadata' href='/metadata'>"));
        server.createContext(
                "/metadata",
                exchange -> answer(
                        exchange,
                        200,
                        new JsonObject()
                                .put("issuer", profile())
                                .put("introspection_endpoint", profile() + "introspect")
                                .encode()));
        server.createContext("/introspect", this::introspect);
        server.start();
    }

    String profile() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    private void introspect(HttpExchange exchange) throws IOException {
        asked.add(exchange.getRequestHeaders().getFirst("Authorization"));
        String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        JsonObject active = new JsonObject()
                .put("active", true)
                .put("me", profile())
                .put("client_id", "https://client.example/")
                .put("scope", "create media");
        switch (form.substring("token=".length())) {
            case "good" -> answer(exchange, 200, active.encode());
            case "ends" ->
                answer(
                        exchange,
                        200,
                        active.put("exp", Instant.now().getEpochSecond() - 1).encode());
            case "of-another" ->
                answer(exchange, 200, active.put("me", "https://eve.example/").encode());
            case "almost" -> answer(exchange, 200, active.put("active", "true").encode());
            case "broken" -> answer(exchange, 200, "no JSON");
            case "failing" -> answer(exchange, 500, "{}");
            case "refused" -> answer(exchange, 401, "{}");
            default -> answer(exchange, 200, "{\"active\":false}");
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
