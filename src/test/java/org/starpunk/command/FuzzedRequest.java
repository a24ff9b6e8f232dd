package org.starpunk.command;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * An HTTP/1 request of usual and unusual parts, with the allowed statuses of its response.
 *
 * @param text bytes to send, one character per byte
 * @param head whether it is a HEAD request
 * @param closes whether the connection cannot be reused after it
 * @param allowed allowed statuses; empty for any from 200 to 499
 */
record FuzzedRequest(String text, boolean head, boolean closes, Set<Integer> allowed) {

    private static final List<String> PATHS = List.of(
            "/",
            "/feed",
            "/feed.rss",
            "/feed.atom",
            "/feed.json",
            "/feeds.opml",
            "/tags",
            "/tags/a",
            "/tags/a/feed.rss",
            "/archive",
            "/archive/2026/11",
            "/search",
            "/notes/none",
            "/static",
            "/static/",
            "/static/css/site.css",
            "/static/none",
            "/favicon.ico",
            "/health",
            "/livez",
            "/readyz",
            "/admin",
            "/admin/login",
            "/admin/notes",
            "/admin/notes/1",
            "/admin/photos",
            "/admin/setup",
            "/admin/settings",
            "/admin/health",
            "/admin/tags",
            "/admin/api/v1/openapi.json",
            "/micropub",
            "/micropub/media",
            "/auth",
            "/auth/token",
            "/auth/introspect",
            "/auth/revoke",
            "/auth/consent",
            "/.well-known/oauth-authorization-server",
            "/media/none.jpg",
            "/none",
            "//admin",
            "/./admin",
            "/%61dmin",
            "/../..",
            "/static/../admin",
            "/a/../tags",
            "/notes/x/",
            "/;a=b");

    /** Paths that accept a body. */
    private static final List<String> FORMS = List.of(
            "/micropub",
            "/micropub/media",
            "/auth",
            "/auth/token",
            "/auth/introspect",
            "/auth/revoke",
            "/auth/consent",
            "/admin/login",
            "/admin/setup",
            "/admin/photos",
            "/admin/notes",
            "/admin/login/passkey",
            "/admin/preview");

    private static final List<String> GOOD_ENDINGS = List.of(
            "",
            "?",
            "?a=b",
            "?q=100%25",
            "?after=1",
            "?after=x",
            "?offset=99999",
            "?detailed",
            "?arrival",
            "?t=x",
            "?next=//a",
            "?client_id=http://a&redirect_uri=b",
            "?window=1h",
            "?a=%F0%9F%98%80",
            "?&&=&",
            "?a[]=1&a[]=2",
            "#x",
            "?q=\"'<>`{}|^");

    private static final List<String> BROKEN_ENDINGS =
            List.of("?%", "?a=%E", "?a=%zz", "/%", "/%ff", "/%00", "?a=%C0%AF", "/%C3", "?a=%ED%A0%80", "/%2", "?%00");

    private static final List<String> NAMES = List.of(
            "Accept",
            "Accept-Charset",
            "Accept-Encoding",
            "Accept-Language",
            "Access-Control-Request-Headers",
            "Access-Control-Request-Method",
            "Authorization",
            "Cache-Control",
            "Content-Encoding",
            "Content-Language",
            "Content-Location",
            "Content-MD5",
            "Content-Range",
            "Content-Disposition",
            "Cookie",
            "DNT",
            "Date",
            "Early-Data",
            "ETag",
            "Forwarded",
            "From",
            "HTTP2-Settings",
            "If-Match",
            "If-Modified-Since",
            "If-None-Match",
            "If-Range",
            "If-Unmodified-Since",
            "Keep-Alive",
            "Last-Event-ID",
            "Link",
            "Location",
            "Max-Forwards",
            "Origin",
            "Pragma",
            "Priority",
            "Proxy-Authorization",
            "Proxy-Connection",
            "Range",
            "Referer",
            "Sec-Fetch-Site",
            "Sec-WebSocket-Key",
            "Slug",
            "TE",
            "Trailer",
            "Upgrade",
            "Upgrade-Insecure-Requests",
            "User-Agent",
            "Via",
            "Warning",
            "X-Forwarded-For",
            "X-Forwarded-Host",
            "X-Forwarded-Proto",
            "X-HTTP-Method-Override",
            "X-Request-ID",
            "X-Real-IP",
            "X-Requested-With");

