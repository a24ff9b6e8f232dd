package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.starpunk.ManualClock;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;

/** Notes that are published when their time comes. The test sets the clock of the site. */
class ScheduledNotesTest {

    private static final List<String> LISTS = List.of(
            "/",
            "/tags",
            "/tags/later",
            "/archive",
            "/archive/2027/03",
            "/search?q=Patience",
            "/feed.rss",
            "/feed.atom",
            "/feed.json",
            "/feed.atom?all=true",
            "/sitemap.xml",
            "/tags/later/feed.rss");

    private final ManualClock clock = new ManualClock();
    private final TestSite site;

    ScheduledNotesTest() {
        clock.set(Instant.parse("2027-03-27T12:00:00Z"));
        site = TestSite.start(Map.of("STARPUNK_TIME_ZONE", "Europe/Berlin"), clock)
                .setUp();
    }

    @AfterEach
    void close() {
        site.close();
    }

    private Note note(String slug) {
        return TestSite.await(site.deployment().notes().bySlug(slug)).orElseThrow();
    }

    private HttpResponse<String> write(String slug, String published, String... more) {
        String[] fields = {"text", "Patience, " + slug, "tags", "later", "slug", slug, "published", published};
        String[] all = new String[fields.length + more.length];
        System.arraycopy(fields, 0, all, 0, fields.length);
        System.arraycopy(more, 0, all, fields.length, more.length);
        return site.submit("/admin/notes/new", "/admin/notes", all);
    }

    /** Schedules a note without a login, which the test's clock would end. */
    private void schedule(String slug, String published) {
        Note.Content content = new Note.Content(
                null,
                "Patience, " + slug,
                Note.Format.MARKDOWN,
                List.of(),
                List.of(),
                Note.Status.PUBLISHED,
                Note.Visibility.PUBLIC,
                null,
                null,
                null);
        Note note = TestSite.await(
                site.deployment().notes().create(new NewNote(content, slug, OffsetDateTime.parse(published))));
        assertThat(note.content().status()).isEqualTo(Note.Status.SCHEDULED);
    }

    private HttpResponse<String> save(String slug, String... fields) {
        String path = "/admin/notes/" + note(slug).id();
        return site.submit(path, path, fields);
    }

    /** Waits without a request to a page. */
    private void awaitStatus(String slug, Note.Status status) {
        await().atMost(Duration.ofMinutes(2)).until(() -> note(slug).content().status() == status);
    }

    private void assertHidden(String slug) {
        for (String path : LISTS) {
            assertThat(site.get(path).body()).as(path).doesNotContain("Patience, " + slug, "/notes/" + slug);
        }
    }

    /** Checks as a reader who is not logged in. */
    private void assertNotFound(String slug) {
        assertThat(site.get("/notes/" + slug).statusCode()).isEqualTo(404);
    }

    @Test
    void a_note_appears_everywhere_at_its_time_and_nowhere_before() {
        // The clocks of Berlin go from 02:00 to 03:00 on 28 March 2027, at 01:00 UTC.
        assertThat(write("early", "2027-03-28T01:59").statusCode()).isEqualTo(303);
        HttpResponse<String> saved = write("late", "2027-03-28T03:30");
        String composer = "/admin/notes/" + note("late").id() + "?saved";
        assertThat(saved.headers().firstValue("Location")).contains(composer);
        assertThat(Jsoup.parse(site.get(composer).body())
                        .select("[role=status]")
                        .text())
                .contains("Scheduled", "28 Mar 2027, 03:30", "Europe/Berlin");
        assertThat(site.get("/notes/late").body()).as("for the author").contains("Scheduled for");
        assertThat(note("late").published().toInstant()).isEqualTo("2027-03-28T01:30:00Z");
        site.forgetCookies();
        assertNotFound("late");
        assertHidden("early");
        assertHidden("late");

        clock.set(Instant.parse("2027-03-28T01:29:59Z"));
        awaitStatus("early", Note.Status.PUBLISHED);
        assertThat(site.get("/").body()).contains("Patience, early");
        assertNotFound("late");
        assertHidden("late");

        clock.advance(Duration.ofSeconds(1));
        awaitStatus("late", Note.Status.PUBLISHED);
        assertThat(site.get("/notes/late").statusCode()).isEqualTo(200);
        for (String path : LISTS) {
            boolean index = path.equals("/tags") || path.equals("/archive");
            assertThat(site.get(path).body()).as(path).contains(index ? "2" : "/notes/late");
        }
        assertThat(site.get("/feed.atom").body())
                .contains("<published>2027-03-28T03:30:00+02:00</published>")
                .contains("<updated>2027-03-28T03:30:00+02:00</updated>");
        assertThat(site.get("/feed.rss").body()).contains("<pubDate>Sun, 28 Mar 2027 03:30:00 +0200</pubDate>");
    }

