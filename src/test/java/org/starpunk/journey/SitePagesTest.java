package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.select.Elements;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;
import org.starpunk.note.NoteUpdate;
import org.starpunk.note.Photo;
import org.starpunk.note.Tag;
import org.starpunk.note.TagNameRules;

/** Public pages as received by a reader: the conformance rows MF1 to MF6, IA1, MP33 and MP36. */
class SitePagesTest {

    private final TestSite site = SiteOwner.site();

    @AfterEach
    void close() {
        site.close();
    }

    private Document page(String path) {
        HttpResponse<String> response = site.get(path, "Accept", "text/html");
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
        return Jsoup.parse(response.body(), site.uri() + path);
    }

    private Note write(Note.Content content) {
        OffsetDateTime when = OffsetDateTime.parse("2026-11-20T08:05:09+01:00");
        return TestSite.await(site.deployment().notes().create(new NewNote(content, null, when)));
    }

    private static Note.Content content(String title, String text, String tags, List<Photo> photos, String reply) {
        return new Note.Content(
                title.isEmpty() ? null : title,
                text,
                Note.Format.MARKDOWN,
                TagNameRules.parse(tags),
                photos,
                Note.Status.PUBLISHED,
                Note.Visibility.PUBLIC,
                reply.isEmpty() ? null : reply,
                null,
                null);
    }

    @Test
    void mf1_a_note_is_one_h_entry_with_address_date_content_and_author() {
        Note note = write(content("", "Hello *world*", "", List.of(), ""));
        Elements entries = page(note.path()).select(".h-entry");
        assertThat(entries).hasSize(1);
        Element entry = entries.get(0);
        assertThat(entry.select(".u-url").not(".h-card").eachAttr("abs:href"))
                .containsExactly(site.uri() + note.path());
        assertThat(entry.select("time.dt-published").attr("datetime")).isEqualTo("2026-11-20T07:05:09+00:00");
        assertThat(entry.select(".e-content").html()).isEqualTo("<p dir=\"auto\">Hello <em>world</em></p>");
        Element author = entry.expectFirst(".p-author.h-card");
        assertThat(author.select(".p-name").text()).isEqualTo("Ada Author");
        assertThat(author.attr("href")).isEqualTo(site.uri() + "/");
        assertThat(entry.select("> .p-name")).as("an untitled note has no name").isEmpty();
        Note titled = write(content("A <title>", "Text", "", List.of(), ""));
        assertThat(page(titled.path()).select(".h-entry > .p-name").text()).isEqualTo("A <title>");
    }

    @Test
    void mf2_each_tag_is_one_category_that_leads_to_its_page() {
        Note note = write(content("", "Tagged", "Vert.x, Café, C#", List.of(), ""));
        Elements categories = page(note.path()).select(".h-entry .p-category");
        assertThat(categories.eachText()).containsExactly("C#", "Café", "Vert.x");
        for (Element category : categories) {
            Document tag = page(category.attr("href"));
            assertThat(tag.select("h1 bdi").text()).isEqualTo(category.text());
            assertThat(tag.select(".h-feed .h-entry .u-url").eachAttr("href")).containsExactly(note.path());
        }
        assertThat(page("/tags").select(".tag-cloud a").eachText()).containsExactly("C#", "Café", "Vert.x");
        assertThat(site.get("/tags/CAF%C3%89").headers().firstValue("location")).contains("/tags/caf%C3%A9");
        assertThat(site.get("/tags/none").statusCode()).isEqualTo(404);
    }

    @Test
    void mf3_home_is_an_h_feed_with_the_authors_representative_card() {
        write(content("", "One", "", List.of(), ""));
        write(content("Two", "Two", "", List.of(), ""));
        Document home = page("/");
        assertThat(home.select(".h-feed")).hasSize(1);
        assertThat(home.select(".h-feed > .h-entry")).hasSize(2);
        Elements card = home.select(".h-card .u-url.u-uid[rel~=me]");
        assertThat(card.eachAttr("href")).containsExactly(site.uri() + "/");
        assertThat(card.text()).isEqualTo("Ada Author");
        assertThat(home.select(".h-card .u-photo").attr("src")).isEqualTo("/media/ada.jpg");
    }

