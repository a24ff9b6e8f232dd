package org.starpunk.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.starpunk.note.Note;
import org.starpunk.note.TagNameRules;

class ComposerJourneyTest {

    private static TestSite site;

    @BeforeAll
    static void start() {
        site = TestSite.start().setUp();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static String location(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(303);
        return response.headers().firstValue("Location").orElseThrow();
    }

    private static Note note(String slug) {
        return TestSite.await(site.deployment().notes().bySlug(slug)).orElseThrow();
    }

    private static HttpResponse<String> compose(String... fields) {
        return site.submit("/admin/notes/new", "/admin/notes", fields);
    }

    private static Document page(String path) {
        HttpResponse<String> response = site.get(path, "Accept", "text/html");
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        return Jsoup.parse(response.body());
    }

    @Test
    void a_published_note_stands_at_its_address_at_once() {
        String text = "\n\nGrüße *an* alle 👋\n\n    indented & <b>raw</b>\n";
        String path = location(compose(
                "title",
                "First post",
                "text",
                text.replace("\n", "\r\n"),
                "tags",
                "Vert.x, Zürich",
                "status",
                "published"));
        assertThat(path).isEqualTo("/notes/first-post");
        assertThat(page(path).text()).contains("Grüße an alle 👋").contains("indented & <b>raw</b>");
        assertThat(page("/").text()).contains("First post");
        Note note = note("first-post");
        assertThat(note.content().text()).isEqualTo(text);
        assertThat(TagNameRules.line(note.content().tags())).isEqualTo("Vert.x, Zürich");
        Document composer = page("/admin/notes/" + note.id());
        assertThat(composer.expectFirst("textarea").wholeText()).isEqualTo(text);
        assertThat(composer.select("#tags").val()).isEqualTo("Vert.x, Zürich");
    }

    @Test
    void a_draft_stays_in_the_composer_until_it_is_published() {
        String path = location(compose("text", "Half a thought", "status", "draft", "slug", "half"));
        assertThat(path).matches("/admin/notes/\\d+\\?saved");
        long id = note("half").id();
        assertThat(page(path).text()).contains("Saved").contains("See the draft");
        site.forgetCookies();
        assertThat(site.get("/notes/half").statusCode()).isEqualTo(404);
        logIn();
        String edit = "/admin/notes/" + id;
        assertThat(location(site.submit(edit, edit, "text", "A whole thought", "status", "published")))
                .isEqualTo("/notes/half");
        assertThat(page("/notes/half").text()).contains("A whole thought");
    }

    private static void logIn() {
        location(site.submit("/admin/login", "/admin/login", "password", TestSite.PASSWORD));
    }

    @Test
    void a_private_note_is_seen_by_its_author_alone() {
        location(compose("text", "Only I", "slug", "only-i", "visibility", "private"));
        assertThat(site.get("/notes/only-i").statusCode()).isEqualTo(200);
        site.forgetCookies();
        assertThat(site.get("/notes/only-i").statusCode()).isEqualTo(404);
        logIn();
    }

    @Test
    void what_is_wrong_is_said_and_what_was_typed_stays() {
        HttpResponse<String> empty = compose("title", "", "text", "  ", "tags", "kept, too");
        assertThat(empty.statusCode()).isEqualTo(422);
        assertThat(empty.body()).contains("The note is empty").contains("value=\"kept, too\"");
        int limit = site.deployment().settings().limits().titleLength();
        HttpResponse<String> tooLong = compose("title", "x".repeat(limit + 1), "text", "My <long> text");
        assertThat(tooLong.statusCode()).isEqualTo(422);
        assertThat(tooLong.body()).contains("The title has").contains("My &lt;long&gt; text");
        assertThat(location(compose("title", "x".repeat(limit), "text", "fits")))
                .startsWith("/notes/");
    }

    @Test
    void control_characters_are_removed_and_the_text_is_saved() {
        String path = location(compose(
                "title",
                "Ti\u0000tle\u0007",
                "text",
                "First\u0000 line\u001b\n\tsecond\u0001",
                "tags",
                "pasted\u0008"));
        assertThat(site.get(path).body())
                .contains("Title", "First line", "second", "/tags/pasted")
                .doesNotContain("\u0000", "\u0001", "\u0007", "\u0008", "\u001b");
        HttpResponse<String> refused = compose("title", "", "text", "\u0000 ", "tags", "ke\u0000pt");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("The note is empty").contains("value=\"kept\"");
    }

    @Test
    void a_body_over_the_limit_is_refused_before_it_is_read() {
        String huge = "x".repeat(site.deployment().settings().limits().bodyBytes() + 1);
        HttpResponse<String> refused = compose("text", huge);
        assertThat(refused.statusCode()).isEqualTo(413);
    }

    @Test
    void the_preview_is_what_will_be_published() {
        String text = "**bold** <script>alert(1)</script> [x](javascript:alert(1))";
        Document composer = page("/admin/notes/new");
        String token = composer.select("input[name=csrf]").val();
        String form = "csrf=" + token + "&title=&text=" + URLEncoder.encode(text, UTF_8);
        HttpResponse<String> answer = site.send(site.request("/admin/preview", "Accept", "application/json")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build());
        JsonObject preview = new JsonObject(answer.body());
        assertThat(preview.getString("html"))
                .contains("<strong>bold</strong>")
                .doesNotContain("<script", "javascript:");
        String path = location(compose("text", text));
        assertThat(path).isEqualTo("/notes/" + preview.getString("slug"));
        assertThat(page(path).select(".e-content").html())
                .isEqualTo(Jsoup.parse(preview.getString("html")).body().html());
        HttpResponse<String> page = site.submit("/admin/notes/new", "/admin/preview", "text", text, "tags", "kept");
        assertThat(page.statusCode()).as("without a script").isEqualTo(200);
        assertThat(page.body())
                .contains("<strong>bold</strong>")
                .contains("value=\"kept\"")
                .doesNotContain("<script>alert");
    }

    @Test
    void notes_are_deleted_together_and_come_back() {
        Note one = site.publish("To be deleted one", "");
        Note two = site.publish("To be deleted two", "");
        String[] ids = {"id", String.valueOf(one.id()), "id", String.valueOf(two.id())};
        String after = location(site.submit("/admin/notes", "/admin/notes/delete", ids));
        assertThat(page(after).text()).contains("2 notes were deleted").contains("Undo");
        assertThat(site.get(one.path()).statusCode()).isEqualTo(410);
        assertThat(site.get(two.path()).statusCode()).isEqualTo(410);
        assertThat(page("/admin/notes/" + one.id()).text()).contains("This note is deleted");
        location(site.submit("/admin/notes", "/admin/notes/undelete", ids));
        assertThat(site.get(one.path()).statusCode()).isEqualTo(200);
        assertThat(site.get(two.path()).statusCode()).isEqualTo(200);
    }

    @Test
    void all_notes_are_found_by_turning_pages_and_by_words() {
        for (int i = 0; i < 35; i++) {
            Note unused = site.publish("Numbered note R&D #1+1 " + i + (i == 3 ? " zebra" : ""), "");
        }
        Document first = page("/admin/notes");
        String next = first.select("a[rel=next]").attr("href");
        assertThat(first.select("tbody tr")).hasSize(30);
        Document second = page(next);
        assertThat(second.select("tbody tr")).isNotEmpty();
        List<String> links = first.select("tbody a").eachAttr("href");
        assertThat(second.select("tbody a").eachAttr("href")).doesNotContainAnyElementsOf(links);
        Document found = page("/admin/notes?q=zebra");
        assertThat(found.select("tbody tr")).hasSize(1);
        assertThat(found.select("tbody").text()).contains("Numbered note R&D #1+1 3 zebra");
        assertThat(page("/admin/notes?q=nosuchword").text()).contains("No note has");
        Document many = page("/admin/notes?q=" + URLEncoder.encode("numbered NOTE R&D #1+1", UTF_8));
        assertThat(many.select("tbody tr")).hasSize(30);
        Document rest = page(many.select("a[rel=next]").attr("href"));
        assertThat(rest.select("tbody tr")).hasSizeGreaterThanOrEqualTo(5);
        assertThat(rest.select("tbody a").eachAttr("href"))
                .doesNotContainAnyElementsOf(many.select("tbody a").eachAttr("href"));
        assertThat(rest.select("input[name=q]").val()).isEqualTo("numbered NOTE R&D #1+1");
        Document newest = page(rest.select("nav.pager a:not([rel])").attr("href"));
        assertThat(newest.select("input[name=q]").val()).isEqualTo("numbered NOTE R&D #1+1");
    }

    @Test
    void a_tag_is_renamed_everywhere() {
        Note note = site.publish("About the JVM", "Javva");
        String token = page("/admin/tags")
                .expectFirst("form[action=/admin/tags] input[name=csrf]")
                .val();
        HttpResponse<String> wrong = site.post("/admin/tags", "csrf", token, "slug", "javva", "name", " . ");
        assertThat(wrong.statusCode()).isEqualTo(422);
        location(site.post("/admin/tags", "csrf", token, "slug", "javva", "name", "Java"));
        assertThat(page(note.path()).text()).contains("Java").doesNotContain("Javva");
        assertThat(site.get("/tags/java").statusCode()).isEqualTo(200);
    }

    @Test
    void two_tags_become_one_only_when_that_is_said_twice() {
        Note one = site.publish("On pots", "Pottery");
        site.publish("On bowls", "Ceramics");
        String token = page("/admin/tags")
                .expectFirst("form[action=/admin/tags] input[name=csrf]")
                .val();
        HttpResponse<String> asked = site.post("/admin/tags", "csrf", token, "slug", "pottery", "name", "ceramics");
        assertThat(asked.statusCode()).isEqualTo(409);
        assertThat(asked.body()).contains("which cannot be undone").contains("Merge the tags");
        assertThat(page(one.path()).text()).contains("Pottery");
        location(site.post("/admin/tags", "csrf", token, "slug", "pottery", "name", "Ceramics", "merge", "yes"));
        assertThat(page(one.path()).text()).contains("Ceramics").doesNotContain("Pottery");
        assertThat(page("/tags/ceramics").text()).contains("On pots").contains("On bowls");
    }

    @Test
    void a_picture_is_kept_and_what_is_none_is_refused() throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", png);
        String token = page("/admin/notes/new").expectFirst("input[name=csrf]").val();
        HttpResponse<String> kept = SiteOwner.tryUpload(site, png.toByteArray(), token);
        assertThat(kept.statusCode()).as(kept.body()).isEqualTo(201);
        String url = new JsonObject(kept.body()).getString("url");
        assertThat(url).startsWith("/media/");
        assertThat(site.get(url).headers().firstValue("Content-Type")).contains("image/png");
        assertThat(SiteOwner.tryUpload(site, "<script>".getBytes(UTF_8), token).statusCode())
                .isEqualTo(400);
        assertThat(SiteOwner.tryUpload(site, png.toByteArray(), "x.y").statusCode())
                .isEqualTo(403);
        Path incoming = site.dataDir().resolve("media/incoming"); // an upload is deleted after its response
        await().untilAsserted(() -> assertThat(incoming).isEmptyDirectory());
    }