    @Test
    void a_note_whose_time_passed_while_no_server_ran_is_there_at_the_first_request() {
        write("asleep", "2027-03-27T14:00");
        site.stop();
        clock.advance(Duration.ofDays(2));
        site.startAgain(0);
        site.forgetCookies();
        assertThat(site.get("/notes/asleep").statusCode()).isEqualTo(200);
        assertThat(site.get("/").body()).contains("Patience, asleep");
    }

    @Test
    void a_clock_that_is_set_is_followed_and_takes_nothing_back() {
        schedule("noon", "2027-03-28T10:00:00Z");
        clock.set(Instant.parse("2027-03-01T00:00:00Z"));
        schedule("soon", "2027-03-01T00:30:00Z");
        clock.set(Instant.parse("2027-03-01T00:30:00Z"));
        awaitStatus("soon", Note.Status.PUBLISHED);
        assertThat(note("noon").content().status()).isEqualTo(Note.Status.SCHEDULED);
        clock.set(Instant.parse("2027-03-28T10:00:00Z"));
        awaitStatus("noon", Note.Status.PUBLISHED);
        clock.set(Instant.parse("2027-03-27T12:00:00Z"));
        schedule("again", "2027-03-27T12:01:00Z");
        clock.advance(Duration.ofMinutes(1));
        awaitStatus("again", Note.Status.PUBLISHED);
        assertThat(site.get("/notes/noon").statusCode()).isEqualTo(200);
        assertThat(note("noon").content().status()).isEqualTo(Note.Status.PUBLISHED);
    }

    @Test
    void drafts_stay_drafts_and_private_notes_stay_private() {
        write("a-draft", "2027-03-27T14:00", "status", "draft");
        write("mine", "2027-03-27T14:00", "visibility", "private");
        assertThat(Jsoup.parse(site.get("/admin/notes/" + note("a-draft").id()).body())
                        .select("#published")
                        .val())
                .as("a draft shows the time that was chosen for it")
                .isEqualTo("2027-03-27T14:00");
        clock.advance(Duration.ofHours(3));
        awaitStatus("mine", Note.Status.PUBLISHED);
        assertThat(note("a-draft").content().status()).isEqualTo(Note.Status.DRAFT);
        site.forgetCookies();
        assertNotFound("a-draft");
        assertNotFound("mine");
        assertHidden("mine");
    }

    @Test
    void the_author_sees_changes_and_publishes_scheduled_notes() {
        write("one", "2027-04-01T08:00");
        write("two", "2027-04-02T08:00");
        write("three", "2027-04-03T08:00");
        for (String path : List.of("/admin", "/admin/notes", "/admin/notes?state=scheduled")) {
            assertThat(site.get(path).body())
                    .as(path)
                    .contains("Scheduled for 1 Apr 2027, 08:00", "Scheduled for 2 Apr 2027, 08:00");
        }
        assertThat(Jsoup.parse(site.get("/admin/notes?state=scheduled").body())
                        .select("td a")
                        .eachAttr("href"))
                .as("soonest first")
                .containsExactly(
                        "/admin/notes/" + note("one").id(),
                        "/admin/notes/" + note("two").id(),
                        "/admin/notes/" + note("three").id());

        save("one", "text", "Patience, one", "slug", "one", "published", "2027-04-05T09:00", "status", "published");
        assertThat(note("one").published().toInstant()).isEqualTo("2027-04-05T07:00:00Z");
        assertThat(note("one").content().status()).isEqualTo(Note.Status.SCHEDULED);
        save("two", "text", "Patience, two", "slug", "two", "published", "2027-04-02T08:00", "status", "now");
        assertThat(note("two").content().status()).isEqualTo(Note.Status.PUBLISHED);
        assertThat(note("two").published().toInstant()).isEqualTo(clock.instant());
        save("three", "text", "Patience, three", "slug", "three", "published", "2027-04-03T08:00", "status", "draft");
        assertThat(note("three").content().status()).isEqualTo(Note.Status.DRAFT);

        site.submit(
                "/admin/notes",
                "/admin/notes/publish",
                "id",
                Long.toString(note("one").id()));
        assertThat(note("one").content().status()).isEqualTo(Note.Status.PUBLISHED);
        assertThat(note("one").published().toInstant()).isEqualTo(clock.instant());
        save("two", "text", "Patience, two", "slug", "two", "published", "2027-05-01T08:00", "status", "published");
        assertThat(note("two").content().status()).isEqualTo(Note.Status.SCHEDULED);
        site.forgetCookies();
        assertNotFound("two");
    }

