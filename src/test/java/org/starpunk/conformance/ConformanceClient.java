package org.starpunk.conformance;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.starpunk.journey.TestSite;

/** Executes the steps of a row against one site. */
final class ConformanceClient {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(enc:)?([a-z0-9_]+)}");
    private static final Pattern CSRF = Pattern.compile("name=\"csrf\"[^>]*value=\"([^\"]+)\"");
    private static final String BOUNDARY = "----conformance-boundary";

    private final TestSite site;
    private final Map<String, String> values;
    private final HttpClient stranger =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    ConformanceClient(TestSite site, Map<String, String> known) {
        this.site = site;
        this.values = new HashMap<>(known);
    }

    void run(ConformanceStep step) {
        HttpResponse<String> response = step.get("consent") == null ? send(step) : consent(step);
        ExpectedResponse.check(step, response, this::fill);
        step.map("save").forEach((name, from) -> values.put(name.toString(), saved(response, from.toString())));
    }

    /** Replaces the variables of a text. */
    String fill(String text) {
        return VARIABLE.matcher(text).replaceAll(found -> {
            String value = values.get(found.group(2));
            if (value == null) {
                throw new AssertionError("nothing was saved as " + found.group(2));
            }
            return Matcher.quoteReplacement(found.group(1) == null ? value : encode(value));
        });
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private URI uri(String path) {
        String filled = fill(path);
        return URI.create(filled.startsWith("/") ? site.uri() + filled : filled);
    }

    private HttpResponse<String> send(ConformanceStep step) {
        String method = step.method();
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(step.text(method.toLowerCase(Locale.ROOT), "/")));
        String token = step.text("token", "all");
        if (!token.equals("none")) {
            request.header("Authorization", "Bearer " + fill("${token_" + token + "}"));
        }
        step.map("headers").forEach((name, value) -> request.header(name.toString(), fill(value.toString())));
        request.method(method, body(step, request));
        return exchange(request.build(), step.text("as", "").equals("author"));
    }

    private HttpResponse<String> exchange(HttpRequest request, boolean author) {
        try {
            HttpClient client = author ? site.client() : stranger;
            return client.send(request, BodyHandlers.ofString());
        } catch (Exception e) {
            throw new AssertionError(request + " failed", e);
        }
    }

    private BodyPublisher body(ConformanceStep step, HttpRequest.Builder request) {
        if (step.get("form") != null) {
            request.header("Content-Type", "application/x-www-form-urlencoded");
            return BodyPublishers.ofString(fill(step.text("form", "")));
        }
        if (step.get("json") != null) {
            request.header("Content-Type", "application/json");
            return BodyPublishers.ofString(fill(json(step.get("json"))));
        }
        if (step.get("multipart") != null) {
            request.header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY);
            return BodyPublishers.ofByteArray(multipart(step.list("multipart")));
        }
        if (step.get("body") != null) {
            request.header("Content-Type", step.text("type", "text/plain"));
            return BodyPublishers.ofString(fill(step.text("body", "")));
        }
        return BodyPublishers.noBody();
    }

    private static String json(Object value) {
        if (value instanceof Map<?, ?> map) {
            JsonObject object = new JsonObject();
            map.forEach((name, entry) -> object.put(name.toString(), plain(entry)));
            return object.encode();
        }
        return value.toString();
    }

    private static Object plain(Object value) {
        if (value instanceof Map<?, ?> map) {
            return new JsonObject(json(map));
        }
        if (value instanceof List<?> list) {
            JsonArray array = new JsonArray();
            list.forEach(entry -> array.add(plain(entry)));
            return array;
        }
        return value;
    }

    private byte[] multipart(List<?> parts) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Object entry : parts) {
            Map<?, ?> part = (Map<?, ?>) entry;
            Object file = part.get("file");
            String head = "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + part.get("name") + '"';
            if (file == null) {
                write(body, head + "\r\n\r\n" + fill(String.valueOf(part.get("value"))) + "\r\n");
            } else {
                write(body, head + "; filename=\"picture\"\r\nContent-Type: application/octet-stream\r\n\r\n");
                body.writeBytes(TestPictures.of(file.toString()));
                write(body, "\r\n");
            }
        }
        write(body, "--" + BOUNDARY + "--\r\n");
        return body.toByteArray();
    }

    private static void write(ByteArrayOutputStream body, String text) {
        body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The author opens the consent page of a client, and decides. */
    private HttpResponse<String> consent(ConformanceStep step) {
        URI page = uri("/auth?" + step.text("consent", ""));
        HttpResponse<String> shown = exchange(
                HttpRequest.newBuilder(page).header("Accept", "text/html").build(), true);
        Matcher token = CSRF.matcher(shown.body());
        if (!token.find()) {
            return shown;
        }
        StringBuilder form = new StringBuilder(page.getRawQuery());
        form.append("&csrf=").append(encode(token.group(1)));
        form.append("&decision=").append(step.text("decision", "approve"));
        form.append("&days=").append(step.text("days", "0"));
        step.list("grant").forEach(scope -> form.append("&granted=").append(scope));
        HttpRequest decision = HttpRequest.newBuilder(uri("/auth/consent"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form.toString()))
                .build();
        return exchange(decision, true);
    }

    private static String saved(HttpResponse<String> response, String from) {
        String name = from.substring(from.indexOf(':') + 1);
        if (from.startsWith("json:")) {
            return String.valueOf(new JsonObject(response.body()).getValue(name));
        }
        String header = response.headers()
                .firstValue(from.startsWith("header:") ? name : "Location")
                .orElse("");
        if (from.startsWith("header:")) {
            return header;
        }
        Matcher parameter = Pattern.compile("[?&]" + name + "=([^&]*)").matcher(header);
        return parameter.find() ? URLDecoder.decode(parameter.group(1), StandardCharsets.UTF_8) : "";
    }
}
