package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.rometools.rome.feed.atom.Entry;
import com.rometools.rome.feed.atom.Feed;
import com.rometools.rome.feed.synd.SyndEntry;
import com.rometools.rome.feed.synd.SyndFeed;
import com.rometools.rome.io.FeedException;
import com.rometools.rome.io.SyndFeedInput;
import com.rometools.rome.io.WireFeedInput;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.StringReader;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.starpunk.note.ExtraProperties;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;
import org.starpunk.note.NoteUpdate;
import org.starpunk.note.Photo;
import org.starpunk.note.TagNameRules;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Feeds as received by feed readers: RSS 2.0, Atom (RFC 4287), JSON Feed 1.1 and OPML 2.0. */
class FeedsTest {

    private final TestSite site = SiteOwner.site();

    @AfterEach
    void close() {
        site.close();
    }

    private Note write(String title, String text, String tags, Note.Status status, Note.Visibility visibility) {
        Note.Content content = new Note.Content(
                title.isEmpty() ? null : title,
                text,
                Note.Format.MARKDOWN,
                TagNameRules.parse(tags),
                List.of(new Photo("/media/cat.jpg", "A <cat>")),
                status,
                visibility,
                null,
                null,
                null);
        OffsetDateTime when = OffsetDateTime.parse("2026-11-20T08:05:09+01:00");
        return TestSite.await(site.deployment().notes().create(new NewNote(content, null, when)));
    }

    private Note article() {
        return write(
                "On <Feeds> & more",
                "Text with [a link](/notes/other), \u0001 control & `<b>` 😀",
                "Vert.x, Café",
                Note.Status.PUBLISHED,
                Note.Visibility.PUBLIC);
    }

