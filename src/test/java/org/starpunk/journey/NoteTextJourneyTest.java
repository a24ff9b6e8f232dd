package org.starpunk.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;
import org.starpunk.note.TagNameRules;

/** Text of a note in all places that show it: its page, lists, search, feeds and the preview. */
class NoteTextJourneyTest {

    private static TestSite site;

    @BeforeAll
    static void start() {
        site = TestSite.start().setUp();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static Document page(String path) {
        return Jsoup.parse(site.get(path, "Accept", "text/html").body(), site.uri() + path);
    }

    private static List<String> feeds() {
        String json = new JsonObject(site.get("/feed.json").body())
                .getJsonArray("items").stream()
                        .map(item -> ((JsonObject) item).getString("content_html"))
                        .reduce("", String::concat);
        String atom = Jsoup.parse(site.get("/feed.atom").body(), "", Parser.xmlParser())
                .select("content")
                .text();
        String rss = Jsoup.parse(site.get("/feed").body(), "", Parser.xmlParser())
                .select("item")
                .text();
        return List.of(json, atom, rss);
    }

    @Test
    void tables_tasks_and_footnotes_are_shown_everywhere() {
        Note first = site.publish("Table[^1] of tulips\n\n|A|B|\n|-|-:|\n|~~x~~|1|\n\n- [x] done\n\n[^1]: Foot", "gfm");
        Note second = site.publish("Other[^1] tulips\n\n[^1]: Another foot", "gfm");
        for (String path : List.of(
                "/",
                "/tags/gfm",
                "/archive/" + first.published().getYear() + "/"
                        + "%02d".formatted(first.published().getMonthValue()),
                first.path())) {
            Document page = page(path);
            assertThat(page.select("td.align-right").text()).as(path).isEqualTo("1");
            assertThat(page.select("td del")).as(path).hasSize(1);
            assertThat(page.select("li > input[type=checkbox][disabled][checked]"))
                    .as(path)
                    .hasSize(1);
            List<String> ids = page.select("[id]").eachAttr("id");
            assertThat(ids).as(path).doesNotHaveDuplicates().contains("n" + first.id() + "-fn-1");
            for (Element link : page.select(".footnote-ref a, .footnote-backref")) {
                assertThat(link.attr("href")).startsWith("#");
                assertThat(page.getElementById(link.attr("href").substring(1)))
                        .as(link.outerHtml())
                        .isNotNull();
            }
        }
        for (String feed : feeds()) {
            Document read = Jsoup.parse(feed);
            assertThat(read.select("td[align=right]").text()).contains("1");
            assertThat(read.select("a[href=" + site.uri() + second.path() + "#n" + second.id() + "-fn-1]"))
                    .isNotEmpty();
            assertThat(read.select("td del, input[disabled]")).isNotEmpty();
        }
        assertThat(page("/search?q=foot").select(".hits li")).hasSize(2);
        assertThat(page("/search?q=tulips").select(".hits").text()).doesNotContain("|");
        assertThat(page(first.path()).select("meta[name=description]").attr("content"))
                .startsWith("Table of tulips A B x 1 done Foot");
    }

    @Test
    void relative_links_lead_from_the_note_wherever_they_stand() {
        List<String> given = List.of(
                "other",
                "a b|c^d{e}%",
                "?x=1",
                "",
                "../../..",
                "../tags/x",
                "//host.example/a b",
                "#part",
                "/media/a%20b.jpg",
                "https://example.org/a b",
                "mailto:a@example.org",
                "tel:+49",
                "./a:b",
                "ünï?q=ü#ö",
                "a\\b",
                "%2e%2e/x");
        List<String> resolved = List.of(
                "/notes/other",
                "/notes/a%20b|c%5Ed%7Be%7D%",
                "{note}?x=1",
                "{note}",
                "/",
                "/tags/x",
                "http://host.example/a%20b",
                "{note}#part",
                "/media/a%20b.jpg",
                "https://example.org/a%20b",
                "mailto:a@example.org",
                "tel:+49",
                "/notes/a:b",
                "/notes/%C3%BCn%C3%AF?q=%C3%BC#%C3%B6",
                "/notes/a/b",
                "/x");
        StringBuilder html = new StringBuilder("<p>Relative");
        given.forEach(link -> html.append(" <a href=\"").append(link).append("\">x</a>"));
        Note.Content content = new Note.Content(
                null,
                html + "<img src=\"pic ture.png\" alt=\"p\">",
                Note.Format.HTML,
                TagNameRules.parse("relative"),
                List.of(),
                Note.Status.PUBLISHED,
                Note.Visibility.PUBLIC,
                null,
                null,
                null);
        Note note = TestSite.await(site.deployment().notes().create(new NewNote(content, null, null)));
        for (String path : List.of("/", "/tags/relative", note.path())) {
            Element entry = page(path).selectFirst(".e-content:contains(Relative)");
            assertThat(entry).isNotNull();
            List<String> links = entry.select("a").eachAttr("href");
            for (int i = 0; i < given.size(); i++) {
                String expected = resolved.get(i).replace("{note}", note.path());
                String found = links.get(i).replaceFirst("^https://host", "http://host");
                assertThat(found).as(path + " " + given.get(i)).isEqualTo(expected);
            }
            assertThat(entry.select("img").attr("src")).isEqualTo("/notes/pic%20ture.png");
        }
        for (String feed : feeds()) {
            Element entry = Jsoup.parse(feed).selectFirst("p:contains(Relative)");
            assertThat(entry).isNotNull();
            List<String> links = entry.select("a").eachAttr("href");
            for (int i = 0; i < given.size(); i++) {
                String expected = resolved.get(i).replace("{note}", note.path());
                assertThat(links.get(i))
                        .as(given.get(i))
                        .isEqualTo(expected.startsWith("/") ? site.uri() + expected : expected);
            }
            assertThat(entry.select("img").attr("src")).isEqualTo(site.uri() + "/notes/pic%20ture.png");
        }
    }

    @Test
    void each_block_takes_its_own_direction_on_the_page_and_in_the_preview() {
        String text = "English first\n\nשלום עולם\n\n- عربي\n\n## כותרת\n\n|א|b|\n|-|-|\n|ג|d|";
        Note note = site.publish(text, "rtl");
        String form = "csrf="
                + page("/admin/notes/new").select("input[name=csrf]").val() + "&text=" + URLEncoder.encode(text, UTF_8);
        String preview = new JsonObject(site.send(site.request("/admin/preview", "Accept", "application/json")
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofString(form))
                                .build())
                        .body())
                .getString("html");
        for (String html : List.of(page(note.path()).select(".e-content").html(), preview)) {
            assertThat(Jsoup.parse(html).select("p, li, h2, td, th"))
                    .hasSize(8)
                    .allMatch(block -> block.attr("dir").equals("auto"));
        }
        assertThat(String.join("", feeds())).doesNotContain("dir=");
    }