    @Test
    void the_preview_asks_for_descriptions_that_pictures_lack() {
        for (String text : List.of("![](/media/a.jpg)", "<img src='/media/a.jpg'>")) {
            assertThat(site.submit("/admin/notes/new", "/admin/preview", "text", text)
                            .body())
                    .contains("One picture has no description");
        }
        assertThat(site.submit("/admin/notes/new", "/admin/preview", "text", "![A cat](/media/a.jpg) and alt=\"\"")
                        .body())
                .doesNotContain("no description");
    }

    @Test
    void texts_made_to_be_slow_are_previewed_or_given_up_and_the_site_goes_on() {
        String token = page("/admin/notes/new").expectFirst("input[name=csrf]").val();
        List<CompletableFuture<HttpResponse<String>>> previews = Stream.of(
                        "[", "*a **a ", "<b><p>", "> ", "[a](", "<table>")
                .map(seed -> URLEncoder.encode(seed.repeat(100_000 / seed.length()), UTF_8))
                .map(text -> site.request(
                                "/admin/preview",
                                "Content-Type",
                                "application/x-www-form-urlencoded",
                                "Accept",
                                "application/json")
                        .POST(BodyPublishers.ofString("csrf=" + token + "&text=" + text))
                        .build())
                .map(request -> site.client().sendAsync(request, BodyHandlers.ofString()))
                .toList();
        assertThat(site.get("/").statusCode()).as("while they are under way").isEqualTo(200);
        assertThat(previews)
                .allSatisfy(preview -> assertThat(preview.join().statusCode()).isIn(200, 503));
    }

    @Test
    void what_is_not_there_is_404() {
        assertThat(site.get("/admin/notes/999999").statusCode()).isEqualTo(404);
        assertThat(site.get("/admin/notes/nonsense").statusCode()).isEqualTo(404);
        assertThat(site.get("/admin/notes/-1").statusCode()).isEqualTo(404);
    }
}