    private static Document xml(String text) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(text)));
    }

    private static String only(Element in, String name) {
        NodeList found = in.getElementsByTagName(name);
        assertThat(found.getLength()).as(name).isOne();
        return found.item(0).getTextContent();
    }

    @Test
    void fd1_rss_has_what_rss_2_0_asks_for() throws Exception {
        Note note = article();
        HttpResponse<String> response = site.get("/feed.rss");
        assertThat(response.headers().firstValue("content-type")).contains("application/rss+xml; charset=utf-8");
        Element channel =
                (Element) xml(response.body()).getElementsByTagName("channel").item(0);
        Element item = (Element) channel.getElementsByTagName("item").item(0);
        assertThat(only(item, "title")).isEqualTo("On <Feeds> & more");
        assertThat(only(item, "link")).isEqualTo(site.uri() + note.path());
        assertThat(only(item, "guid")).isEqualTo(note.uid());
        assertThat(only(item, "pubDate")).isEqualTo("Fri, 20 Nov 2026 07:05:09 +0000");
        assertThat(item.getElementsByTagName("category").getLength()).isEqualTo(2);
        assertThat(item.getElementsByTagNameNS("http://purl.org/dc/elements/1.1/", "creator")
                        .item(0)
                        .getTextContent())
                .isEqualTo("Ada Author");
        assertThat(only(item, "description"))
                .contains(
                        "href=\"" + site.uri() + "/notes/other\"", "<code>&lt;b&gt;</code> 😀", "alt=\"A &lt;cat&gt;\"")
                .doesNotContain("\u0001");
        Element self = (Element) channel.getElementsByTagName("atom:link").item(0);
        assertThat(self.getAttribute("rel")).isEqualTo("self");
        assertThat(self.getAttribute("href")).isEqualTo(site.uri() + "/feed.rss");
    }

    @Test
    void fd2_atom_has_each_element_once_and_ids_that_never_change() throws Exception {
        Note note = article();
        Feed feed = atom("/feed.atom");
        assertThat(feed.getId()).isEqualTo(site.deployment().account().origin().uid());
        assertThat(feed.getAuthors()).hasSize(1);
        assertThat(feed.getUpdated()).isNotNull();
        Entry entry = feed.getEntries().get(0);
        assertThat(entry.getId()).isEqualTo(note.uid());
        assertThat(entry.getCategories()).extracting("term").containsExactly("café", "vert.x");
        assertThat(entry.getContents().get(0).getType()).isEqualTo("html");
        assertThat(site.get("/feed.atom").body()).contains("<published>2026-11-20T07:05:09Z</published>");

        TestSite.await(site.deployment().notes().update(note.id(), new NoteUpdate(null, null, "another-slug", null)));
        Entry moved = atom("/feed.atom").getEntries().get(0);
        assertThat(moved.getId()).isEqualTo(entry.getId());
        assertThat(moved.getAlternateLinks().get(0).getHref()).endsWith("/notes/another-slug");
    }

    private Feed atom(String path) throws FeedException {
        return (Feed) new WireFeedInput().build(new StringReader(site.get(path).body()));
    }

    @Test
    void fd3_json_feed_1_1_has_its_required_members() {
        Note note = article();
        HttpResponse<String> response = site.get("/feed.json");
        assertThat(response.headers().firstValue("content-type")).contains("application/feed+json");
        JsonObject feed = new JsonObject(response.body());
        assertThat(feed.getString("version")).isEqualTo("https://jsonfeed.org/version/1.1");
        assertThat(feed.getString("home_page_url")).isEqualTo(site.uri() + "/");
        assertThat(feed.getString("feed_url")).isEqualTo(site.uri() + "/feed.json");
        JsonObject item = feed.getJsonArray("items").getJsonObject(0);
        assertThat(item.getString("id")).isEqualTo(note.uid());
        assertThat(item.getString("content_html")).contains("😀");
        assertThat(item.getJsonArray("tags")).isEqualTo(new JsonArray(List.of("Café", "Vert.x")));
        assertThat(item.getJsonArray("attachments").getJsonObject(0))
                .isEqualTo(new JsonObject()
                        .put("url", site.uri() + "/media/cat.jpg")
                        .put("mime_type", "image/jpeg"));
    }

    @Test
    void fd4_an_untitled_note_has_a_title_in_atom_only() throws Exception {
        write("", "Just some *words*", "", Note.Status.PUBLISHED, Note.Visibility.PUBLIC);
        assertThat(atom("/feed.atom").getEntries().get(0).getTitle()).isEqualTo("Just some words");
        JsonObject item = new JsonObject(site.get("/feed.json").body())
                .getJsonArray("items")
                .getJsonObject(0);
        assertThat(item.containsKey("title")).isFalse();
        Element rss = (Element)
                xml(site.get("/feed.rss").body()).getElementsByTagName("item").item(0);
        assertThat(rss.getElementsByTagName("title").getLength()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/feed", "/feed.rss", "/feed.atom", "/feed.json", "/tags/t/feed.rss", "/tags/t/feed.json"})
    void fd5_a_feed_is_sent_again_only_when_it_has_changed(String path) {
        Note note = write("", "One", "t", Note.Status.PUBLISHED, Note.Visibility.PUBLIC);
        HttpResponse<String> first = site.get(path);
        String etag = first.headers().firstValue("etag").orElseThrow();
        assertThat(etag).matches("\"[^\"]+\"");
        assertThat(first.headers().firstValue("last-modified")).isPresent();
        assertThat(site.get(path, "If-None-Match", etag).statusCode()).isEqualTo(304);

        write("", "Two", "t", Note.Status.PUBLISHED, Note.Visibility.PUBLIC);
        HttpResponse<String> second = site.get(path, "If-None-Match", etag);
        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(second.body()).contains("Two");
        TestSite.await(site.deployment().notes().delete(note.id()));
        HttpResponse<String> third = site.get(
                path, "If-None-Match", second.headers().firstValue("etag").orElseThrow());
        assertThat(third.statusCode()).isEqualTo(200);
        assertThat(third.body()).doesNotContain("One").contains("Two");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/atom+xml                                        | application/atom+xml; charset=utf-8",
                "application/rss+xml;q=0.5, application/atom+xml             | application/atom+xml; charset=utf-8",
                "application/feed+json                                       | application/feed+json",
                "application/json;q=0.9, application/rss+xml;q=0.1           | application/feed+json",
                "application/atom+xml;q=0, */*                               | application/rss+xml; charset=utf-8",
                "application/rdf+xml, text/x-unknown                         | application/rss+xml; charset=utf-8",
                "*/*                                                         | application/rss+xml; charset=utf-8",
            })
    void fd6_the_feed_is_of_the_kind_that_the_reader_likes_best(String accept, String type) throws Exception {
        article();
        HttpResponse<String> response = site.get("/feed", "Accept", accept);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains(type);
        assertThat(response.headers().firstValue("vary").orElse("")).startsWith("Accept,");
        assertThat(response.body()).contains(site.uri() + "/feed\"");
    }

    @Test
    void a_browser_gets_a_page_with_the_addresses_of_the_feeds() {
        String browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        assertThat(Jsoup.parse(site.get("/feed", "Accept", browser).body())
                        .select(".feeds .empty")
                        .text())
                .isEqualTo("No note has a tag yet.");
        article();
        HttpResponse<String> feed = site.get("/feed", "Accept", "*/*");
        HttpResponse<String> response = site.get("/feed", "Accept", browser);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
        assertThat(response.headers().firstValue("vary").orElse("")).startsWith("Accept,");
        org.jsoup.nodes.Document page = Jsoup.parse(response.body());
        List<String> copied = page.select(".feeds dd code").eachText();
        assertThat(copied)
                .contains(
                        site.uri() + "/feed.rss",
                        site.uri() + "/feed.atom",
                        site.uri() + "/feed.json",
                        site.uri() + "/feed.rss?all=true",
                        site.uri() + "/feeds.opml");
        List<String> links = page.select(".feeds a").eachAttr("href");
        assertThat(links).contains("/tags/vert.x/feed.rss", "/tags/caf%C3%A9/feed.rss");
        for (String link : links) {
            assertThat(site.get(link, "Accept", browser).statusCode()).as(link).isEqualTo(200);
        }
        // One representation is never cached for the other.
        String etag = response.headers().firstValue("etag").orElseThrow();
        assertThat(site.get("/feed", "Accept", browser, "If-None-Match", etag).statusCode())
                .isEqualTo(304);
        assertThat(site.get("/feed", "Accept", "*/*", "If-None-Match", etag).statusCode())
                .isEqualTo(200);
        assertThat(site.get("/feed", "Accept", "*/*").body()).isEqualTo(feed.body());
    }

    @Test
    void fd7_what_is_not_for_everyone_never_appears() {
        write("", "A draft", "t", Note.Status.DRAFT, Note.Visibility.PUBLIC);
        write("", "An unlisted", "t", Note.Status.PUBLISHED, Note.Visibility.UNLISTED);
        write("", "A private", "t", Note.Status.PUBLISHED, Note.Visibility.PRIVATE);
        Note gone = write("", "A deleted", "t", Note.Status.PUBLISHED, Note.Visibility.PUBLIC);
        write("", "Seen", "t", Note.Status.PUBLISHED, Note.Visibility.PUBLIC);
        TestSite.await(site.deployment().notes().delete(gone.id()));
        for (String path :
                List.of("/feed.rss", "/feed.atom", "/feed.json", "/tags/t/feed.atom", "/feed.rss?all=true")) {
            assertThat(site.get(path).body())
                    .as(path)
                    .contains("Seen")
                    .doesNotContain("A draft", "An unlisted", "A private", "A deleted");
        }
    }

    @Test
    void fd8_every_page_links_the_feeds_and_a_tags_page_its_own_first() {
        Note note = article();
        for (String path : List.of("/", note.path(), "/tags", "/archive", "/search", "/tags/vert.x")) {
            assertThat(site.get(path).body())
                    .as(path)
                    .contains(
                            "type=\"application/rss+xml\"",
                            "href=\"/feed.rss\"",
                            "type=\"application/atom+xml\"",
                            "href=\"/feed.atom\"",
                            "type=\"application/feed+json\"",
                            "href=\"/feed.json\"");
        }
        String tagPage = site.get("/tags/vert.x").body();
        assertThat(tagPage.indexOf("/tags/vert.x/feed.atom")).isBetween(1, tagPage.indexOf("\"/feed.atom\""));
        assertThat(site.get("/tags/vert.x/feed.atom").statusCode()).isEqualTo(200);
        assertThat(site.get("/tags/nothing/feed.atom").statusCode()).isEqualTo(404);
    }

    @Test
    void op1_the_subscription_list_names_each_feed() throws Exception {
        article();
        Element opml = xml(site.get("/feeds.opml").body()).getDocumentElement();
        assertThat(opml.getAttribute("version")).isEqualTo("2.0");
        assertThat(only((Element) opml.getElementsByTagName("head").item(0), "title"))
                .isEqualTo("Test site");
        NodeList outlines = opml.getElementsByTagName("outline");
        assertThat(outlines.getLength()).isEqualTo(3);
        for (int i = 0; i < outlines.getLength(); i++) {
            Element outline = (Element) outlines.item(i);
            assertThat(outline.getAttribute("text")).isNotEmpty();
            assertThat(outline.getAttribute("type")).isEqualTo("rss");
            String url = outline.getAttribute("xmlUrl");
            assertThat(site.get(url.substring(site.uri().toString().length())).statusCode())
                    .as(url)
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rss", "atom"})
    void the_whole_site_streams_in_pages_and_rome_reads_every_note_of_it(String format) throws Exception {
        List<Note> notes = IntStream.range(0, 450)
                .mapToObj(i -> site.publish("Note number " + i, "t"))
                .toList();
        HttpResponse<String> all = site.get("/feed." + format + "?all=true");
        assertThat(all.headers().firstValue("transfer-encoding")).contains("chunked");
        SyndFeed feed = new SyndFeedInput().build(new StringReader(all.body()));
        assertThat(feed.getEntries())
                .extracting(SyndEntry::getUri)
                .doesNotHaveDuplicates()
                .hasSameSizeAs(notes);
        assertThat(new SyndFeedInput()
                        .build(new StringReader(site.get("/feed." + format).body()))
                        .getEntries())
                .hasSize(50);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/feed.rss", "/feed.atom", "/feed.json", "/feed"})
    void the_whole_site_is_fetched_again_only_after_a_change(String path) {
        site.publish("One", "t");
        String whole = path + "?all=true";
        HttpResponse<String> first = site.get(whole);
        String etag = first.headers().firstValue("etag").orElseThrow();
        HttpResponse<String> again = site.get(whole, "If-None-Match", etag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.headers().firstValue("etag")).contains(etag);
        assertThat(site.head(whole, "If-None-Match", etag).statusCode()).isEqualTo(304);
        site.publish("Two", "t");
        HttpResponse<String> changed = site.get(whole, "If-None-Match", etag);
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(changed.body()).contains("Two");
        site.restart();
        assertThat(site.get(
                                whole,
                                "If-None-Match",
                                changed.headers().firstValue("etag").orElseThrow())
                        .statusCode())
                .as("revisions count anew")
                .isEqualTo(200);
    }

    @Test
    void an_empty_feed_is_as_old_as_the_site_in_every_format_and_after_a_restart() throws Exception {
        Instant created = site.deployment().account().origin().created();
        assertThat(created).isBetween(Instant.now().minus(Duration.ofHours(1)), Instant.now());
        for (int round = 0; round < 2; round++) {
            for (String all : List.of("", "?all=true")) {
                Element feed = xml(site.get("/feed.atom" + all).body()).getDocumentElement();
                assertThat(OffsetDateTime.parse(only(feed, "updated")).toInstant())
                        .isEqualTo(created.truncatedTo(ChronoUnit.SECONDS));
                Element rss = xml(site.get("/feed.rss" + all).body()).getDocumentElement();
                assertThat(OffsetDateTime.parse(only(rss, "lastBuildDate"), DateTimeFormatter.RFC_1123_DATE_TIME)
                                .toInstant())
                        .isEqualTo(created.truncatedTo(ChronoUnit.SECONDS));
            }
            site.restart();
        }
    }

    @Test
    void media_are_announced_with_type_and_true_size() throws Exception {
        String own = "/media/" + "k".repeat(43) + "-2x1.png";
        Files.createDirectories(site.dataDir().resolve("media"));
        Files.write(site.dataDir().resolve(own.substring(1)), new byte[1234]);
        String gone = "/media/" + "g".repeat(43) + "-2x1.jpg";
        String foreign = "https://example.org/a%20b.GIF?x=1&y=2";
        String song = "https://example.org/song.mp3";
        String film = "https://example.org/film.webm";
        List<Photo> photos = List.of(
                new Photo(own, "own"),
                new Photo(own, "twice"),
                new Photo(gone, "lost"),
                new Photo(foreign, "foreign"),
                new Photo("https://example.org/of-unknown-type", ""));
        Note.Content content = new Note.Content(
                null,
                "Text",
                Note.Format.TEXT,
                List.of(),
                photos,
                Note.Status.PUBLISHED,
                Note.Visibility.PUBLIC,
                null,
                null,
                null,
                new ExtraProperties(Map.of(
                        "audio", List.of(song, "not a URL.mp3"),
                        "video", List.of(Map.of("value", film, "alt", "A film")))));
        TestSite.await(site.deployment().notes().create(new NewNote(content, null, null)));
        for (String all : List.of("", "?all=true")) {
            JsonArray attachments = new JsonObject(site.get("/feed.json" + all).body())
                    .getJsonArray("items")
                    .getJsonObject(0)
                    .getJsonArray("attachments");
            assertThat(attachments)
                    .containsExactly(
                            new JsonObject()
                                    .put("url", site.uri() + own)
                                    .put("mime_type", "image/png")
                                    .put("size_in_bytes", 1234),
                            new JsonObject().put("url", site.uri() + gone).put("mime_type", "image/jpeg"),
                            new JsonObject().put("url", foreign).put("mime_type", "image/gif"),
                            new JsonObject().put("url", song).put("mime_type", "audio/mpeg"),
                            new JsonObject().put("url", film).put("mime_type", "video/webm"));
            Element atom = xml(site.get("/feed.atom" + all).body()).getDocumentElement();
            List<Element> links = elements(atom, "link").stream()
                    .filter(link -> link.getAttribute("rel").equals("enclosure"))
                    .toList();
            assertThat(links)
                    .extracting(link -> link.getAttribute("href"))
                    .containsExactly(site.uri() + own, site.uri() + gone, foreign, song, film);
            assertThat(links).extracting(link -> link.getAttribute("length")).containsExactly("1234", "", "", "", "");
            Element rss = xml(site.get("/feed.rss" + all).body()).getDocumentElement();
            List<Element> enclosures = elements(rss, "enclosure");
            assertThat(enclosures).as("RSS readers expect one at most").hasSize(1);
            assertThat(enclosures.get(0).getAttribute("url")).isEqualTo(site.uri() + own);
            assertThat(enclosures.get(0).getAttribute("length")).isEqualTo("1234");
            assertThat(enclosures.get(0).getAttribute("type")).isEqualTo("image/png");
        }
    }

    private static List<Element> elements(Element in, String name) {
        NodeList found = in.getElementsByTagName(name);
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> (Element) found.item(i))
                .toList();
    }

    @Test
    void a_feed_of_no_notes_is_still_a_feed() throws Exception {
        assertThat(atom("/feed.atom").getEntries()).isEmpty();
        assertThat(new SyndFeedInput()
                        .build(new StringReader(site.get("/feed.rss").body()))
                        .getTitle())
                .isEqualTo("Test site");
        assertThat(new JsonObject(site.get("/feed.json").body()).getJsonArray("items"))
                .isEmpty();
    }
}