    @Test
    void mf4_edits_replies_and_photos_are_marked_as_such() {
        Note note = write(content(
                "", "See", "", List.of(new Photo("/media/a.jpg", "A \"cat\"")), "https://example.org/post?a=1&b=2"));
        Element entry = page(note.path()).expectFirst(".h-entry");
        assertThat(entry.select(".dt-updated")).isEmpty();
        assertThat(entry.select("a.u-in-reply-to").attr("href")).isEqualTo("https://example.org/post?a=1&b=2");
        assertThat(entry.select("img.u-photo[src=/media/a.jpg]").attr("alt")).isEqualTo("A \"cat\"");
        SiteOwner.change(site, note, new NoteUpdate(content("", "Edited", "", List.of(), ""), null, null, null));
        assertThat(page(note.path()).select(".dt-updated").attr("datetime")).matches("\\d{4}-.*[+-]\\d\\d:\\d\\d");
    }

    @Test
    void mf5_a_deleted_note_is_gone_everywhere_and_comes_back() {
        Note note = write(content("", "Shortlived", "t", List.of(), ""));
        SiteOwner.delete(site, note);
        assertThat(site.get(note.path(), "Accept", "text/html").statusCode()).isEqualTo(410);
        assertThat(site.get("/tags/t").statusCode()).isEqualTo(404);
        assertThat(site.get("/archive/2026/11").statusCode()).isEqualTo(404);
        for (String path : List.of("/", "/tags", "/search?q=shortlived")) {
            assertThat(page(path).select("main").text()).as(path).doesNotContain("Shortlived");
        }
        TestSite.await(site.deployment().notes().undelete(note.id()));
        assertThat(page(note.path()).text()).contains("Shortlived");
        assertThat(page("/").text()).contains("Shortlived");
    }

    @Test
    void ia1_and_mp33_the_endpoints_are_found_from_the_home_page_both_ways() {
        HttpResponse<String> home = site.get("/");
        String header = String.join(", ", home.headers().allValues("link"));
        Document document = Jsoup.parse(home.body());
        for (String[] rel : new String[][] {
            {"micropub", "/micropub"},
            {"indieauth-metadata", "/.well-known/oauth-authorization-server"},
            {"authorization_endpoint", "/auth"},
            {"token_endpoint", "/auth/token"}
        }) {
            String url = site.uri() + rel[1];
            assertThat(header).contains("<" + url + ">; rel=\"" + rel[0] + "\"");
            assertThat(document.select("link[rel=" + rel[0] + "]").attr("href")).isEqualTo(url);
        }
    }

    @Test
    void mp36_text_of_any_direction_comes_with_dir_auto_and_unchanged() {
        String text = "שלום עולם — مرحبا 👩‍👩‍👧 e\u0301 \u202Eabc\u202C";
        Note note = write(content("שלום", text, "עברית", List.of(), ""));
        Document page = page(note.path());
        assertThat(page.select(".e-content").attr("dir")).isEqualTo("auto");
        assertThat(page.select("h1").attr("dir")).isEqualTo("auto");
        assertThat(page.select(".e-content").text()).isEqualTo(text);
        assertThat(note.slug()).matches("[a-z0-9-]+");
        assertThat(page("/tags/" + URLEncoder.encode("עברית", StandardCharsets.UTF_8))
                        .select(".h-entry"))
                .hasSize(1);
    }

    @Test
    void lists_go_on_page_by_page_and_every_note_comes_once() {
        List<String> written = IntStream.range(0, 45)
                .mapToObj(i -> site.publish("Number " + i, "t").path())
                .toList();
        for (String first : List.of("/", "/tags/t")) {
            List<String> seen = new ArrayList<>();
            String next = first;
            while (!next.isEmpty()) {
                Document page = page(next);
                seen.addAll(page.select(".h-entry a.u-url").eachAttr("href"));
                next = page.select("a[rel=next]").attr("href");
                boolean link = site.get(
                                page.location().substring(site.uri().toString().length()))
                        .headers()
                        .firstValue("link")
                        .filter(header -> header.contains("rel=\"next\""))
                        .isPresent();
                assertThat(link).isEqualTo(!next.isEmpty());
            }
            assertThat(seen).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(written);
        }
        assertThat(site.get("/?after=nonsense").statusCode()).isEqualTo(400);
        assertThat(site.get("/?after=0-0").statusCode()).isEqualTo(404);
    }

