package org.starpunk.micropub;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;
import org.starpunk.journey.TestSite;

/**
 * Any request body is either processed completely or rejected with a 4xx. The response is never a 5xx, and no token
 * appears in responses or logs.
 */
class ArbitraryBodiesTest {

    private static final String SECRET = SecretTokens.create();
    private static final CapturedLog LOGGED = new CapturedLog();
    private static final String COUNTS = Stream.of("notes", "slugs", "tags", "note_tags")
            .map(table -> "(SELECT count(*) FROM " + table + ")")
            .collect(Collectors.joining(" || ' ' || ", "SELECT ", ""));

    /** Site that all tries share, started at its first use. */
    private static final class SharedSite {
        private static final SharedSite SITE = new SharedSite();

        private final TestSite site = TestSite.start().setUp();
    }

    @BeforeContainer
    static void start() throws IOException {
        Files.createDirectories(media().resolve("incoming"));
        TestSite.await(SharedSite.SITE
                .site
                .deployment()
                .tokens()
                .issue(new NewToken(
                        SecretTokens.hash(SECRET),
                        "https://client.example/",
                        Scopes.parse("create update delete undelete media"),
                        Instant.now(),
                        null,
                        null)));
    }

    @AfterContainer
    static void stop() {
        LOGGED.close();
        SharedSite.SITE.site.close();
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.oneOf(
                Arbitraries.of(
                        "h",
                        "action",
                        "url",
                        "content",
                        "content[html]",
                        "category",
                        "category[]",
                        "name",
                        "photo",
                        "photo[]",
                        "published",
                        "post-status",
                        "visibility",
                        "mp-slug",
                        "mp-photo-alt[]",
                        "in-reply-to"),
                Arbitraries.strings().ofMaxLength(12));
    }

