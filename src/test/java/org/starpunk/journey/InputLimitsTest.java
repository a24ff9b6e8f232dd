package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.starpunk.config.SettingKey;
import org.starpunk.config.SettingKeys;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;

/** Limits of docs/reference/limits.md, each at the limit and one beyond it. A refused request stores nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InputLimitsTest {

    private static final String FORM = "application/x-www-form-urlencoded";
    private static final int BODY = 60_000;
    private static final int UPLOAD = 100_000;

    private final TestSite site = TestSite.start(Map.of(
                    "STARPUNK_MAX_BODY_BYTES", Integer.toString(BODY),
                    "STARPUNK_MAX_UPLOAD_BYTES", Integer.toString(UPLOAD),
                    "STARPUNK_MAX_NOTE_LENGTH", "100",
                    "STARPUNK_MAX_TAGS", "3",
                    "STARPUNK_MAX_TAG_LENGTH", "10",
                    "STARPUNK_MAX_TITLE_LENGTH", "20"))
            .setUp();
    private final String token = SecretTokens.create();
    private String csrf = "";

    @BeforeAll
    void begin() {
        TestSite.await(site.deployment()
                .tokens()
                .issue(new NewToken(
                        SecretTokens.hash(token), "a test", Scopes.of(Scopes.MICROPUB), Instant.now(), null, null)));
        csrf = Jsoup.parse(site.get("/admin/notes/new").body())
                .expectFirst("input[name=csrf]")
                .val();
    }

    @AfterAll
    void close() {
        site.close();
    }

    private static String repeat(int length) {
        return "x".repeat(length);
    }

    /** Checks the statuses at the limit and one beyond it. */
    private static void limit(int max, int within, int beyond, IntFunction<Integer> status) {
        assertThat(status.apply(max)).as("%d", max).isEqualTo(within);
        assertThat(status.apply(max + 1)).as("%d", max + 1).isEqualTo(beyond);
    }

    private int raw(String head) {
        try (Socket socket = new Socket(site.uri().getHost(), site.uri().getPort())) {
            socket.setSoTimeout(120_000);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(12);
            return Integer.parseInt(new String(answer, StandardCharsets.US_ASCII).substring(9));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_request_line_has_4096_bytes_at_the_most() {
        limit(4096, 200, 414, length -> raw("GET /?" + repeat(length - 15) + " HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    @Test
    void the_headers_have_8192_bytes_at_the_most() {
        limit(
                8192,
                200,
                431,
                length -> raw("GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + repeat(length - 15) + "\r\n\r\n"));
    }

    private HttpResponse<String> form(String body) {
        return site.send(site.request("/admin/notes", "Content-Type", FORM)
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    @Test
    void a_body_has_no_more_bytes_than_are_set() {
        limit(BODY, 422, 413, length -> {
            String head = "csrf=" + csrf + "&text=";
            return form(head + repeat(length - head.length())).statusCode();
        });
        limit(BODY, 400, 413, length -> {
            String head = "{\"type\":[\"h-entry\"],\"properties\":{\"content\":[\"";
            return micropub(head + repeat(length - head.length() - 4) + "\"]}}").statusCode();
        });
    }

    @Test
    void a_form_has_256_fields_at_the_most() {
        limit(256, 303, 400, count -> {
            String fields =
                    IntStream.range(0, count - 2).mapToObj(i -> "&f" + i + "=1").collect(Collectors.joining());
            return form("csrf=" + csrf + "&text=Fields" + fields).statusCode();
        });
    }

    @Test
    void an_upload_has_no_more_bytes_than_are_set() {
        Path media = site.dataDir().resolve("media");
        limit(UPLOAD, 400, 413, length -> {
            String head = "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n" + csrf
                    + "\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
            String body = head + repeat(length - head.length() - 9) + "\r\n--b--\r\n";
            return site.send(site.request("/admin/photos", "Content-Type", "multipart/form-data; boundary=b")
                            .POST(BodyPublishers.ofString(body))
                            .build())
                    .statusCode();
        });
        assertThat(media.toFile().listFiles(file -> file.isFile()))
                .as("nothing is left")
                .isNullOrEmpty();
    }

    private HttpResponse<String> micropub(String json) {
        return site.send(
                site.request("/micropub", "Content-Type", "application/json", "Authorization", "Bearer " + token)
                        .POST(BodyPublishers.ofString(json))
                        .build());
    }

    private int create(String property, Object... values) {
        JsonObject properties = new JsonObject().put("content", new JsonArray().add("Short"));
        JsonArray all = new JsonArray();
        for (Object value : values) {
            all.add(value);
        }
        return micropub(new JsonObject()
                        .put("type", new JsonArray().add("h-entry"))
                        .put("properties", properties.put(property, all))
                        .encode())
                .statusCode();
    }

    private int compose(String field, String value) {
        return form("csrf=" + csrf + "&text=Text&" + field + "=" + value).statusCode();
    }

    @Test
    void a_note_its_title_and_its_tags_are_as_long_and_many_as_is_set() {
        limit(100, 201, 400, length -> create("content", repeat(length)));
        limit(
                100,
                303,
                422,
                length -> form("csrf=" + csrf + "&text=" + repeat(length)).statusCode());
        limit(20, 201, 400, length -> create("name", repeat(length)));
        limit(20, 303, 422, length -> compose("title", repeat(length)));
        limit(10, 201, 400, length -> create("category", repeat(length)));
        limit(10, 303, 422, length -> compose("tags", repeat(length)));
        limit(3, 201, 400, count -> create("category", tags(count)));
        limit(3, 303, 422, count -> compose("tags", "a1,b2,c3,d4".substring(0, 3 * count - 1)));
    }

    private static Object[] tags(int count) {
        return IntStream.range(0, count).mapToObj(i -> "tag" + i).toArray();
    }

    @Test
    void photos_addresses_and_descriptions_have_fixed_limits() {
        String photo = "/media/" + repeat(43) + ".jpg";
        limit(
                50,
                201,
                400,
                count -> create(
                        "photo", Collections.nCopies(count, site.uri() + photo).toArray()));
        limit(2048, 201, 400, length -> create("in-reply-to", "https://example.org/" + repeat(length - 20)));
        limit(
                2000,
                201,
                400,
                length -> create(
                        "photo",
                        new JsonObject().put("value", site.uri() + photo).put("alt", repeat(length))));
    }

    @Test
    void json_is_as_deep_and_as_wide_as_is_good_for_it() {
        limit(20, 201, 400, depth -> create("x", nested(depth - 3)));
        limit(500, 201, 400, count -> {
            JsonObject wide = new JsonObject();
            IntStream.range(0, count).forEach(i -> wide.put("k" + i, 1));
            return create("x", wide);
        });
    }

    private static Object nested(int depth) {
        Object value = "x";
        for (int i = 0; i < depth; i++) {
            value = new JsonArray().add(value);
        }
        return value;
    }

    @Test
    void a_search_takes_200_characters() {
        limit(200, 200, 400, length -> site.get("/search?q=" + repeat(length)).statusCode());
    }

    @Test
    void the_limits_page_names_every_key() throws IOException {
        String page = Files.readString(Path.of("docs/reference/limits.md"));
        for (SettingKey<?> key : SettingKeys.all()) {
            if (key.name().startsWith("STARPUNK_MAX_")) {
                assertThat(page).contains("`" + key.name() + "`");
            }
        }
    }
}
