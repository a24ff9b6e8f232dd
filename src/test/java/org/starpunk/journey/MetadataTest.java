package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;
import org.starpunk.note.NoteUpdate;
import org.starpunk.note.Photo;
import org.starpunk.note.TagNameRules;

/** What search engines and other sites read: robots.txt, the sitemap, descriptions and Open Graph. */
class MetadataTest {

    private static final OffsetDateTime THEN = OffsetDateTime.parse("2024-05-06T07:08:09+02:00");

    private final TestSite site = SiteOwner.site();

    @AfterEach
    void close() {
        site.close();
    }

    private Note write(String title, String text, List<Photo> photos, Note.Status status, Note.Visibility visibility) {
        Note.Content content = new Note.Content(
                title.isEmpty() ? null : title,
                text,
                Note.Format.MARKDOWN,
                TagNameRules.parse("One, \"Two\" & more"),
                photos,
                status,
                visibility,
                null,
                null,
                null);
        return TestSite.await(site.deployment().notes().create(new NewNote(content, null, THEN)));
    }

    private Note open(String title, String text, Photo... photos) {
        return write(title, text, List.of(photos), Note.Status.PUBLISHED, Note.Visibility.PUBLIC);
    }

    private Document page(String path) {
        HttpResponse<String> response = site.get(path);
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        return Jsoup.parse(response.body());
    }

    private Map<String, String> card(String path) {
        Map<String, String> card = new TreeMap<>();
        for (Element meta : page(path).select("head > meta[property]")) {
            if (!meta.attr("property").equals("article:tag")) {
                assertThat(card.put(meta.attr("property"), meta.attr("content")))
                        .as(meta.attr("property"))
                        .isNull();
            }
        }
        return card;
    }

    private Document xml(String path) {
        HttpResponse<String> response = site.get(path);
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("application/xml; charset=utf-8");
        return Jsoup.parse(response.body(), Parser.xmlParser());
    }

    private String url(String path) {
        return site.uri() + path;
    }

    @Test
    void a_note_has_a_card_with_its_first_photo() {
        String sized = "/media/" + "k".repeat(43) + "-1600x1000.jpg";
        Note note =
                open("A \"title\" & <more>", "First words", new Photo(sized, "A cat"), new Photo("/media/b.png", ""));
        assertThat(card(note.path()))
                .containsEntry("og:type", "article")
                .containsEntry("og:site_name", "Test site")
                .containsEntry("og:title", "A \"title\" & <more>")
                .containsEntry("og:description", "First words")
                .containsEntry("og:url", url(note.path()))
                .containsEntry("og:image", url(sized))
                .containsEntry("og:image:width", "1600")
                .containsEntry("og:image:height", "1000")
                .containsEntry("og:image:alt", "A cat")
                .containsEntry("article:published_time", "2024-05-06T07:08:09+02:00")
                .containsEntry("article:author", url("/"))
                .doesNotContainKey("article:modified_time");
        assertThat(page(note.path()).select("meta[property=article:tag]").eachAttr("content"))
                .containsExactlyInAnyOrder("One", "\"Two\" & more");
        assertThat(page(note.path()).select("meta[name=description]").attr("content"))
                .isEqualTo("First words");
        SiteOwner.change(site, note, new NoteUpdate(note.content().with("Other words", List.of()), null, null, null));
        assertThat(card(note.path()))
                .containsKey("article:modified_time")
                .doesNotContainKey("og:image")
                .containsEntry("og:description", "Other words");
    }

    @Test
    void the_picture_of_a_card_is_absolute_wherever_it_stands() {
        assertThat(card(open("", "x ![a](/media/a%20b.png) ![b](b.png)").path()))
                .containsEntry("og:image", url("/media/a%20b.png"));
        assertThat(card(open("", "![a](b.png?x=1&y=\"2\")").path()).get("og:image"))
                .startsWith(url("/notes/b.png?x=1&y="));
        assertThat(card(open("", "x", new Photo("https://other.example/ä.jpg", ""))
                        .path()))
                .containsEntry("og:image", "https://other.example/%C3%A4.jpg");
        assertThat(card(open("", "\"<img src='x'>\" as `<img src=\"y\">`").path()))
                .as("an image that is code is no picture")
                .containsEntry("og:image", url("/notes/x"));
        assertThat(card(open("", "`<img src=\"https://other.example/code.png\">` ![a](a.png)")
                        .path()))
                .containsEntry("og:image", url("/notes/a.png"));
        assertThat(card(open("", "`<img src=\"https://other.example/code.png\">`")
                        .path()))
                .doesNotContainKey("og:image");
        assertThat(card(open("", "no picture").path())).doesNotContainKey("og:image");
    }