    @Test
    void a_time_that_cannot_be_used_is_refused_at_its_field() {
        for (String wrong : List.of("soon", "2027-13-01T00:00", "+12000-01-01T00:00")) {
            HttpResponse<String> refused = write("wrong", wrong);
            assertThat(refused.statusCode()).as(wrong).isEqualTo(422);
            Document page = Jsoup.parse(refused.body());
            assertThat(page.select("#published[aria-invalid]").val()).isEqualTo(wrong);
            assertThat(page.select("#wrong").text()).contains("2026-12-24T18:30");
        }
        HttpResponse<String> draft = write("wrong", "2020-01-01T00:00", "status", "draft");
        assertThat(draft.statusCode()).isEqualTo(422);
        assertThat(Jsoup.parse(draft.body()).select("#wrong").text()).contains("when you publish it");
        assertThat(write("old", "2020-01-01T00:00").statusCode()).isEqualTo(303);
        assertThat(note("old").published().toInstant()).isEqualTo("2019-12-31T23:00:00Z");
        assertThat(note("old").content().status()).isEqualTo(Note.Status.PUBLISHED);
    }

    private String token() {
        String secret = SecretTokens.create();
        TestSite.await(site.deployment()
                .tokens()
                .issue(new NewToken(
                        SecretTokens.hash(secret),
                        "an app",
                        Scopes.parse("create update"),
                        clock.instant(),
                        null,
                        null)));
        return secret;
    }

    private HttpResponse<String> micropub(String token, JsonObject body) {
        return site.send(
                site.request("/micropub", "Authorization", "Bearer " + token, "Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body.encode()))
                        .build());
    }

    private static JsonObject post(String slug, String published) {
        return new JsonObject()
                .put("type", new JsonArray().add("h-entry"))
                .put(
                        "properties",
                        new JsonObject()
                                .put("content", new JsonArray().add("Patience, " + slug))
                                .put("mp-slug", new JsonArray().add(slug))
                                .put("published", new JsonArray().add(published)));
    }

    private JsonObject source(String token, String slug) {
        HttpResponse<String> answer =
                site.get("/micropub?q=source&url=" + site.uri() + "/notes/" + slug, "Authorization", "Bearer " + token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body()).getJsonObject("properties");
    }

    @Test
    void an_app_schedules_a_note_by_published_and_changes_it() {
        String token = token();
        HttpResponse<String> created = micropub(token, post("app", "2027-03-28T02:30"));
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        String location = created.headers().firstValue("Location").orElseThrow();
        assertThat(location).startsWith(site.uri() + "/notes/app?preview=");
        JsonObject source = source(token, "app");
        assertThat(source.getJsonArray("post-status")).containsExactly("scheduled");
        assertThat(source.getJsonArray("published")).containsExactly("2027-03-28T03:30:00+02:00");
        site.forgetCookies();
        assertNotFound("app");
        assertHidden("app");
        String preview = location.substring(site.uri().toString().length());
        assertThat(site.get(preview).body()).contains("Patience, app", "Scheduled for 28 March 2027, 03:30");

        JsonObject same = new JsonObject()
                .put("action", "update")
                .put("url", location)
                .put(
                        "replace",
                        new JsonObject()
                                .put("content", new JsonArray().add("Patience, app, edited"))
                                .put("published", source.getJsonArray("published"))
                                .put("post-status", source.getJsonArray("post-status")));
        assertThat(micropub(token, same).statusCode()).isIn(200, 204);
        assertThat(note("app").content().status()).isEqualTo(Note.Status.SCHEDULED);

        clock.set(Instant.parse("2027-03-28T01:30:00Z"));
        awaitStatus("app", Note.Status.PUBLISHED);
        assertThat(site.get("/notes/app").body())
                .contains("Patience, app, edited")
                .doesNotContain("dt-updated");
        assertThat(source(token, "app").getJsonArray("post-status")).containsExactly("published");

        JsonObject undated = post("undated", "2027-03-29T02:30");
        undated.getJsonObject("properties").remove("published");
        undated.getJsonObject("properties").put("post-status", new JsonArray().add("scheduled"));
        HttpResponse<String> refused = micropub(token, undated);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("published");

        JsonObject draft = post("drafted", "2027-03-29T12:00:00Z");
        draft.getJsonObject("properties").put("post-status", new JsonArray().add("draft"));
        assertThat(micropub(token, draft).statusCode()).isEqualTo(201);
        assertThat(note("drafted").content().status()).isEqualTo(Note.Status.DRAFT);
        JsonObject publish = new JsonObject()
                .put("action", "update")
                .put("url", site.uri() + "/notes/drafted")
                .put("replace", new JsonObject().put("post-status", new JsonArray().add("published")));
        assertThat(micropub(token, publish).statusCode()).isIn(200, 204);
        assertThat(note("drafted").content().status()).isEqualTo(Note.Status.SCHEDULED);
    }
}