    @Test
    void blocks_of_a_client_stay_apart_on_the_page_and_in_search() {
        Note.Content content = new Note.Content(
                null,
                "<div>Firstword</div><div>Secondword</div><section>Third</section>",
                Note.Format.HTML,
                List.of(),
                List.of(),
                Note.Status.PUBLISHED,
                Note.Visibility.PUBLIC,
                null,
                null,
                null);
        Note note = TestSite.await(site.deployment().notes().create(new NewNote(content, null, null)));
        assertThat(page(note.path()).select(".e-content").text()).isEqualTo("Firstword Secondword Third");
        assertThat(page(note.path()).select("meta[name=description]").attr("content"))
                .isEqualTo("Firstword Secondword Third");
        assertThat(page("/search?q=secondword").select(".hits mark").text()).isEqualTo("Secondword");
    }

    @Test
    void the_composer_shows_what_markdown_looks_like_without_a_script() {
        Element help = page("/admin/notes/new").expectFirst("details.help");
        assertThat(help.select("summary").text()).isEqualTo("Markdown");
        assertThat(help.select("td.preview table td.align-right").text()).isEqualTo("40 cm");
        assertThat(help.select("pre").eachText()).anyMatch(text -> text.contains("[^1]"));
        assertThat(help.select("td.preview input[type=checkbox], td.preview .footnotes"))
                .hasSize(3);
    }
}
