package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;

/**
 * Properties of an app without a field of their own: stored, limited, shown safely, and included in feeds, lists and
 * search.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExtraPropertiesTest {

    private final TestSite site = TestSite.start().setUp();
    private final String token = SecretTokens.create();

    @BeforeAll
    void issue() {
        TestSite.await(site.deployment()
                .tokens()
                .issue(new NewToken(
                        SecretTokens.hash(token),
                        "https://client.example/",
                        Scopes.parse("create update"),
                        Instant.now().minusSeconds(60),
                        null,
                        null)));
    }

    @AfterAll
    void close() {
        site.close();
    }

    private HttpResponse<String> post(JsonObject body) {
        return site.send(
                site.request("/micropub", "Authorization", "Bearer " + token, "Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body.encode()))
                        .build());
    }

    private static JsonObject entry(JsonObject properties) {
        return new JsonObject().put("type", new JsonArray().add("h-entry")).put("properties", properties);
    }

    private static JsonArray list(Object... values) {
        return new JsonArray(List.of(values));
    }

    /** Creates a post and returns its path. */
    private String create(JsonObject properties) {
        HttpResponse<String> response = post(entry(properties));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return URI.create(response.headers().firstValue("Location").orElseThrow())
                .getPath();
    }

    private JsonObject source(String path) {
        HttpResponse<String> response = site.get(
                "/micropub?q=source&url=" + URLEncoder.encode(site.uri() + path, StandardCharsets.UTF_8),
                "Authorization",
                "Bearer " + token);
        return new JsonObject(response.body()).getJsonObject("properties");
    }

    private Document page(String path) {
        return Jsoup.parse(site.get(path, "Accept", "text/html").body(), site.uri() + path);
    }

    private static JsonObject object(String type, Object... fields) {
        JsonObject properties = new JsonObject();
        for (int i = 0; i < fields.length; i += 2) {
            properties.put(String.valueOf(fields[i]), list(fields[i + 1]));
        }
        return new JsonObject().put("type", list(type)).put("properties", properties);
    }

    private static final List<String> HOSTILE = List.of(
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,<script>alert(1)</script>",
            "\"><script>alert(1)</script>",
            "' onmouseover='alert(1)",
            "<img src=x onerror=alert(1)>",
            "https://ok.example/\"onclick=\"alert(1)",
            "vbscript:x",
            "//evil.example/x");

    @Test
    void hostile_values_in_objects_are_shown_as_text_and_come_back_as_they_were() {
        for (String hostile : HOSTILE) {
            JsonObject properties = new JsonObject()
                    .put("content", list("hostile"))
                    .put("rsvp", list(hostile))
                    .put("summary", list(hostile))
                    .put("location", list(hostile))
                    .put("category", list(object("h-card", "name", hostile, "url", hostile)))
                    .put("featured", list(new JsonObject().put("value", hostile).put("alt", hostile)))
                    .put("bookmark-of", list(object("h-cite", "url", hostile, "name", hostile, "author", hostile)))
                    .put("read-of", list(object("h-cite", "url", hostile, "name", hostile)))
                    .put("video", list(new JsonObject().put("value", hostile).put("alt", hostile)))
                    .put("checkin", list(object("h-card", "url", hostile, "name", hostile, "locality", hostile)))
                    .put(hostile, list(hostile));
            String path = create(properties);
            assertThat(source(path).getMap().keySet()).contains(hostile, "bookmark-of", "checkin");
            assertThat(source(path).getJsonArray("checkin")).isEqualTo(properties.getJsonArray("checkin"));
            for (String shown : List.of(path, "/")) {
                Document page = page(shown);
                assertThat(page.select("script, [onmouseover], [onclick], [onerror], iframe, video"))
                        .as(shown + hostile)
                        .isEmpty();
                assertThat(page.select("main a[href]").eachAttr("href"))
                        .allMatch(href -> href.startsWith("/") || href.startsWith("http"));
            }
            for (String feed : List.of("/feed.rss", "/feed.atom", "/feed.json")) {
                Document content = Jsoup.parse(feedHtml(feed));
                assertThat(content.select("script, [onmouseover], [onclick], [onerror], iframe, video"))
                        .as(feed + hostile)
                        .isEmpty();
                assertThat(content.select("a[href]").eachAttr("href"))
                        .as(feed)
                        .allMatch(href -> href.startsWith("http"));
            }
        }
    }

    /** Returns the HTML of a feed's newest item. */
    private String feedHtml(String feed) {
        String body = site.get(feed).body();
        if (feed.endsWith(".json")) {
            return new JsonObject(body).getJsonArray("items").getJsonObject(0).getString("content_html");
        }
        Document xml = Jsoup.parse(body, "", org.jsoup.parser.Parser.xmlParser());
        return xml.expectFirst("item description, entry content").text();
    }

    @ParameterizedTest
    @ValueSource(strings = {"names", "values", "depth", "bytes", "name"})
    void more_than_a_note_may_have_is_refused_with_the_limit(String limit) {
        JsonObject properties = new JsonObject().put("content", list("too much"));
        switch (limit) {
            case "names" -> IntStream.range(0, 1_001).forEach(i -> properties.put("property" + i, list("x")));
            case "values" -> properties.put("many", new JsonArray(java.util.Collections.nCopies(2_001, "x")));
            case "depth" -> {
                Object deep = "x";
                for (int i = 0; i < 22; i++) {
                    deep = list(deep);
                }
                properties.put("deep", list(deep));
            }
            case "bytes" -> properties.put("long", list("ä".repeat(33_000)));
            default -> properties.put("n".repeat(101), list("x"));
        }
        HttpResponse<String> response = post(entry(properties));
        assertThat(response.statusCode()).isEqualTo(400);
        JsonObject error = new JsonObject(response.body());
        assertThat(error.getString("error")).isEqualTo("invalid_request");
        assertThat(error.getString("error_description")).containsPattern("at most|more than|too deeply");
    }

    @Test
    void as_much_as_a_note_may_have_is_kept() {
        JsonObject properties = new JsonObject().put("content", list("much")).put("long", list("ä".repeat(31_000)));
        IntStream.range(0, 99).forEach(i -> properties.put("property" + i, list("x")));
        String path = create(properties);
        assertThat(source(path).getJsonArray("long")).isEqualTo(properties.getJsonArray("long"));
        assertThat(source(path).getMap()).containsKey("property98");
    }

    @Test
    void a_note_without_a_text_has_a_title_everywhere() {
        String bookmark = create(new JsonObject()
                .put("bookmark-of", list(object("h-cite", "name", "Zymurgy weekly", "url", "https://beer.example/7"))));
        String checkin = create(new JsonObject()
                .put("checkin", list(object("h-card", "name", "Quokka Café", "locality", "Fremantle"))));
        String like = create(new JsonObject().put("like-of", list("https://www.liked.example/xylograph")));
        String summary = create(new JsonObject().put("summary", list("A wombat’s summary")));
        assertThat(page(bookmark).title()).startsWith("Bookmarks Zymurgy weekly");
        assertThat(page(checkin).title()).startsWith("Checked in at Quokka Café, Fremantle");
        assertThat(page(like).title()).startsWith("Likes liked.example/xylograph");
        assertThat(page(summary).title()).startsWith("A wombat’s summary");
        assertThat(page("/search?q=zymurgy").select(".hits a").eachText()).contains("Bookmarks Zymurgy weekly");
        assertThat(page("/search?q=fremantle").select(".hits a").eachAttr("href"))
                .contains(checkin);
        assertThat(page("/search?q=xylograph").select(".hits a").eachAttr("href"))
                .contains(like);
        Document atom = Jsoup.parse(site.get("/feed.atom").body(), "", org.jsoup.parser.Parser.xmlParser());
        assertThat(atom.select("entry > title").eachText())
                .contains(
                        "Bookmarks Zymurgy weekly",
                        "Checked in at Quokka Café, Fremantle",
                        "Likes liked.example/xylograph",
                        "A wombat’s summary");
        Document list = page("/admin/notes");
        assertThat(list.text())
                .contains("Bookmarks Zymurgy weekly", "Quokka Café")
                .doesNotContain("(without words)");
    }

    @Test
    void what_a_note_is_about_is_marked_up_and_in_the_feeds() {
        String path = create(new JsonObject()
                .put("content", list("all of it"))
                .put("bookmark-of", list("https://a.example/page"))
                .put("rsvp", list("maybe"))
                .put("in-reply-to", list("https://event.example/1", "https://event.example/2"))
                .put("location", list(object("h-geo", "latitude", "52.5", "longitude", "13.4")))
                .put("checkin", list(object("h-card", "name", "The Café", "url", "https://cafe.example/")))
                .put("video", list("https://media.example/a.mp4"))
                .put("audio", list(new JsonObject().put("value", "https://media.example/a.mp3")))
                .put("syndication", list("https://silo.example/9"))
                .put("summary", list("In short")));
        for (String shown : List.of(path, "/")) {
            Element entry = page(shown).select(".h-entry").stream()
                    .filter(each -> each.text().contains("all of it"))
                    .findFirst()
                    .orElseThrow();
            assertThat(entry.select("a.u-bookmark-of.h-cite").attr("href")).isEqualTo("https://a.example/page");
            assertThat(entry.select("data.p-rsvp").attr("value")).isEqualTo("maybe");
            assertThat(entry.select("a.u-in-reply-to").eachAttr("href"))
                    .containsExactly("https://event.example/1", "https://event.example/2");
            assertThat(entry.select(".p-location.h-geo .p-latitude").text()).isEqualTo("52.5");
            assertThat(entry.select("a.u-checkin.h-card").attr("href")).isEqualTo("https://cafe.example/");
            assertThat(entry.select("a.u-video").attr("href")).isEqualTo("https://media.example/a.mp4");
            assertThat(entry.select("a.u-audio").attr("href")).isEqualTo("https://media.example/a.mp3");
            assertThat(entry.select("a.u-syndication[rel=syndication]").attr("href"))
                    .isEqualTo("https://silo.example/9");
            assertThat(entry.select(".p-summary").text()).isEqualTo("In short");
        }
        for (String feed : List.of("/feed.rss", "/feed.atom", "/feed.json")) {
            Document content = Jsoup.parse(feedHtml(feed));
            assertThat(content.text()).contains("all of it", "RSVP: maybe", "In short", "52.5");
            assertThat(content.select("a").eachAttr("href"))
                    .contains(
                            "https://a.example/page",
                            "https://event.example/2",
                            "https://cafe.example/",
                            "https://media.example/a.mp4",
                            "https://media.example/a.mp3",
                            "https://silo.example/9");
        }
    }

    @Test
    void a_change_in_the_composer_keeps_them() {
        String path = create(new JsonObject()
                .put("content", list("before"))
                .put("mood", list("fine"))
                .put("bookmark-of", list("https://a.example/page")));
        String form = page("/admin/notes").select("a[href^=/admin/notes/]").stream()
                .filter(link -> link.text().contains("before"))
                .findFirst()
                .orElseThrow()
                .attr("href");
        assertThat(site.submit(form, form, "text", "after", "format", "TEXT", "status", "PUBLISHED")
                        .statusCode())
                .isEqualTo(303);
        assertThat(source(path).getJsonArray("content")).isEqualTo(list("after"));
        assertThat(source(path).getJsonArray("mood")).isEqualTo(list("fine"));
        assertThat(source(path).getJsonArray("bookmark-of")).isEqualTo(list("https://a.example/page"));
    }

    @Test
    void they_survive_a_restart() {
        String path = create(new JsonObject()
                .put("content", list("kept"))
                .put("nested", list(object("h-x", "deep", object("h-y", "number", 7)))));
        JsonObject before = source(path);
        site.restart();
        assertThat(source(path)).isEqualTo(before);
    }
}
