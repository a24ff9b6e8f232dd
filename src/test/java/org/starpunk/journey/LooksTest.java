package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;

/** The author's own style sheet, and long notes in a list. */
class LooksTest {

    private final TestSite site = SiteOwner.site();

    @AfterEach
    void close() {
        site.close();
    }

    private List<String> sheets(String path) {
        return Jsoup.parse(site.get(path, "Accept", "text/html").body())
                .select("link[rel=stylesheet]")
                .eachAttr("href");
    }

    private Path theme() throws IOException {
        return Files.createDirectories(site.dataDir().resolve("static")).resolve("theme.css");
    }

    @Test
    void the_authors_style_sheet_comes_after_the_sites_own_on_every_page_as_soon_as_it_is_there() throws IOException {
        String note = site.publish("Hello", "t").path();
        assertThat(sheets("/")).hasSize(1);
        Files.writeString(theme(), ":root { --accent: green }");
        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(sheets("/")).hasSize(2));
        for (String page : List.of("/", note, "/tags", "/tags/t", "/archive", "/search?q=hello", "/no-such-page")) {
            List<String> sheets = sheets(page);
            assertThat(sheets).as(page).hasSize(2);
            assertThat(sheets.get(0)).matches("/static/css/site\\.css\\?v=[0-9a-f]{12}");
            assertThat(sheets.get(1)).matches("/static/theme\\.css\\?v=[0-9a-f]{12}");
        }
        HttpResponse<String> served = site.get(sheets("/").get(1));
        assertThat(served.body()).isEqualTo(":root { --accent: green }");
        assertThat(served.headers().firstValue("content-type")).contains("text/css; charset=utf-8");
        assertThat(served.headers().firstValue("cache-control")).contains("public, max-age=31536000, immutable");
    }

    @Test
    void a_changed_style_sheet_has_another_address_and_one_that_is_taken_away_is_linked_no_more() throws IOException {
        Files.writeString(theme(), "a { color: red }");
        site.restart();
        String first = sheets("/").get(1);
        Files.writeString(theme(), "a { color: darkred }");
        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(sheets("/").get(1)).isNotEqualTo(first));
        assertThat(site.get(sheets("/").get(1)).body()).contains("darkred");
        Files.delete(theme());
        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(sheets("/")).hasSize(1));
        assertThat(site.get("/static/theme.css").statusCode()).isEqualTo(404);
    }

    @Test
    void a_list_shows_the_beginning_of_a_long_note_and_leads_on() {
        String paragraph = "Many words make a paragraph, and many paragraphs make an article. ".repeat(5) + "\n\n";
        Note.Content content = new Note.Content(
                "An article",
                paragraph.repeat(3) + "## Further down\n\n" + paragraph.repeat(30) + "THE END",
                Note.Format.MARKDOWN,
                List.of(),
                List.of(),
                Note.Status.PUBLISHED,
                Note.Visibility.PUBLIC,
                null,
                null,
                null);
        Note note = TestSite.await(site.deployment().notes().create(new NewNote(content, null, null)));
        Document home = Jsoup.parse(site.get("/").body());
        Element entry = home.expectFirst(".h-entry");
        assertThat(entry.select(".e-content")).isEmpty();
        assertThat(entry.expectFirst(".p-summary").text())
                .startsWith("Many words")
                .hasSizeBetween(900, 3000);
        assertThat(entry.select(".p-summary h2, .p-summary h3"))
                .as("never ends in a heading")
                .isEmpty();
        Element more = entry.expectFirst(".more a");
        assertThat(more.attr("href")).isEqualTo(note.path());
        assertThat(more.text()).isEqualTo("Read on: An article");
        assertThat(site.get(note.path()).body()).contains("THE END");
        assertThat(site.get("/feed.atom").body()).as("a feed has all of it").contains("THE END");
    }

    @Test
    void one_endless_paragraph_is_cut_at_a_word() {
        site.publish("word ".repeat(2000) + "<b>END</b>", "");
        Element entry = Jsoup.parse(site.get("/").body()).expectFirst(".h-entry");
        assertThat(entry.expectFirst(".p-summary p").text()).endsWith("word…").hasSizeLessThan(420);
        assertThat(entry.select(".more a").text()).isEqualTo("Read on");
    }
}