    private static final List<String> VALUES = List.of(
            "",
            ";",
            ",",
            ",,,",
            ";;q=",
            "*",
            "*/*",
            "a",
            "0",
            "-1",
            "99999999999999999999",
            "q=1",
            "a;q=abc",
            "a;q=1e999",
            "a;q=NaN",
            "gzip;q=",
            "text/html;q=0.5;level=;",
            "/",
            "///",
            "a/b/c",
            "\"",
            "\"\"\"",
            "W/\"",
            "W/",
            "\"a\", \"b",
            "bytes=",
            "bytes=-",
            "bytes=0-0,1-1",
            "bytes=5-1",
            "bytes=-0",
            "bytes=99999999999999999999-",
            "bytes=a-b",
            "Thu, 01 Jan 1970 00:00:00 GMT",
            "Thu, 99 Foo 9999 99:99:99 GMT",
            "Mon, 01-Jan-70 00:00:00 GMT",
            "xx",
            "Bearer",
            "Bearer ",
            "Bearer \u00e9",
            "Basic !!!",
            "bearer a b c",
            "=",
            "=;=",
            "a=\"",
            "a=%",
            "starpunk=%zz",
            "__Host-starpunk=",
            "starpunk=" + "x".repeat(43),
            "$Version=1; a",
            "for=",
            "for=\"[::1]:99999\";proto=;host=",
            "for=_x, for=unknown",
            "::1",
            "[::",
            "1.2.3.4, , 5.6.7.8",
            "http",
            "javascript:",
            "http://",
            "http://a:99999999",
            "null",
            "en;q=x",
            "-",
            "--",
            "i-klingon",
            "\u00e9\u00ff",
            "\ta\t",
            "a".repeat(2000),
            "a,".repeat(500),
            ";q=0.1,".repeat(300),
            "websocket",
            "h2c",
            "AAMAAABkAAQCAAAAAAIAAAAA",
            "timeout=99999999999",
            "charset=@@@",
            "text/html;charset=@@@",
            "identity;q=0, *;q=0",
            "()",
            "${jndi:ldap://127.0.0.1/a}",
            "%00",
            "\\",
            "a\\",
            "{",
            "[]",
            "<x>");

    private static final List<String> BROKEN_FIELDS = List.of(
            "Host: a\r\nHost: b\r\n",
            "X: a\r\n b\r\n",
            ": a\r\n",
            "X : a\r\n",
            "X a: b\r\n",
            "nothing\r\n",
            "X: a\0b\r\n",
            "X: a\rb\r\n",
            "X: a\u0007\r\n",
            "X(: a\r\n",
            "\u00e9: a\r\n",
            "Transfer-Encoding: gzip\r\n",
            "Transfer-Encoding:\r\n chunked\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n",
            "Content-Length: 1\r\nContent-Length: 2\r\n",
            "Content-Length: -1\r\n",
            "Content-Length: a\r\n",
            "Content-Length: +1\r\n",
            "Transfer-Encoding: chunked, chunked\r\n",
            "X: a\nY: b\r\n");

    private static final List<String> BROKEN_LINES = List.of(
            "GET  / HTTP/1.1",
            "GET / HTTP/1.1 ",
            "GET / http/1.1",
            "GET /",
            "GET",
            "",
            "G@T / HTTP/1.1",
            "GET x HTTP/1.1",
            "GET / HTP/1.1",
            "GET / HTTP/1.11",
            "\0",
            "GET\t/ HTTP/1.1",
            "GET /\u0001 HTTP/1.1",
            "\u0016\u0003\u0001",
            "GET * HTTP/1.1",
            "{\"a\":1}",
            "/ GET");

    private static final List<String> TYPES = List.of(
            "application/x-www-form-urlencoded",
            "application/x-www-form-urlencoded; charset=@@@",
            "application/json",
            "application/json; charset=utf-16",
            "multipart/form-data; boundary=b",
            "multipart/form-data; boundaryB",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=b; charset=@@@",
            "multipart/mixed; boundary=b",
            "text/plain",
            "a",
            "/",
            ";",
            "",
            "text/html; charset=@@@",
            "multipart/form-data; boundary=\"",
            "APPLICATION/JSON");

    private static final List<String> BODIES = List.of(
            "",
            "a=b",
            "h=entry&content=x",
            "a=%",
            "a=%zz",
            "a=%ff",
            "=&=&&",
            "csrf=x&text=y",
            "grant_type=authorization_code&code=a",
            "token=a&token=b",
            "access_token=x",
            "{}",
            "[]",
            "{\"type\":[\"h-entry\"]}",
            "{\"a\":",
            "nul",
            "\"\\ud800\"",
            "[".repeat(500),
            "{\"action\":\"update\",\"url\":1}",
            "--b--\r\n",
            "--b\r\n\r\n\r\n--b--\r\n",
            "--b\r\nX\r\n\r\nx\r\n--b--",
            part("name=\"a\"", "") + "--b--\r\n",
            part("name=\"a\"", "Content-Type: text/plain; charset=@@@\r\n") + "--b--\r\n",
            part("name=\"f\"; filename=\"f\"", "Content-Type: text/plain; charset=@@@\r\n") + "--b--\r\n",
            part("name=\"a\"", "Content-Transfer-Encoding: x\r\n") + "--b--\r\n",
            part("name", "") + "--b--\r\n",
            part("", "") + "--b--\r\n",
            part("name=\"a\"; filename*=@@@''%", "") + "--b--\r\n",
            part("name=\"a\"", "Content-Length: a\r\n") + "--b--\r\n",
            part("name=\"f\"; filename=\"f\"", "Content-Type: multipart/mixed; boundary=c\r\n") + "--c--\r\n--b--\r\n",
            part("name=\"a\"", "Content-Type: multipart/mixed\r\n") + "--b--\r\n",
            part("name=\"a\"", ""),
            "--b\r\n",
            "\0\u00ff\u00fe");

