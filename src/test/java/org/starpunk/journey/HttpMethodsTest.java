package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.starpunk.Deployment;
import org.starpunk.config.Settings;
import org.starpunk.server.TestRouter;

/** Responses of every route to every method, over HTTP/1.1 and HTTP/2 (RFC 9110, section 9). */
class HttpMethodsTest {

    private static final Set<String> CONNECTION_HEADERS =
            Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade");
    private static final List<String> SECURITY_HEADERS = List.of(
            "content-security-policy", "x-content-type-options", "referrer-policy", "cross-origin-opener-policy");

    @TempDir
    private static Path folder;

    private static Deployment site;
    private static HttpClient client;

    /** Whether the route of a path has a method. GET implies HEAD. */
    private enum MethodKind {
        HAS_IT,
        HAS_OTHERS
    }

    /**
     * A row of the table.
     *
     * @param methods methods of the row
     * @param kind relation of the route to the method
     * @param statuses allowed statuses; empty for any status below 500 that does not concern the method
     * @param allow whether {@code Allow} must list exactly the methods of the route
     */
    private record MethodRow(Set<String> methods, MethodKind kind, Set<Integer> statuses, boolean allow) {}

    private static final List<MethodRow> TABLE = List.of(
            new MethodRow(Set.of("GET", "HEAD", "POST"), MethodKind.HAS_IT, Set.of(), false),
            new MethodRow(Set.of("GET", "HEAD", "POST"), MethodKind.HAS_OTHERS, Set.of(405), true),
            new MethodRow(Set.of("PUT", "DELETE", "PATCH", "TRACE"), MethodKind.HAS_OTHERS, Set.of(405), true),
            new MethodRow(Set.of("OPTIONS"), MethodKind.HAS_OTHERS, Set.of(204), true),
            new MethodRow(Set.of("OPTIONS"), MethodKind.HAS_IT, Set.of(204), false),
            new MethodRow(Set.of("BREW", "PROPFIND", "get", "LINK"), MethodKind.HAS_OTHERS, Set.of(501), false));

    @BeforeAll
    static void start() throws Exception {
        PemCertificate pem = PemCertificate.create(folder, "localhost");
        site = TestSite.await(Deployment.start(Settings.of(Map.of(
                "STARPUNK_LISTEN", "127.0.0.1:0",
                "STARPUNK_DATA_DIR", folder.resolve("data").toString(),
                "STARPUNK_TLS_CERTIFICATE", pem.certificate().toString(),
                "STARPUNK_TLS_KEY", pem.key().toString(),
                "METRICS_PROMETHEUS_ENABLED", "true"))));
        client = HttpClient.newBuilder().sslContext(pem.trusting()).build();
    }

    @AfterAll
    static void stop() {
        TestSite.await(site.stop());
    }

    private static HttpRequest request(Version version, String method, String path) {
        boolean posts = method.equals("POST");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://localhost:" + site.port() + path))
                .version(version)
                .timeout(Duration.ofMinutes(2))
                .method(method, posts ? BodyPublishers.ofString("a=b") : BodyPublishers.noBody());
        return posts
                ? request.header("Content-Type", "application/x-www-form-urlencoded")
                        .build()
                : request.build();
    }

    private record MethodCase(String path, String method, MethodRow row, Set<String> allowed) {}

    /**
     * Returns the methods of all routes that match a path: {@code /admin/notes/delete} also matches {@code
     * /admin/notes/:id}.
     */
    private static Set<String> methods(Map<String, Set<String>> routes, String path) {
        Set<String> methods = new TreeSet<>();
        routes.forEach((pattern, own) -> {
            if (path.matches(pattern.replace(".", "[.]")
                    .replaceAll(":[A-Za-z]+", "[^/]+")
                    .replace("*", ".*"))) {
                methods.addAll(own);
            }
        });
        return methods;
    }

