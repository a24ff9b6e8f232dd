package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.command.Program.ProgramResult;
import org.starpunk.journey.TestSite;

/**
 * Exports of other programs, imported by the command and read over HTTP by an anonymous visitor. Texts that were not
 * public in an export contain the word SECRET, and unlisted ones the word UNLISTED.
 */
class ImportedSitesTest {

    private static final Path EXPORTS = Path.of("src/test/resources/imports");
    private static final List<String> LISTS = List.of(
            "/",
            "/feed.rss",
            "/feed.atom",
            "/feed.json",
            "/feed?all=true",
            "/tags",
            "/archive",
            "/search?q=secret",
            "/feeds.opml");

    @TempDir
    Path folder;

    private final TestSite site = TestSite.start().setUp();

    @AfterEach
    void stop() {
        site.close();
    }

    /** Result of each item, by the last part of its path or address. */
    private final Map<String, JsonObject> items = new TreeMap<>();

    private JsonObject report = new JsonObject();

    /** Imports an export twice: first as a dry run, which must report the same and change nothing. */
    private void bring(String export, int exitCode, String... pictures) throws Exception {
        Path source = folder.resolve(export);
        try (Stream<Path> files = Files.walk(EXPORTS.resolve(export))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy =
                        source.resolve(EXPORTS.resolve(export).relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        for (String picture : pictures) {
            Path file = source.resolve(picture);
            Files.createDirectories(file.getParent());
            BufferedImage image = new BufferedImage(8, 6, BufferedImage.TYPE_INT_RGB);
            image.setRGB(0, 0, picture.hashCode());
            ImageIO.write(image, "png", file.toFile());
        }
        JsonObject rehearsal = run(exitCode, export, "--dry-run", "--json");
        assertThat(texts("SELECT count(*) FROM notes")).containsExactly("0");
        report = run(exitCode, export, "--json");
        for (String field : List.of("items", "remarks", "failed", "skipped", "not_public", "notes", "pictures")) {
            assertThat(rehearsal.getValue(field)).as(field).isEqualTo(report.getValue(field));
        }
        report.getJsonArray("items").forEach(item -> {
            String path = ((JsonObject) item).getString("path");
            items.put(path.replaceFirst("/$", "").replaceFirst(".*[/ ]", ""), (JsonObject) item);
        });
        JsonObject again = run(exitCode, export, "--json");
        assertThat(again.getLong("notes")).isZero();
        assertThat(again.getLong("notes_there_already")).isEqualTo(report.getLong("notes"));
        site.forgetCookies();
    }

    private JsonObject run(int exitCode, String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("import"));
        line.addAll(List.of(arguments));
        line.addAll(List.of("--data-dir", site.dataDir().toString()));
        ProgramResult ended =
                new Program(folder).run(new HashMap<>(site.database().environment()), line.toArray(String[]::new));
        assertThat(ended.exitCode()).as(ended.err() + ended.out()).isEqualTo(exitCode);
        return new JsonObject(ended.out());
    }

    /** Returns the first column of a query that bypasses the server. */
    private List<String> texts(String query) {
        List<String> texts = new ArrayList<>();
        try (Connection connection = site.database().connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private String result(String item) {
        return items.getOrDefault(item, new JsonObject()).getString("result", "nothing") + " "
                + items.getOrDefault(item, new JsonObject()).getString("text", "");
    }

    /** Returns the HTML of a page, without the direction attributes of its blocks. */
    private String page(String path) {
        return site.get(path).body().replace(" dir=\"auto\"", "");
    }

    private String address(String item) {
        return items.getOrDefault(item, new JsonObject()).getString("address", "/nowhere");
    }

    private List<String> remarks() {
        return report.getJsonArray("remarks").stream()
                .map(remark -> ((JsonObject) remark).getString("text"))
                .toList();
    }

    /** Checks that no list or address shows a visitor what was not public. */
    private void assertNothingLeaks() {
        List<String> pages = new ArrayList<>(LISTS);
        texts("SELECT slug FROM tags")
                .forEach(tag -> pages.add("/tags/" + URLEncoder.encode(tag, StandardCharsets.UTF_8)));
        for (String page : pages) {
            assertThat(site.get(page).body()).as(page).doesNotContain("SECRET", "UNLISTED");
        }
        for (JsonObject item : items.values()) {
            String address = item.getString("address");
            if (address != null) {
                boolean open = Set.of("taken", "unlisted").contains(item.getString("result"));
                assertThat(site.get(address).statusCode()).as(item.encode()).isEqualTo(open ? 200 : 404);
                assertThat(site.get(address).body()).as(item.encode()).doesNotContain("SECRET");
            }
        }
    }

    private void assertMoved(String oldPath, String address) {
        assertThat(site.get(oldPath).statusCode()).as(oldPath).isEqualTo(301);
        assertThat(site.get(oldPath).headers().firstValue("location"))
                .as(oldPath)
                .hasValue(address);
        assertThat(site.head(oldPath).statusCode()).as(oldPath).isEqualTo(301);
        assertThat(URI.create(address).getPath()).isEqualTo(address);
    }

    @Test
    void wordpress_is_imported_with_paragraphs_pictures_and_redirects() throws Exception {
        bring("wordpress", 0, "wp-content/uploads/2015/01/hill.png", "wp-content/uploads/2016/02/sea side.png");
        assertThat(result("tea-and-milk")).isEqualTo("taken ");
        String tea = page("/notes/tea-and-milk");
        assertThat(tea)
                .contains(
                        "Tea &amp; milk",
                        "<p>The first paragraph<br>",
                        "has two lines.</p>",
                        "<blockquote><p>A quotation</p></blockquote>")
                .contains(
                        "<p>The second one.</p>",
                        "<figcaption>A hill in <em>January</em></figcaption>",
                        "if (a &lt; b) {\n\n    run();")
                .contains(
                        "<li>one</li>",
                        "href=\"https://video.example/watch?v=1\"",
                        "alt=\"The hill\"",
                        "[contact-form-7")
                .contains(
                        "<a href=\"https://player.example/42\">",
                        ">a\n   b</pre>",
                        "2015-01-02T10:00:00+00:00",
                        "/tags/food-drink")
                .doesNotContain(
                        "[caption", "[gallery", "[embed", "[code", "Uncategorized", "Aside", "<p><ul>", "<br>\n<li");
        assertThat(tea.split("src=\"/media/", -1)).hasSize(3);
        assertMoved("/2015/01/tea-and-milk/", "/notes/tea-and-milk");
        assertMoved("/2015/01/tea-and-milk", "/notes/tea-and-milk");
        assertMoved("/2015/01/tea-time/", "/notes/tea-and-milk");
        assertMoved("/2016/02/%D0%BF%D1%80%D0%B8%D0%B2%D0%B5%D1%82/", "/notes/privet");
        assertThat(page("/notes/privet"))
                .contains("<p>A classic paragraph.</p>", "<p>Another one.</p>", "src=\"/media/", "2016-02-03T08:00:00")
                .doesNotContain("wp:");
        assertThat(remarks())
                .contains(
                        "its comments are not imported: 1",
                        "it has a shortcode that stays as text: [contact-form-7]",
                        "it has a block that is made by WordPress: latest-posts",
                        "it embeds https://player.example/42, which is a link now",
                        "it shows https://old.example/wp-content/uploads/2016/02/gone.png, which was not fetched and"
                                + " stays there");
        assertThat(result("behind")).isEqualTo("private it has a password");
        assertThat(result("diary")).isEqualTo("private its status is “private”");
        assertThat(texts("SELECT published FROM notes WHERE slug = 'diary'")).containsExactly("1457085600000");
        assertThat(result("?p=14")).startsWith("draft its status is “draft”");
        assertThat(result("?p=15")).startsWith("draft");
        assertThat(result("?p=17")).startsWith("draft");
        assertThat(result("ahead")).isEqualTo("draft its date is in the future (2999-03-05)");
        assertThat(result("?p=18")).isEqualTo("skipped its status is “trash”");
        assertThat(result("?p=19")).startsWith("draft");
        assertThat(result("?p=29")).startsWith("draft its status is “embargoed”, which has no known meaning");
        assertThat(result("?p=30")).startsWith("skipped");
        assertThat(result("about")).contains("WordPress's type page");
        assertThat(site.get("/2016/03/behind/").statusCode()).isEqualTo(404);
        assertThat(site.get("/2016/03/diary/").statusCode()).isEqualTo(404);
        assertNothingLeaks();
    }

    @Test
    void blogger_is_imported_without_settings_templates_comments_and_drafts() throws Exception {
        bring("blogger", 0);
        assertThat(page("/notes/a-walk")).contains("A walk &amp; a talk", "We went up.<br>", "/tags/walks");
        assertMoved("/2011/05/a-walk.html", "/notes/a-walk");
        assertMoved("/2021/01/from-takeout.html", "/notes/from-takeout");
        assertThat(report.getLong("notes")).isEqualTo(4);
        assertThat(report.getJsonArray("skipped")).hasSize(6);
        assertThat(remarks())
                .contains("it shows https://1.bp.blogspot.example/walk.jpg, which was not fetched and stays there");
        assertNothingLeaks();
    }

    @Test
    void ghost_is_imported_and_what_is_for_members_stays_private() throws Exception {
        bring("ghost", 1, "content/images/2022/03/boat.png", "content/images/2022/03/cover.png");
        assertThat(site.get("/notes/open-to-all").body())
                .contains("Open to all", "alt=\"Boat\"", "alt=\"The harbour\"", "/tags/boats", "2022-03-02T08:00:00");
        assertThat(site.get("/notes/old-times").body()).contains("2014-05-13T16:53:20");
        assertMoved("/open-to-all/", "/notes/open-to-all");
        assertThat(List.of(result("for-members"), result("for-payers"), result("by-mail"), result("mail-only")))
                .allMatch(result -> result.startsWith("private "));
        assertThat(List.of(result("for-some"), result("untitled"), result("later")))
                .allMatch(result -> result.startsWith("draft "));
        assertThat(result("about")).isEqualTo("skipped it is a page, not a post");
        assertThat(result("editor")).isEqualTo("failed its text is only in the format of Ghost's editor");
        assertNothingLeaks();
    }

    @Test
    void mastodon_is_imported_with_only_public_posts_public() throws Exception {
        bring("mastodon", 0, "media_attachments/files/1/original/boat.png");
        String first = address("1");
        assertThat(site.get(first).body())
                .contains(
                        "Good morning, harbour.",
                        "alt=\"A red boat\"",
                        "/tags/boats",
                        "https://example.org/a/very/long/path</a>");
        assertMoved("/@ada/1", first);
        assertMoved("/users/ada/statuses/1", first);
        assertThat(site.get(address("6")).body())
                .contains("Lunch", "Soup &amp; bread (3)", "https://other.example/@eve/98");
        assertThat(result("2")).isEqualTo("unlisted it was unlisted");
        assertThat(result("3")).isEqualTo("private it was for followers only");
        assertThat(result("4")).isEqualTo("skipped it is a direct message");
        assertThat(result("activity")).isEqualTo("skipped it is a boost of https://other.example/@eve/99");
        assertThat(result("7")).isEqualTo("skipped it is a direct message");
        assertThat(remarks())
                .contains(
                        "it has the file /media_attachments/files/1/original/film.mp4, which is not a picture and was not"
                                + " imported");
        assertThat(report.getLong("notes")).isEqualTo(4);
        assertNothingLeaks();
    }

    @Test
    void micro_blog_is_imported_from_its_json_feed() throws Exception {
        bring("microblog", 0, "uploads/2021/sun.png");
        assertThat(site.get("/notes/a-sunny-morning").body()).contains("src=\"/media/", "/tags/mornings");
        assertMoved("/2021/03/04/a-sunny-morning.html", "/notes/a-sunny-morning");
        assertThat(site.get("/notes/long").body()).contains("A long one", "Plain *text*", "2021-03-05T08:00:00");
        assertThat(result("index.html")).startsWith("skipped its notes are in the JSON file");
        assertNothingLeaks();
    }

    @Test
    void jekyll_is_imported_with_its_addresses_pictures_and_drafts() throws Exception {
        bring("jekyll", 0, "assets/my boat.png", "assets/other boat.png", "assets/boat.png");
        assertThat(page("/notes/harbour"))
                .contains("2019-03-04T13:00:00+00:00", "puts \"hi\"", "{% include player.html %}", "/tags/boats")
                .doesNotContain("<h2>Harbour: evening</h2>", "site.baseurl", "/assets/");
        assertThat(page("/notes/harbour").split("src=\"/media/", -1)).hasSize(4);
        assertMoved("/2019/harbour/", "/notes/harbour");
        assertMoved("/old/harbour.html", "/notes/harbour");
        assertMoved("/harbor", "/notes/harbour");
        assertMoved("/2019/03/own-link/", "/notes/own-link");
        assertThat(page("/notes/saved"))
                .contains("A saved page", "Its words and", "src=\"/media/")
                .doesNotContain("<h2>A saved page");
        assertThat(site.get("/notes/soup").body()).contains("A recipe.");
        assertThat(result("2019-04-05-broken.md")).startsWith("draft its front matter is not valid YAML (line 2: ");
        assertThat(result("2019-04-06-endless.md")).startsWith("draft its front matter has no end");
        assertThat(result("2019-04-10-default.md")).startsWith("draft its published is “no”");
        assertThat(result("README.md")).startsWith("skipped");
        assertThat(remarks()).contains("it has a Liquid tag that stays as text: include");
        assertThat(items.values().stream()
                        .filter(item -> item.getString("result").equals("taken")))
                .hasSize(4);
        assertNothingLeaks();
    }

    @Test
    void hugo_is_imported_with_heads_in_yaml_toml_and_json() throws Exception {
        bring("hugo", 0, "content/posts/bundle/cover.png");
        assertThat(site.get("/notes/the-bundle").body())
                .contains("A bundle", "/tags/sea", "<em>A cover</em>")
                .doesNotContain("cover.png");
        assertMoved("/2020/05/the-bundle/", "/notes/the-bundle");
        assertMoved("/2012/bundle.html", "/notes/the-bundle");
        assertMoved("/posts/bundle/former", "/notes/the-bundle");
        assertThat(site.get("/notes/open").body()).contains("From JSON", "The head is JSON.", "/tags/json");
        assertThat(result("list.md")).startsWith("unlisted");
        assertThat(result("brokentoml.md")).startsWith("draft its front matter is not valid TOML (line 2: ");
        assertThat(result("below.md")).startsWith("draft");
        assertThat(result("_index.md")).startsWith("skipped");
        assertThat(items.values().stream()
                        .filter(item -> item.getString("result").equals("taken")))
                .hasSize(2);
        assertNothingLeaks();
    }

    @Test
    void feeds_are_imported_by_their_namespaces_and_types() throws Exception {
        bring("feeds", 0);
        assertThat(site.get("/notes/1").body()).contains("1 &lt; 2 &amp;amp; so on");
        assertThat(page("/notes/2")).contains("first<br>second");
        assertThat(site.get("/notes/september").body()).contains("2007-09-03T15:00:00+00:00");
        assertMoved("/archives/september.php", "/notes/september");
        assertThat(report.getJsonArray("not_public")).hasSize(4);
        assertNothingLeaks();
    }
}