    private static String part(String disposition, String fields) {
        return "--b\r\nContent-Disposition: form-data; " + disposition + "\r\n" + fields + "\r\nx\r\n";
    }

    private static final List<String> BROKEN_CHUNKS =
            List.of("zz\r\na\r\n", "-1\r\n", "\r\n", "ffffffffff\r\n", "1\r\nab\r\n", "0x1\r\na\r\n", "1;\na\r\n");

    /** Returns a random request. */
    static FuzzedRequest next(Random random) {
        int kind = random.nextInt(100);
        if (kind < 3) {
            return broken(oneOf(random, BROKEN_LINES) + "\r\nHost: a\r\n\r\n\r\n", 400);
        }
        if (kind < 6) {
            String method = oneOf(random, List.of("GET", "POST", "HEAD"));
            return broken(method + " / HTTP/1.1\r\nHost: a\r\n" + oneOf(random, BROKEN_FIELDS) + "\r\n", 400);
        }
        if (kind == 6) {
            return broken(
                    oneOf(random, List.of("GET / HTTP/9.9", "PRI * HTTP/2.0", "GET / HTTP/0.9")) + "\r\n\r\n", 505);
        }
        if (kind == 7) {
            return random.nextBoolean()
                    ? broken("GET /" + "a".repeat(5000) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414)
                    : broken("GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(9000) + "\r\n\r\n", 431);
        }
        if (kind == 8) {
            String method = oneOf(random, List.of("BREW", "get", "PROPFIND", "X", "!", "GETT"));
            return new FuzzedRequest(
                    (method + ' ' + oneOf(random, PATHS) + " HTTP/1.1\r\nHost: a\r\n\r\n"), false, false, Set.of(501));
        }
        return kind < 65 ? withoutBody(random, kind < 14) : withBody(random);
    }

    private static FuzzedRequest withoutBody(Random random, boolean undecodable) {
        String method = oneOf(
                random,
                List.of(
                        "GET", "GET", "GET", "GET", "GET", "GET", "HEAD", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE",
                        "PATCH"));
        String path = oneOf(random, PATHS);
        String ending = undecodable ? oneOf(random, BROKEN_ENDINGS) : oneOf(random, GOOD_ENDINGS);
        boolean literal = path.equals("/search") && ending.startsWith("?");
        Set<Integer> allowed = undecodable && !literal ? Set.of(400) : Set.of();
        String request = method + ' ' + path + ending + " HTTP/1.1\r\nHost: localhost\r\n" + fields(random) + "\r\n";
        return new FuzzedRequest(request, method.equals("HEAD"), false, allowed);
    }

    private static FuzzedRequest withBody(Random random) {
        String start = oneOf(random, List.of("POST", "POST", "POST", "GET", "PUT")) + ' '
                + oneOf(random, random.nextInt(4) > 0 ? FORMS : PATHS)
                + " HTTP/1.1\r\nHost: localhost\r\n" + fields(random) + "Content-Type: " + oneOf(random, TYPES)
                + "\r\n";
        String body = oneOf(random, BODIES);
        if (random.nextInt(10) > 0) {
            return new FuzzedRequest(
                    (start + "Content-Length: " + body.length() + "\r\n\r\n" + body), false, false, Set.of());
        }
        String chunks = random.nextBoolean()
                ? oneOf(random, BROKEN_CHUNKS)
                : (body.isEmpty() ? "" : Integer.toHexString(body.length()) + "\r\n" + body + "\r\n") + "0\r\n\r\n";
        // The response may come before or after the malformed chunk, depending on the route and on how the bytes
        // arrive.
        return new FuzzedRequest(start + "Transfer-Encoding: chunked\r\n\r\n" + chunks, false, true, Set.of());
    }

    private static String fields(Random random) {
        StringBuilder fields = new StringBuilder();
        Set<String> used = new TreeSet<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            String name = oneOf(random, NAMES);
            if (used.add(name)) {
                fields.append(name).append(": ").append(oneOf(random, VALUES)).append("\r\n");
            }
        }
        return random.nextInt(20) == 0 ? fields + "Expect: " + oneOf(random, VALUES) + "\r\n" : fields.toString();
    }

    private static FuzzedRequest broken(String request, int status) {
        return new FuzzedRequest(request, false, true, Set.of(status));
    }

    byte[] bytes() {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String oneOf(Random random, List<String> all) {
        return all.get(random.nextInt(all.size()));
    }

    /** Returns whether a status is allowed. */
    boolean allows(int status) {
        return allowed.isEmpty() ? status >= 200 && status < 500 : allowed.contains(status);
    }

    @Override
    public String toString() {
        return text;
    }
}