    @Provide
    Arbitrary<String> values() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(40),
                Arbitraries.of(
                        "",
                        "entry",
                        "delete",
                        "undelete",
                        "update",
                        "2020-01-01",
                        "draft",
                        "private",
                        "/media/x.jpg",
                        "https://photos.invalid/a.jpg",
                        "javascript:alert(1)",
                        "\u0000",
                        "\ud800",
                        "<script>"));
    }

    private record FieldPair(String name, String value) {}

    private Arbitrary<List<FieldPair>> pairs() {
        return Combinators.combine(names(), values()).as(FieldPair::new).list().ofMaxSize(6);
    }

    @Provide
    Arbitrary<String> forms() {
        Arbitrary<String> encoded = pairs().map(pairs -> pairs.stream()
                .map(pair -> encode(pair.name()) + '=' + encode(pair.value()))
                .collect(Collectors.joining("&")));
        return Arbitraries.oneOf(encoded, Arbitraries.strings().ofMaxLength(60));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private Arbitrary<Object> jsonValues() {
        Arbitrary<Object> leaf = Arbitraries.oneOf(
                values().map(value -> (Object) value),
                Arbitraries.doubles().map(value -> (Object) value),
                Arbitraries.of(true, false).map(value -> (Object) value));
        return Arbitraries.lazyOf(
                () -> leaf,
                () -> leaf,
                () -> jsonValues().list().ofMaxSize(3).map(list -> (Object) new JsonArray(list)),
                () -> Combinators.combine(names(), jsonValues())
                        .as((name, value) -> (Object) new JsonObject().put(name, value)));
    }

    @Provide
    Arbitrary<String> jsons() {
        Arbitrary<String> posts = Combinators.combine(
                        names(), jsonValues().list().ofMaxSize(3))
                .as((name, list) -> new JsonObject()
                        .put("type", new JsonArray().add("h-entry"))
                        .put("properties", new JsonObject().put(name, new JsonArray(list)))
                        .encode());
        Arbitrary<String> updates = Combinators.combine(
                        Arbitraries.of("replace", "add", "delete"), names(), jsonValues(), values())
                .as((operation, name, value, url) -> new JsonObject()
                        .put("action", "update")
                        .put("url", url)
                        .put(operation, new JsonObject().put(name, value))
                        .encode());
        return Arbitraries.oneOf(
                posts,
                updates,
                jsonValues().map(String::valueOf),
                Arbitraries.strings().ofMaxLength(40));
    }

    @Provide
    Arbitrary<String> multiparts() {
        Arbitrary<String> whole = pairs().map(pairs -> pairs.stream()
                .map(pair -> "--b\r\nContent-Disposition: form-data; name=\"" + pair.name() + "\""
                        + (pair.name().startsWith("photo") ? "; filename=\"f\"" : "") + "\r\n\r\n" + pair.value()
                        + "\r\n")
                .collect(Collectors.joining("", "", "--b--\r\n")));
        return Combinators.combine(whole, Arbitraries.integers().between(0, 400))
                .as((body, cut) -> cut > 300 ? body : body.substring(0, Math.min(cut, body.length())));
    }

    @Property(tries = 150)
    void a_form_is_done_or_refused(@ForAll("forms") String body) {
        check("application/x-www-form-urlencoded", body);
    }

    @Property(tries = 150)
    void json_is_done_or_refused(@ForAll("jsons") String body) {
        check("application/json", body);
    }

    @Property(tries = 150)
    void a_multipart_body_is_done_or_refused(@ForAll("multiparts") String body) {
        check("multipart/form-data; boundary=b", body);
    }

    /** Regression found by the property above: the request waited for the end of the file until it timed out. */
    @Example
    void a_file_that_is_cut_off_is_refused_at_once() {
        check(
                "multipart/form-data; boundary=b",
                "--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"f\"\r\n\r\nund");
    }

    @Property(tries = 60)
    void a_token_in_a_form_is_nowhere_to_be_seen(@ForAll("forms") String body) {
        check("application/x-www-form-urlencoded", body + "&access_token=" + SECRET, false);
    }

    @Property(tries = 60)
    void a_token_in_a_multipart_body_is_nowhere_to_be_seen(@ForAll("multiparts") String body) {
        String token = "--b\r\nContent-Disposition: form-data; name=\"access_token\"\r\n\r\n" + SECRET + "\r\n";
        check("multipart/form-data; boundary=b", token + body, false);
    }

    private static void check(String type, String body) {
        check(type, body, true);
    }

    private static void check(String type, String body, boolean inHeader) {
        TestSite site = SharedSite.SITE.site;
        String before = stored();
        String[] headers = inHeader
                ? new String[] {"Content-Type", type, "Authorization", "Bearer " + SECRET}
                : new String[] {"Content-Type", type};
        HttpRequest request = site.request("/micropub", headers)
                .POST(BodyPublishers.ofByteArray(body.getBytes(StandardCharsets.UTF_8)))
                .build();
        HttpResponse<String> response = site.send(request);
        assertThat(response.statusCode()).as(response.body()).isIn(201, 204, 400, 401, 403, 413);
        assertThat(response.body()).doesNotContain(SECRET);
        if (response.statusCode() == 201) {
            String url = response.headers().firstValue("Location").orElseThrow();
            HttpResponse<String> page =
                    site.get(url.substring(site.uri().toString().length()));
            assertThat(page.statusCode()).isIn(200, 404); // 404: a private note
            assertThat(page.body()).doesNotContain(SECRET);
            HttpResponse<String> source = site.get(
                    "/micropub?q=source&url=" + encode(url.replaceFirst("\\?.*", "")),
                    "Authorization",
                    "Bearer " + SECRET);
            assertThat(source.statusCode()).isEqualTo(200);
            assertThat(source.body()).contains("h-entry").doesNotContain(SECRET);
        } else if (response.statusCode() != 204) {
            assertThat(stored()).as("nothing is left of what was refused").isEqualTo(before);
        }
        assertThat(site.get("/admin/micropub").body()).doesNotContain(SECRET);
        assertThat(LOGGED.text()).doesNotContain(SECRET);
    }

    private static Path media() {
        return SharedSite.SITE.site.dataDir().resolve("media");
    }

    /** Returns the numbers of rows and the names of the pictures, to detect a partially stored note. */
    private static String stored() {
        try (Connection database = SharedSite.SITE.site.database().connect();
                ResultSet row = database.createStatement().executeQuery(COUNTS);
                Stream<Path> media = Files.list(media())) {
            String pictures = media.map(Path::toString).sorted().collect(Collectors.joining(" "));
            return (row.next() ? row.getString(1) : "") + ' ' + pictures;
        } catch (SQLException | IOException e) {
            throw new AssertionError(e);
        }
    }
}