    @Test
    void other_pages_have_a_card_of_the_site() {
        open("Hello", "Some words");
        for (String path : List.of("/", "/tags", "/tags/one", "/archive", "/archive/2024/05", "/search")) {
            assertThat(card(path))
                    .as(path)
                    .containsEntry("og:type", "website")
                    .containsEntry("og:url", url(path))
                    .containsEntry("og:image", url("/media/ada.jpg"))
                    .containsKeys("og:title", "og:description");
            assertThat(page(path).select("meta[name=description]").attr("content"))
                    .as(path)
                    .isNotEmpty();
        }
        assertThat(card("/")).containsEntry("og:title", "Test site").containsEntry("og:description", "Writes tests.");
        assertThat(card("/tags/one")).containsEntry("og:title", "One");
    }

    @Test
    void only_who_has_the_address_sees_the_card_of_a_note_that_is_not_public() {
        Note unlisted = write("", "Hush", List.of(), Note.Status.PUBLISHED, Note.Visibility.UNLISTED);
        assertThat(card(unlisted.path())).containsEntry("og:url", url(unlisted.path()));
        assertThat(page(unlisted.path()).select("meta[name=robots][content=noindex]"))
                .hasSize(1);
        Note draft = write("", "Hush", List.of(), Note.Status.DRAFT, Note.Visibility.PUBLIC);
        assertThat(card(draft.path() + "?preview=" + draft.previewToken())).isEmpty();
    }

    @Test
    void the_sitemap_has_the_public_notes_and_follows_every_change() {
        assertThat(xml("/sitemap.xml").select("urlset > url > loc").eachText()).containsExactly(url("/"));
        Note note = open("", "Wörter");
        write("", "Hush", List.of(), Note.Status.PUBLISHED, Note.Visibility.UNLISTED);
        write("", "Hush", List.of(), Note.Status.PUBLISHED, Note.Visibility.PRIVATE);
        write("", "Hush", List.of(), Note.Status.DRAFT, Note.Visibility.PUBLIC);
        Note gone = open("", "Soon gone");
        SiteOwner.delete(site, gone);
        Document map = xml("/sitemap.xml");
        assertThat(map.select("urlset").attr("xmlns")).isEqualTo("http://www.sitemaps.org/schemas/sitemap/0.9");
        assertThat(map.select("url > loc").eachText()).containsExactly(url("/"), url(note.path()));
        assertThat(OffsetDateTime.parse(map.select("lastmod").text()).toInstant())
                .isEqualTo(THEN.toInstant());
        String etag = site.get("/sitemap.xml").headers().firstValue("etag").orElseThrow();
        assertThat(site.get("/sitemap.xml", "If-None-Match", etag).statusCode()).isEqualTo(304);
        SiteOwner.change(site, note, new NoteUpdate(note.content().with("Other", List.of()), null, null, null));
        OffsetDateTime changed =
                OffsetDateTime.parse(xml("/sitemap.xml").select("lastmod").text());
        assertThat(changed).isAfter(THEN);
        SiteOwner.delete(site, note);
        assertThat(xml("/sitemap.xml").select("loc").eachText()).containsExactly(url("/"));
    }

    @Test
    void a_large_sitemap_is_an_index_of_several_files() throws SQLException {
        Note first = open("", "first");
        addCopies(first.id(), 2_500, 7_501);
        Document index = xml("/sitemap.xml");
        List<String> files = index.select("sitemapindex > sitemap > loc").eachText();
        assertThat(files).containsExactly(url("/sitemap-1.xml"), url("/sitemap-4.xml"));
        assertThat(xml("/sitemap-1.xml").select("loc").eachText())
                .contains(url("/"), url(first.path()), url("/notes/copy-2500"));
        assertThat(xml("/sitemap-4.xml").select("loc").eachText()).containsExactly(url("/notes/copy-7501"));
        for (String none : List.of("0", "2", "5", "-1", "01", "x", "1e3", "99999999999", "9999999999999")) {
            assertThat(site.get("/sitemap-" + none + ".xml").statusCode())
                    .as(none)
                    .isEqualTo(404);
        }
    }

    /** Adds copies of a note with ids of their own, past the server. */
    private void addCopies(long note, long... ids) throws SQLException {
        String columns = "title, text, format, html, status, visibility, published, published_zone, month, version";
        try (Connection connection = site.database().connect();
                Statement statement = connection.createStatement()) {
            for (long id : ids) {
                statement.executeUpdate("INSERT INTO notes (id, slug, uid, " + columns + ") SELECT " + id + ", 'copy-"
                        + id + "', 'urn:copy:" + id + "', " + columns + " FROM notes WHERE id = " + note);
            }
        }
    }

    @Test
    void robots_txt_keeps_crawlers_off_what_is_no_page_and_names_the_sitemap() {
        HttpResponse<String> robots = site.get("/robots.txt");
        assertThat(robots.statusCode()).isEqualTo(200);
        assertThat(robots.headers().firstValue("content-type")).contains("text/plain; charset=utf-8");
        assertThat(robots.body().lines())
                .startsWith("User-agent: *")
                .contains("Disallow: /admin", "Disallow: /auth", "Sitemap: " + url("/sitemap.xml"))
                .doesNotContain("Disallow: /", "Disallow: /media", "Disallow: /notes");
        assertThat(site.head("/robots.txt").statusCode()).isEqualTo(200);
    }
}
