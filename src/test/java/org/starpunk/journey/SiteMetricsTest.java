package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Pkce;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;

/** Business events of the site, and the number of queries of a page, as in {@code /admin/metrics}. */
class SiteMetricsTest {

    private final TestSite site = TestSite.start().setUp();

    @AfterEach
    void close() {
        site.close();
    }

    private long count(String event) {
        return site.json("/admin/metrics").getJsonArray("business").stream()
                .map(JsonObject.class::cast)
                .filter(row -> row.getString("name").equals(event))
                .mapToLong(row -> row.getLong("count"))
                .sum();
    }

    private void assertCounted(String event, long count) {
        await().untilAsserted(() -> assertThat(count(event)).as(event).isEqualTo(count));
    }

    @Test
    void a_page_is_missed_once_and_then_hit_and_a_304_is_a_hit_too() {
        site.publish("Kept", "t");
        String etag = site.get("/").headers().firstValue("etag").orElseThrow();
        assertCounted("cache_miss", 1);
        assertCounted("cache_hit", 0);
        site.get("/");
        site.head("/");
        assertThat(site.get("/", "If-None-Match", etag).statusCode()).isEqualTo(304);
        assertCounted("cache_hit", 3);
        site.publish("Changes everything", "t");
        site.get("/");
        assertCounted("cache_miss", 2);
        assertThat(site.json("/admin/metrics").getJsonObject("cache").getDouble("hit_rate"))
                .isEqualTo(0.6);
    }

    @Test
    void feeds_and_searches_are_counted_where_they_happen() {
        site.publish("Something to find", "t");
        site.get("/feed.rss");
        site.get("/feed.rss");
        site.get("/feed.json");
        site.get("/tags/t/feed.atom");
        site.get("/feed.atom?all=true");
        assertCounted("feed_generated", 4);
        site.get("/search");
        assertCounted("search", 0);
        site.get("/search?q=something");
        site.get("/search?q=nothing");
        assertCounted("search", 2);
    }

    @Test
    void what_the_author_does_is_counted_login_and_all() {
        assertThat(site.submit("/admin", "/admin/logout").statusCode()).isEqualTo(303);
        assertThat(site.submit("/admin/login", "/admin/login", "password", TestSite.PASSWORD)
                        .statusCode())
                .isEqualTo(303);
        site.submit("/admin/notes/new", "/admin/notes", "text", "Counted");
        long id = TestSite.await(site.deployment().notes().bySlug("counted"))
                .orElseThrow()
                .id();
        site.submit("/admin/notes/" + id, "/admin/notes/" + id, "text", "Counted anew");
        String all = Long.toString(id);
        site.submit("/admin/notes", "/admin/notes/delete", "id", all);
        assertCounted("note_deleted", 1);
        site.submit("/admin/notes", "/admin/notes/undelete", "id", all);
        for (String event : List.of("login", "note_created", "note_updated", "note_deleted", "note_undeleted")) {
            assertCounted(event, 1);
        }
        assertCounted("note_published", 2); // as a new note, and when it came back
    }

    @Test
    void logins_of_apps_and_what_they_post_are_counted() {
        decide("approve");
        decide("deny");
        assertCounted("authentication", 2);
        assertCounted("micropub", 0);
        String secret = SecretTokens.create();
        TestSite.await(site.deployment()
                .tokens()
                .issue(new NewToken(
                        SecretTokens.hash(secret), "app", Scopes.parse("create"), Instant.now(), null, null)));
        site.post("/micropub", "content", "posted", "access_token", secret);
        site.post("/micropub", "content", "refused");
        assertCounted("micropub", 2);
        await().untilAsserted(() -> assertThat(site.json("/admin/metrics").getJsonArray("endpoints").stream()
                        .map(row -> ((JsonObject) row).getString("endpoint")))
                .contains("GET /auth", "POST /auth/consent", "POST /micropub"));
        assertCounted("note_created", 1);
    }

    private void decide(String decision) {
        String challenge = Pkce.challenge(SecretTokens.create());
        String page =
                "/auth?response_type=code&client_id=http://localhost:7777/&redirect_uri=http://localhost:7777/back"
                        + "&state=st&code_challenge_method=S256&code_challenge=" + challenge;
        HttpResponse<String> answer = site.submit(
                page,
                "/auth/consent",
                "decision",
                decision,
                "response_type",
                "code",
                "client_id",
                "http://localhost:7777/",
                "redirect_uri",
                "http://localhost:7777/back",
                "state",
                "st",
                "code_challenge",
                challenge,
                "code_challenge_method",
                "S256");
        assertThat(answer.statusCode()).isEqualTo(302);
    }

    @Test
    void a_list_takes_the_same_number_of_queries_for_one_note_and_for_twenty() {
        site.publish("The first", "a, b");
        long[] few = {queries("/"), queries("/tags/a"), queries("/feed.atom"), queries("/search?q=number")};
        IntStream.range(0, 40).forEach(i -> site.publish("Number " + i, "a, b, c" + i));
        long[] many = {queries("/"), queries("/tags/a"), queries("/feed.atom"), queries("/search?q=number")};
        assertThat(many[0]).isEqualTo(few[0]).isBetween(1L, 3L);
        assertThat(many[1]).isEqualTo(few[1]).isBetween(1L, 4L);
        assertThat(many[2]).isEqualTo(few[2]).isBetween(1L, 3L);
        assertThat(many[3]).isBetween(1L, 5L);
        assertThat(queries("/")).as("from memory").isZero();
    }

    /** Returns the number of statements of a request. The ring buffer has all of them, but receives them separately. */
    private long queries(String path) {
        HttpResponse<String> page = site.get(path);
        assertThat(page.statusCode()).as(path).isEqualTo(200);
        String id = page.headers().firstValue("x-request-id").orElseThrow();
        await().until(() -> recent(id, "http").size() == 1);
        long ran = recent(id, "http").get(0).getJsonObject("metadata").getLong("queries");
        await().until(() -> recent(id, "database").size() == ran);
        return ran;
    }

    private List<JsonObject> recent(String requestId, String type) {
        return site.json("/admin/metrics?recent=1000").getJsonArray("recent").stream()
                .map(JsonObject.class::cast)
                .filter(metric -> metric.getString("operation_type").equals(type))
                .filter(metric ->
                        requestId.equals(metric.getJsonObject("metadata").getString("request_id")))
                .toList();
    }
}