    private static List<MethodCase> cases() {
        List<MethodCase> cases = new ArrayList<>();
        Map<String, Set<String>> routes = TestRouter.methods(site);
        for (String pattern : routes.keySet()) {
            String path = pattern.replaceAll(":[A-Za-z]+", "1").replace("*", "none.txt");
            Set<String> methods = methods(routes, path);
            Set<String> allowed = new TreeSet<>(methods);
            allowed.add("OPTIONS");
            for (MethodRow row : TABLE) {
                row.methods.stream()
                        .filter(method -> methods.contains(method) == (row.kind == MethodKind.HAS_IT))
                        .forEach(method -> cases.add(new MethodCase(path, method, row, allowed)));
            }
        }
        return cases;
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void every_route_answers_every_method_as_the_table_says(Version version) {
        List<MethodCase> cases = cases();
        assertThat(cases).hasSizeGreaterThan(500);
        for (int from = 0; from < cases.size(); from += 50) {
            List<MethodCase> some = cases.subList(from, Math.min(cases.size(), from + 50));
            List<CompletableFuture<HttpResponse<String>>> answers = some.stream()
                    .map(each -> client.sendAsync(request(version, each.method, each.path), BodyHandlers.ofString()))
                    .toList();
            for (int i = 0; i < some.size(); i++) {
                check(version, some.get(i), answers.get(i).join());
            }
        }
    }

    private static void check(Version version, MethodCase asked, HttpResponse<String> answer) {
        String name = version + " " + asked.method + " " + asked.path + ": " + answer.statusCode() + " "
                + answer.headers().map();
        assertThat(answer.version()).as(name).isEqualTo(version);
        if (asked.row.statuses.isEmpty()) {
            assertThat(answer.statusCode()).as(name).isLessThan(500).isNotEqualTo(405);
        } else {
            assertThat(asked.row.statuses).as(name).contains(answer.statusCode());
        }
        if (asked.row.allow) {
            assertThat(Set.of(answer.headers().firstValue("Allow").orElseThrow().split(", ")))
                    .as(name)
                    .isEqualTo(asked.allowed);
        }
        if (answer.statusCode() == 401) {
            assertThat(answer.headers().firstValue("WWW-Authenticate")).as(name).isPresent();
        }
        if (asked.method.equals("HEAD") || answer.statusCode() == 204) {
            assertThat(answer.body()).as(name).isEmpty();
        }
        checkHeaders(version, name, answer);
    }

    private static void checkHeaders(Version version, String name, HttpResponse<String> answer) {
        Set<String> headers = answer.headers().map().keySet();
        assertThat(headers).as(name).containsAll(SECURITY_HEADERS).contains("x-request-id", "date");
        Instant date = ZonedDateTime.parse(
                        answer.headers().firstValue("Date").orElseThrow(), DateTimeFormatter.RFC_1123_DATE_TIME)
                .toInstant();
        assertThat(Duration.between(date, Instant.now()).abs()).as(name).isLessThan(Duration.ofMinutes(2));
        if (version == Version.HTTP_2) {
            assertThat(headers).as(name).doesNotContainAnyElementsOf(CONNECTION_HEADERS);
        } else {
            assertThat(headers).as(name).doesNotContain("connection", "keep-alive", "upgrade");
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void head_has_the_status_and_the_headers_of_get(Version version) throws Exception {
        for (Map.Entry<String, Set<String>> route : TestRouter.methods(site).entrySet()) {
            assertThat(route.getValue().contains("HEAD"))
                    .as(route.toString())
                    .isEqualTo(route.getValue().contains("GET"));
            if (!route.getValue().contains("GET")) {
                continue;
            }
            String path = route.getKey().replaceAll(":[A-Za-z]+", "1").replace("*", "css/site.css");
            HttpResponse<String> get = client.send(request(version, "GET", path), BodyHandlers.ofString());
            HttpResponse<String> head = client.send(request(version, "HEAD", path), BodyHandlers.ofString());
            if (get.statusCode() != 429 && head.statusCode() != 429) {
                assertThat(head.statusCode()).as(path).isEqualTo(get.statusCode());
                assertThat(names(head)).as(path).isEqualTo(names(get));
            }
        }
    }

    /** Returns the names of the headers, without those of a body (RFC 9110, section 9.3.2). */
    private static Set<String> names(HttpResponse<String> answer) {
        Set<String> names = new TreeSet<>(answer.headers().map().keySet());
        names.removeAll(Set.of("content-length", "transfer-encoding", "set-cookie"));
        return names;
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void an_error_does_not_end_the_connection_unless_a_long_body_is_unread(Version version) throws Exception {
        for (String path : List.of("/none", "/admin", "/health?detailed", "/notes/%00")) {
            HttpResponse<String> answer = client.send(request(version, "GET", path), BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(path).isBetween(400, 499);
            assertThat(answer.headers().firstValue("Connection")).as(path).isEmpty();
        }
        HttpResponse<String> small = client.send(request(version, "POST", "/none"), BodyHandlers.ofString());
        assertThat(small.headers().firstValue("Connection")).isEmpty();
        for (String path : List.of("/none", "/health", "/micropub", "/admin/photos", "/admin/login")) {
            HttpResponse<String> large = client.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:" + site.port() + path))
                            .version(version)
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(BodyPublishers.ofByteArray(new byte[300_000]))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(large.statusCode()).as(path).isBetween(400, 499);
            assertThat(large.headers().firstValue("Connection"))
                    .as(version + path)
                    .isEqualTo(version == Version.HTTP_2 ? java.util.Optional.empty() : java.util.Optional.of("close"));
        }
    }

    @Test
    void the_whole_site_names_its_methods() throws IOException {
        try (TestSite plain = TestSite.start();
                RawHttp http = RawHttp.open(plain.uri())) {
            RawHttp.RawResponse answer =
                    http.send("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n").answer();
            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.header("Allow")).contains("GET, HEAD, OPTIONS, POST");
            assertThat(http.send("HEAD /none HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .answer(true)
                            .status())
                    .isEqualTo(404);
            assertThat(http.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .answer()
                            .status())
                    .isEqualTo(200);
        }
    }
}
