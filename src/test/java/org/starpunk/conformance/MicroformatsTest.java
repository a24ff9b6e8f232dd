package org.starpunk.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;
import org.starpunk.journey.NodeScript;
import org.starpunk.journey.TestSite;

/** Items that a third-party parser (microformats-parser) reads from the pages. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MicroformatsTest {

    /** Every kind of page that lists notes. */
    private static final String[] LISTS = {
        "/",
        "/?after=4102444800000-1",
        "/tags/one",
        "/tags/one?after=4102444800000-1",
        "/archive/2020/02",
        "/search?q=article",
        "/search?q=agree"
    };

    private final String token = SecretTokens.create();
    private TestSite site;
    private String titled = "";
    private String reply = "";
    private String deleted = "";
    private String like = "";
    private String repost = "";
    private String article = "";
    private String note = "";
    private String unlisted = "";
    private Map<String, JsonObject> pages = Map.of();

    @BeforeAll
    void start() {
        NodeScript.assumeNode();
        site = TestSite.start().setUp();
        TestSite.await(site.deployment()
                .tokens()
                .issue(new NewToken(
                        SecretTokens.hash(token), "a test", Scopes.of(Scopes.MICROPUB), Instant.now(), null, null)));
        titled = create(new JsonObject()
                .put("name", list("A title"))
                .put("content", list("An article, and more of it"))
                .put("published", list("2020-02-03T04:05:06+07:00"))
                .put("category", list("one").add("Tag two"))
                .put(
                        "photo",
                        list(new JsonObject()
                                .put("value", site.uri() + "/media/x.jpg")
                                .put("alt", "A red cat"))));
        reply = create(new JsonObject()
                .put("content", list("I agree"))
                .put("category", list("one"))
                .put("in-reply-to", list("https://other.example/post")));
        deleted = create(new JsonObject().put("content", list("Soon gone")));
        like = create(new JsonObject().put("like-of", list("https://other.example/post")));
        repost = create(new JsonObject()
                .put("repost-of", list("https://other.example/post"))
                .put("content", list("So true")));
        article = create(new JsonObject().put("name", list("Headline")).put("content", list("A longer text")));
        note = create(new JsonObject().put("content", list("Only a note")));
        send(new JsonObject()
                .put("action", "update")
                .put("url", reply)
                .put("replace", new JsonObject().put("content", list("I agree, mostly"))));
        send(new JsonObject().put("action", "delete").put("url", deleted));
        unlisted = create(new JsonObject()
                .put("content", list("Only by its address"))
                .put("visibility", list("unlisted"))
                .put("category", list("hidden tag")));
        read(Stream.concat(Stream.of(LISTS), Stream.of(titled, reply, deleted, like, repost, article, note, unlisted))
                .toArray(String[]::new));
    }

    @AfterAll
    void stop() {
        if (site != null) {
            site.close();
        }
    }

    private static JsonArray list(Object value) {
        return new JsonArray().add(value);
    }

    private String create(JsonObject properties) {
        return send(new JsonObject().put("type", list("h-entry")).put("properties", properties));
    }

    private String send(JsonObject body) {
        var response = site.send(
                site.request("/micropub", "Content-Type", "application/json", "Authorization", "Bearer " + token)
                        .POST(BodyPublishers.ofString(body.encode()))
                        .build());
        assertThat(response.statusCode()).as(response.body()).isIn(200, 201, 204);
        return response.headers().firstValue("Location").orElse("");
    }

    private void read(String... urls) {
        String[] absolute = Stream.of(urls)
                .map(url -> url.startsWith("/") ? site.uri() + url : url)
                .toArray(String[]::new);
        JsonArray parsed = new JsonArray(NodeScript.run(site, "microformats-parser.mjs", absolute));
        pages = Stream.iterate(0, i -> i + 1)
                .limit(urls.length)
                .collect(Collectors.toMap(i -> urls[i], parsed::getJsonObject));
    }

    private JsonObject page(String url) {
        return pages.getOrDefault(url, new JsonObject());
    }

    /** Returns the items of a type, at the top level of a page or of a list. */
    private static List<JsonObject> items(JsonArray among, String type) {
        return among.stream()
                .map(JsonObject.class::cast)
                .filter(item -> item.getJsonArray("type").contains(type))
                .toList();
    }

    private JsonObject entry(String url) {
        List<JsonObject> entries = items(page(url).getJsonArray("items"), "h-entry");
        assertThat(entries).hasSize(1);
        return entries.get(0).getJsonObject("properties");
    }

    private static Object first(JsonObject properties, String name) {
        return properties.getJsonArray(name, list("absent")).getValue(0);
    }

    private static JsonObject card(Object author) {
        JsonObject item = (JsonObject) author;
        assertThat(item.getJsonArray("type")).contains("h-card");
        return item.getJsonObject("properties");
    }

    @Test
    void mf1_a_permalink_has_one_entry_with_url_time_content_and_author() {
        JsonObject entry = entry(titled);
        assertThat(first(entry, "url")).isEqualTo(titled);
        assertThat(first(entry, "published")).isEqualTo("2020-02-02T21:05:06+00:00");
        assertThat(((JsonObject) first(entry, "content")).getString("value")).contains("An article, and more of it");
        JsonObject author = card(first(entry, "author"));
        assertThat(first(author, "name")).isEqualTo("Ada Author");
        assertThat(first(author, "url")).isEqualTo(site.uri() + "/");
        assertThat(first(entry, "name")).isEqualTo("A title");
        assertThat(entry(reply).containsKey("name")).as("a note has no name").isFalse();
    }

    @Test
    void mf2_each_tag_is_one_category_that_links_to_its_page() {
        assertThat(entry(titled).getJsonArray("category").stream().map(String::valueOf))
                .containsExactlyInAnyOrder("one", "Tag two");
        assertThat(page(titled).getJsonObject("rel-urls").fieldNames())
                .contains(site.uri() + "/tags/one", site.uri() + "/tags/tag-two");
        assertThat(items(page("/tags/one").getJsonArray("items"), "h-feed")).hasSize(1);
    }

    @Test
    void mf3_the_home_page_is_a_feed_with_entries_and_the_representative_card() {
        JsonObject home = page("/");
        List<JsonObject> feeds = items(home.getJsonArray("items"), "h-feed");
        assertThat(feeds).hasSize(1);
        List<JsonObject> entries = items(feeds.get(0).getJsonArray("children"), "h-entry");
        assertThat(entries)
                .extracting(entry -> first(entry.getJsonObject("properties"), "url"))
                .containsExactly(note, article, repost, like, reply, titled);
        String me = site.uri() + "/";
        List<JsonObject> cards = Stream.concat(
                        home.getJsonArray("items").stream(),
                        feeds.get(0).getJsonObject("properties").getJsonArray("author", new JsonArray()).stream())
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .filter(item -> item.getJsonArray("type").contains("h-card"))
                .map(item -> item.getJsonObject("properties"))
                .toList();
        assertThat(cards).anySatisfy(card -> {
            assertThat(card.getJsonArray("url")).contains(me);
            assertThat(card.getJsonArray("uid")).contains(me);
        });
        assertThat(home.getJsonObject("rels").getJsonArray("me")).contains(me);
    }

    /**
     * Returns the author of each entry of a page by the authorship algorithm (indieweb.org/authorship-spec): the entry's own, or
     * that of the feed in which it stands.
     */
    private List<JsonObject> authors(String url) {
        List<JsonObject> feeds = items(page(url).getJsonArray("items"), "h-feed");
        assertThat(feeds).as(url).hasSize(1);
        Object ofFeed = first(feeds.get(0).getJsonObject("properties"), "author");
        return items(feeds.get(0).getJsonArray("children"), "h-entry").stream()
                .map(entry -> entry.getJsonObject("properties").getJsonArray("author", list(ofFeed)))
                .map(author -> card(author.getValue(0)))
                .toList();
    }

    @Test
    void each_entry_of_a_list_has_an_author_an_address_and_a_time() {
        for (String url : LISTS) {
            assertThat(authors(url)).as(url).isNotEmpty().allSatisfy(author -> {
                assertThat(first(author, "name")).isEqualTo("Ada Author");
                assertThat(author.getJsonArray("url")).contains(site.uri() + "/");
            });
            JsonArray entries =
                    items(page(url).getJsonArray("items"), "h-feed").get(0).getJsonArray("children");
            for (JsonObject entry : items(entries, "h-entry")) {
                JsonObject properties = entry.getJsonObject("properties");
                assertThat(first(properties, "url").toString()).as(url).startsWith(site.uri() + "/notes/");
                assertThat(OffsetDateTime.parse(first(properties, "published").toString()))
                        .as(url)
                        .isNotNull();
            }
        }
    }

    @Test
    void hits_of_a_search_are_entries() {
        List<JsonObject> feeds = items(page("/search?q=article").getJsonArray("items"), "h-feed");
        JsonObject hit =
                items(feeds.get(0).getJsonArray("children"), "h-entry").get(0).getJsonObject("properties");
        assertThat(first(hit, "url")).isEqualTo(titled);
        assertThat(first(hit, "name")).isEqualTo("A title");
        assertThat(OffsetDateTime.parse(first(hit, "published").toString()))
                .isEqualTo(OffsetDateTime.parse("2020-02-03T04:05:06+07:00"));
        assertThat(first(hit, "summary")).asString().contains("An article, and more of it");
        assertThat(hit.getJsonArray("category").stream().map(String::valueOf))
                .containsExactlyInAnyOrder("one", "Tag two");
        JsonObject untitled = items(page("/search?q=agree").getJsonArray("items"), "h-feed")
                .get(0)
                .getJsonArray("children")
                .getJsonObject(0);
        assertThat(untitled.getJsonObject("properties").containsKey("name"))
                .as("a note has no name")
                .isFalse();
    }

    @Test
    void an_unlisted_note_has_its_categories_without_a_link() {
        assertThat(first(entry(unlisted), "category")).isEqualTo("hidden tag");
        assertThat(page(unlisted).getJsonObject("rel-urls").fieldNames())
                .doesNotContain(site.uri() + "/tags/hidden-tag");
    }

    @Test
    void mf4_edits_replies_and_photos_are_marked_up() {
        assertThat(OffsetDateTime.parse(first(entry(reply), "updated").toString())
                        .toInstant())
                .isBefore(Instant.now());
        Object target = first(entry(reply), "in-reply-to");
        String answered = target instanceof JsonObject cite
                ? first(cite.getJsonObject("properties"), "url").toString()
                : target.toString();
        assertThat(answered).isEqualTo("https://other.example/post");
        JsonObject photo = (JsonObject) first(entry(titled), "photo");
        assertThat(photo.getString("value")).isEqualTo(site.uri() + "/media/x.jpg");
        assertThat(photo.getString("alt")).isEqualTo("A red cat");
    }

    @Test
    void mf5_a_deleted_note_is_a_410_without_its_content() {
        assertThat(page(deleted).getInteger("status")).isEqualTo(410);
        assertThat(page(deleted).encode()).doesNotContain("Soon gone");
        assertThat(page("/").encode()).doesNotContain("Soon gone");
    }

    /** Post Type Discovery (indieweb.org, in the order of the table) on the items of the parser. */
    private String type(String url) {
        JsonObject entry = entry(url);
        for (String property : List.of("rsvp", "in-reply-to", "repost-of", "like-of", "video", "photo")) {
            if (entry.containsKey(property)) {
                return property;
            }
        }
        String name = first(entry, "name").toString().strip();
        String content = entry.containsKey("content")
                ? ((JsonObject) first(entry, "content")).getString("value").strip()
                : "";
        return entry.containsKey("name") && !content.startsWith(name) ? "article" : "note";
    }

    @Test
    void mf6_post_type_discovery_finds_what_each_note_is() {
        assertThat(Stream.of(reply, repost, like, titled, article, note).map(this::type))
                .containsExactly("in-reply-to", "repost-of", "like-of", "photo", "article", "note");
    }
}
