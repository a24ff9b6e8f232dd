package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.starpunk.journey.RawHttp.RawResponse;

/**
 * Requests that a proxy could interpret differently, or that are malformed: refused, counted, and the connection
 * closed.
 */
class StrictRequestsTest {

    private static final String HOST = "Host: localhost\r\n";

    private static TestSite site;

    @BeforeAll
    static void start() {
        site = TestSite.start().setUp();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static String get(String fields) {
        return "GET /livez HTTP/1.1\r\n" + HOST + fields + "\r\n";
    }

    private static String post(String fields) {
        return "POST /micropub HTTP/1.1\r\n" + HOST + fields + "\r\n";
    }

    static Stream<Arguments> refused() {
        Map<String, String> cases = new LinkedHashMap<>();
        cases.put("two Hosts", get(HOST));
        cases.put("two different Hosts", get("Host: other\r\n"));
        cases.put("two Hosts, the first in small letters", "GET /livez HTTP/1.1\r\nhost: a\r\nHOST: b\r\n\r\n");
        cases.put("two Hosts over HTTP/1.0", "GET /livez HTTP/1.0\r\n" + HOST + HOST + "\r\n");
        cases.put("no Host", "GET /livez HTTP/1.1\r\n\r\n");
        cases.put("a folded field", get("X-A: a\r\n b\r\n"));
        cases.put("a field folded by a tab", get("X-A: a\r\n\tb\r\n"));
        cases.put("a first field that begins with a space", "GET /livez HTTP/1.1\r\n X-A: a\r\n" + HOST + "\r\n");
        cases.put("a line of spaces", get("   \r\n"));
        cases.put("a folded Host", "GET /livez HTTP/1.1\r\nHost:\r\n localhost\r\n\r\n");
        cases.put("no field name", get(": x\r\n"));
        cases.put("a space before the colon", get("X-A : x\r\n"));
        cases.put("a space in a field name", get("X A: x\r\n"));
        cases.put("a parenthesis in a field name", get("X(A): x\r\n"));
        cases.put("a byte over 127 in a field name", get("X-\u00e9: x\r\n"));
        cases.put("a line without a colon", get("nothing\r\n"));
        cases.put("a folded Transfer-Encoding", post("Transfer-Encoding:\r\n chunked\r\n") + "0\r\n\r\n");
        cases.put("identity", post("Transfer-Encoding: identity\r\n"));
        cases.put("gzip before chunked", post("Transfer-Encoding: gzip, chunked\r\n") + "0\r\n\r\n");
        cases.put("chunked, identity", post("Transfer-Encoding: chunked, identity\r\n") + "0\r\n\r\n");
        cases.put("chunked in quotes", post("Transfer-Encoding: \"chunked\"\r\n"));
        cases.put("chunked with a parameter", post("Transfer-Encoding: chunked;q=1\r\n"));
        cases.put("an unknown coding", post("Transfer-Encoding: xchunked\r\n"));
        cases.put("an empty coding", post("Transfer-Encoding: \r\n"));
        cases.put("chunked twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"));
        cases.put(
                "chunked over HTTP/1.0", "POST / HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        cases.put("a coding and a length", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n");
        cases.put("a length and a coding", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n") + "0\r\n\r\n");
        cases.put("two lengths", post("Content-Length: 1\r\nContent-Length: 2\r\n") + "ab");
        cases.put("two lengths in one field", post("Content-Length: 1, 2\r\n") + "ab");
        cases.put("a length with a sign", post("Content-Length: +1\r\n") + "a");
        cases.put("a negative length", post("Content-Length: -1\r\n"));
        cases.put("a hexadecimal length", post("Content-Length: 0x1\r\n") + "a");
        cases.put("an empty length", post("Content-Length: \r\n"));
        cases.put("a length beyond 64 bits", post("Content-Length: 99999999999999999999\r\n"));
        cases.put("line feeds alone", "GET /livez HTTP/1.1\nHost: localhost\n\n");
        cases.put("a line feed alone within the fields", "GET /livez HTTP/1.1\r\nX: a\nHost: localhost\r\n\r\n");
        cases.put("a carriage return in a value", get("X-A: a\rb\r\n"));
        cases.put("NUL in a value", get("X-A: a\0b\r\n"));
        cases.put("a control character in a value", get("X-A: a\u0001b\r\n"));
        cases.put("DEL in a value", get("X-A: a\u007fb\r\n"));
        cases.put("NUL in a name", get("X\0A: b\r\n"));
        cases.put("NUL before the request line", "\0" + get(""));
        cases.put("two spaces", "GET  /livez HTTP/1.1\r\n" + HOST + "\r\n");
        cases.put("tabs in the request line", "GET\t/livez\tHTTP/1.1\r\n" + HOST + "\r\n");
        cases.put("a space after the version", "GET /livez HTTP/1.1 \r\n" + HOST + "\r\n");
        cases.put("a space in the target", "GET /li vez HTTP/1.1\r\n" + HOST + "\r\n");
        cases.put("NUL in the target", "GET /li\0vez HTTP/1.1\r\n" + HOST + "\r\n");
        cases.put("a method that is no token", "G@T /livez HTTP/1.1\r\n" + HOST + "\r\n");
        cases.put("a target that is no path", "GET livez HTTP/1.1\r\n" + HOST + "\r\n");
        cases.put("an asterisk with GET", "GET * HTTP/1.1\r\n" + HOST + "\r\n");
        cases.put("HTTP/0.9", "GET /livez\r\n\r\n");
        cases.put("a version in small letters", "GET /livez http/1.1\r\n" + HOST + "\r\n");
        cases.put("a version of two digits", "GET /livez HTTP/1.10\r\n" + HOST + "\r\n");
        cases.put("TLS on the port without TLS", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\r\n\r\n");
        return cases.entrySet().stream().map(row -> Arguments.of(row.getKey(), row.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void a_request_that_is_not_certain_is_refused_and_nothing_behind_it_is_read(String name, String request)
            throws IOException {
        try (RawHttp http = RawHttp.open(site.uri())) {
            assertRefused(400, http.send(request + get("")));
        }
    }

    private static void assertRefused(int status, RawHttp http) throws IOException {
        RawResponse answer = http.answer();
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.header("X-Request-ID")).isPresent();
        assertThat(answer.header("Date")).isPresent();
        assertThat(answer.header("Connection")).contains("close");
        assertThat(answer.header("Content-Security-Policy")).isPresent();
        assertThat(answer.body()).contains(answer.header("X-Request-ID").orElseThrow());
        assertThat(http.isClosed()).isTrue();
    }

    @Test
    void another_major_version_is_answered_505_with_an_id_and_counted() throws IOException {
        for (String line : new String[] {"GET / HTTP/9.9", "GET / HTTP/2.0", "GET / HTTP/0.9", "PRI * HTTP/2.0"}) {
            try (RawHttp http = RawHttp.open(site.uri())) {
                assertRefused(505, http.send(line + "\r\n" + HOST + "\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"));
            }
        }
        await().atMost(Duration.ofMinutes(2))
                .until(() ->
                        site.json("/admin/metrics").getJsonObject("statuses").containsKey("505"));
    }

    @Test
    void a_proxys_tunnel_is_not_implemented() throws IOException {
        try (RawHttp http = RawHttp.open(site.uri())) {
            assertRefused(501, http.send("CONNECT example.org:443 HTTP/1.1\r\n" + HOST + "\r\n"));
        }
    }

    @Test
    void what_is_allowed_stays_allowed() throws IOException {
        try (RawHttp http = RawHttp.open(site.uri())) {
            for (String request : new String[] {
                "\r\n" + get(""),
                get("X-Empty:\r\n"),
                get("X-Tab:\ta\tb \r\n"),
                get("X-Latin: \u00e9\r\n"),
                get("Content-Length: 3\r\n") + "abc",
                "GET http://localhost/livez HTTP/1.1\r\n" + HOST + "\r\n",
                "GET /livez HTTP/1.2\r\n" + HOST + "\r\n",
                // The name differs from Content-Length by one letter, so the three bytes are not a body of this
                // request.
                get("Content-Xength: 3\r\nContent-Xype: a\r\n"),
            }) {
                assertThat(http.send(request).answer().status()).as(request).isEqualTo(200);
            }
            http.send(get("Transfer-Encoding: Chunked\r\n") + "3;x=y\r\nabc\r\n0\r\nX-Trailer: a\r\n\r\n");
            assertThat(http.answer().status()).isEqualTo(200);
        }
        try (RawHttp http = RawHttp.open(site.uri())) {
            http.send("GET /livez HTTP/1.0\r\n\r\n");
            assertThat(http.answer().status()).isEqualTo(200);
            assertThat(http.isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz", "-1", "0x3", "3 x", "ffffffffff", "", "3;\n", ";", "3\r\nabcd"})
    void a_broken_chunk_is_answered_400_and_the_connection_closed(String size) throws IOException {
        String fields = "Transfer-Encoding: chunked\r\nContent-Type: application/x-www-form-urlencoded\r\n";
        for (String path : new String[] {"/micropub", "/admin/login", "/auth/token"}) {
            try (RawHttp http = RawHttp.open(site.uri())) {
                http.send("POST " + path + " HTTP/1.1\r\n" + HOST + fields + "\r\n" + size + "\r\nabc\r\n0\r\n\r\n"
                        + get(""));
                RawResponse answer = http.answer();
                assertThat(answer.status()).as(path).isEqualTo(400);
                assertThat(answer.header("Connection")).contains("close");
                assertThat(http.isClosed()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/admin/login",
                "//admin/login",
                "/./admin/login",
                "/%61dmin/login",
                "/x/../admin/login",
                "/admin/none"
            })
    void security_headers_are_those_of_the_route_however_its_path_is_written(String path) throws IOException {
        try (RawHttp http = RawHttp.open(site.uri())) {
            RawResponse answer =
                    http.send("GET " + path + " HTTP/1.1\r\n" + HOST + "\r\n").answer();
            assertThat(answer.header("Content-Security-Policy").orElseThrow())
                    .contains("img-src 'self';")
                    .doesNotContain("https:");
            assertThat(answer.header("Link")).isEmpty();
        }
    }

    @Test
    void a_body_that_makes_no_progress_is_answered_408_and_the_connection_closed() throws IOException {
        for (String type : new String[] {"application/x-www-form-urlencoded", "multipart/form-data; boundary=b"}) {
            try (RawHttp http = RawHttp.open(site.uri())) {
                http.send(post("Content-Length: 50000\r\nContent-Type: " + type + "\r\n") + "--b");
                RawResponse answer = http.answer();
                assertThat(answer.status()).as(type).isEqualTo(408);
                assertThat(answer.header("Connection")).contains("close");
                assertThat(http.isClosed()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/form-data; boundaryB",
                "multipart/form-data",
                "multipart/form-data; boundary=b; charset=@@@",
                "multipart/form-data; boundary="
            })
    void a_type_that_names_no_form_is_answered_400(String type) throws IOException {
        for (String path : new String[] {"/micropub", "/admin/login", "/auth/token"}) {
            try (RawHttp http = RawHttp.open(site.uri())) {
                http.send("POST " + path + " HTTP/1.1\r\n" + HOST + "Content-Type: " + type
                        + "\r\nContent-Length: 3\r\n\r\na=b");
                // Without a boundary it counts as a form without fields, which the login refuses with 403.
                assertThat(http.answer().status()).as(path).isIn(400, 403);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"name=\"a\"", "name=\"file\"; filename=\"f\"", "name=\"photo\"; filename=\"f\""})
    void a_part_with_an_unknown_charset_is_answered_400(String disposition) throws IOException {
        String body = "--b\r\nContent-Disposition: form-data; " + disposition
                + "\r\nContent-Type: text/plain; charset=@@@\r\n\r\nx\r\n--b--\r\n";
        String fields = HOST + "Cookie: " + site.cookies()
                + "\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: " + body.length() + "\r\n\r\n";
        for (String path : new String[] {"/micropub", "/admin/photos", "/admin/login", "/auth/token"}) {
            try (RawHttp http = RawHttp.open(site.uri())) {
                http.send("POST " + path + " HTTP/1.1\r\n" + fields + body);
                assertThat(http.answer().status()).as(path).isEqualTo(400);
            }
        }
    }
}
