package org.starpunk.micropub;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.Secret;
import org.starpunk.journey.TestSite;
import org.starpunk.note.NotePage;
import org.starpunk.note.NoteQuery;

/** Whatever a client sends: it is done whole or refused as 4xx, never a 5xx, and no token is ever shown. */
class ArbitraryBodiesTest {

    private static final String SECRET = Secret.create();
    /** The one site of all tries, started when it is first asked for. */
    private static final class Running {
        private static final Running SITE = new Running();

        private final TestSite site = TestSite.start().setUp();
    }

    @BeforeContainer
    static void start() {
        TestSite.await(Running.SITE
                .site
                .deployment()
                .tokens()
                .issue(new NewToken(
                        Secret.hash(SECRET),
                        "https://client.example/",
                        Scopes.parse("create update delete undelete media"),
                        Instant.now(),
                        null,
                        null)));
    }

    @AfterContainer
    static void stop() {
        Running.SITE.site.close();
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
                        "<script>",
                        SECRET));
    }

    private record Pair(String name, String value) {}

    private Arbitrary<List<Pair>> pairs() {
        return Combinators.combine(names(), values()).as(Pair::new).list().ofMaxSize(6);
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

    /** Found by the property above: the end of the file was waited for until the request was given up. */
    @Example
    void a_file_that_is_cut_off_is_refused_at_once() {
        check(
                "multipart/form-data; boundary=b",
                "--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"f\"\r\n\r\nund");
    }

    private static void check(String type, String body) {
        TestSite site = Running.SITE.site;
        long before = count();
        HttpRequest request = site.request("/micropub", "Content-Type", type, "Authorization", "Bearer " + SECRET)
                .POST(BodyPublishers.ofByteArray(body.getBytes(StandardCharsets.UTF_8)))
                .build();
        HttpResponse<String> response = site.send(request);
        assertThat(response.statusCode()).as(response.body()).isIn(201, 204, 400, 403, 413);
        assertThat(response.body()).doesNotContain(SECRET);
        assertThat(count() - before).isEqualTo(response.statusCode() == 201 ? 1 : 0);
        if (response.statusCode() == 201) {
            String page = response.headers().firstValue("Location").orElseThrow();
            String path = page.substring(site.uri().toString().length());
            assertThat(site.get(path).statusCode()).isIn(200, 404); // 404: a private note
        }
    }

    /** How many notes there are, whatever their state. */
    private static long count() {
        long count = 0;
        NotePage page = page(null);
        while (page.next() != null) {
            count += page.notes().size();
            page = page(page.next());
        }
        return count + page.notes().size();
    }

    private static NotePage page(NoteQuery.@Nullable Cursor after) {
        return TestSite.await(Running.SITE.site.deployment().notes().list(new NoteQuery(null, null, after, 200, true)));
    }
}