    @Test
    void a_month_has_its_page_and_the_archive_leads_to_it() {
        Note note = write(content("", "In November", "", List.of(), ""));
        Document archive = page("/archive");
        assertThat(archive.select("a[href=/archive/2026/11]").text()).isEqualTo("November");
        assertThat(page("/archive/2026/11").select(".h-entry a.u-url").attr("href"))
                .isEqualTo(note.path());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/archive/2026/13", "/archive/2026/1", "/archive/x/y", "/notes/none", "/archive/0001/01"})
    void what_is_not_there_answers_404(String path) {
        assertThat(site.get(path, "Accept", "text/html").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/notes/%2561", "/notes/%25", "/media/%252e%252e%252fx", "/static/%252e%252e/x"})
    void an_address_is_decoded_once(String path) {
        site.publish("a", "a");
        assertThat(site.get("/notes/%61").statusCode()).isEqualTo(200);
        assertThat(site.get(path, "Accept", "text/html").statusCode()).as(path).isEqualTo(404);
    }

    @Test
    void an_old_address_leads_to_the_new_one() {
        Note note = write(content("", "Moving", "", List.of(), ""));
        SiteOwner.change(site, note, new NoteUpdate(null, null, "moved here", null));
        HttpResponse<String> old = site.get(note.path());
        assertThat(old.statusCode()).isEqualTo(301);
        assertThat(old.headers().firstValue("location")).contains("/notes/moved-here");
        assertThat(page("/notes/moved-here").text()).contains("Moving");
    }

    @Test
    void a_renamed_tag_is_shown_by_its_new_name_on_every_page() {
        Note note = write(content("", "Tagged", "colour", List.of(), ""));
        List<String> pages = List.of("/", note.path(), "/tags", "/tags/colour", "/search?q=tagged", "/feed.json");
        pages.forEach(path -> assertThat(site.get(path).body()).as(path).contains("colour"));
        TestSite.await(site.deployment().notes().renameTag("colour", new Tag("colour", "Colour!")));
        pages.forEach(path -> assertThat(site.get(path).body()).as(path).contains("Colour!"));
        TestSite.await(site.deployment().notes().renameTag("colour", new Tag("hue", "Hue")));
        assertThat(page("/tags/hue").text()).contains("Tagged");
        assertThat(page("/").text()).contains("Hue").doesNotContain("Colour!");
    }

    @Test
    void a_search_marks_what_it_found_and_keeps_markup_text() {
        write(content("", "Needle & `<script>alert(1)</script>` in a haystack", "", List.of(), ""));
        for (String query : List.of("needle", "need", "\"in a haystack\"", "script", "<script>", "alert(1)")) {
            String encoded = URLEncoder.encode(query, StandardCharsets.UTF_8);
            HttpResponse<String> found = site.get("/search?q=" + encoded);
            assertThat(found.statusCode()).as(query).isEqualTo(200);
            Document page = Jsoup.parse(found.body());
            assertThat(page.select("script")).as(query).isEmpty();
            assertThat(page.select(".hits li")).as(query).hasSize(1);
            assertThat(page.select(".hits mark")).as(query).isNotEmpty();
        }
        assertThat(page("/search?q=nothinglikethis").select(".empty").text()).contains("nothinglikethis");
        assertThat(page("/search").select("form[action=/search] input[name=q]")).hasSize(1);
        assertThat(site.get("/search?q=" + "a".repeat(300)).statusCode()).isEqualTo(400);
    }

    @Test
    void no_page_carries_a_style_or_a_script_of_its_own() {
        Note note = write(content("T", "Text", "t", List.of(new Photo("/media/a.jpg", "")), ""));
        Pattern handler = Pattern.compile("^on|^style$");
        for (String path : List.of("/", note.path(), "/tags", "/tags/t", "/archive", "/search?q=text")) {
            Document page = page(path);
            assertThat(page.select("script, style")).as(path).isEmpty();
            page.getAllElements()
                    .forEach(element -> assertThat(element.attributes().asList())
                            .noneMatch(attribute ->
                                    handler.matcher(attribute.getKey()).find()));
        }
    }
}
