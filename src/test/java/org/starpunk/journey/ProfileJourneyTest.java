package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.imageio.ImageIO;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.starpunk.identity.Profile;

/** The author's links, picture and wish about crawlers: from Settings to the public pages. */
class ProfileJourneyTest {

    private final TestSite site = TestSite.start().setUp();

    @AfterEach
    void close() {
        site.close();
    }

    private HttpResponse<String> save(String links, boolean aiCrawlers) {
        return site.submit(
                "/admin/settings",
                "/admin/settings/profile",
                "site_name",
                "Test site",
                "site_url",
                site.uri().toString(),
                "author_name",
                "Ada Author",
                "language",
                "en",
                "links",
                links,
                aiCrawlers ? "ai_crawlers" : "none",
                "yes");
    }

    private Document page(String path) {
        return Jsoup.parse(site.get(path, "Accept", "text/html").body());
    }

    @Test
    void links_to_other_profiles_are_shown_as_they_were_written() {
        List<String> links = List.of(
                "https://mastodon.example/@ada",
                "https://example.org/?user=ada&tab=%22all%22",
                "http://example.org/caf%C3%A9");
        assertThat(save("  " + String.join(" \r\n\r\n", links) + "\r\n" + links.get(0), true)
                        .statusCode())
                .isEqualTo(303);
        assertThat(page("/").select(".h-card a.u-url[rel=me]").not(".u-uid").eachAttr("href"))
                .isEqualTo(links);
        assertThat(page("/admin/settings").select("textarea[name=links]").text().split("\\s+"))
                .containsExactlyElementsOf(links);
        site.restart();
        assertThat(site.deployment().account().profile().links()).isEqualTo(links);
        assertThat(save("", true).statusCode()).isEqualTo(303);
        assertThat(page("/").select(".profiles")).isEmpty();
    }

    @Test
    void what_is_no_address_of_a_profile_is_refused_with_what_was_typed() {
        for (String wrong : List.of(
                "@ada@mastodon.example",
                "mastodon.example/@ada",
                "javascript:alert(1)",
                "https://",
                "https://a b.example/",
                "https://example.org/" + "x".repeat(3000),
                "https://example.org/\nftp://example.org/")) {
            HttpResponse<String> refused = save(wrong, true);
            assertThat(refused.statusCode()).as(wrong).isEqualTo(422);
            Document form = Jsoup.parse(refused.body());
            assertThat(form.select("#links-wrong").text()).as(wrong).contains("is not a valid address");
            assertThat(form.select("textarea[name=links]")
                            .text()
                            .replaceAll("\\s+", " ")
                            .strip())
                    .isEqualTo(wrong.replaceAll("\\s+", " ").strip());
        }
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 21; i++) {
            many.append("https://example.org/").append(i).append('\n');
        }
        assertThat(save(many.toString(), true).body()).contains("At most 20 addresses");
        assertThat(site.deployment().account().profile().links()).isEmpty();
    }

    @Test
    void crawlers_for_ai_are_asked_to_stay_away_when_the_author_wishes() {
        assertThat(site.get("/robots.txt").body()).doesNotContain("GPTBot");
        assertThat(page("/admin/settings").select("input[name=ai_crawlers][checked]"))
                .hasSize(1);
        assertThat(save("", false).statusCode()).isEqualTo(303);
        String robots = site.get("/robots.txt").body();
        assertThat(robots)
                .contains("User-agent: GPTBot\n", "User-agent: ClaudeBot\n", "User-agent: CCBot\n")
                .contains("User-agent: Timpibot\nDisallow: /\n");
        assertThat(robots.substring(0, robots.indexOf("\n\n"))).startsWith("User-agent: *\nDisallow: /admin\n");
        assertThat(page("/admin/settings").select("input[name=ai_crawlers][checked]"))
                .isEmpty();
        assertThat(save("", true).statusCode()).isEqualTo(303);
        assertThat(site.get("/robots.txt").body()).doesNotContain("GPTBot");
    }

    @Test
    void an_uploaded_picture_is_the_authors_everywhere() throws IOException {
        site.publish("Words", "t");
        HttpResponse<String> saved = upload(picture());
        assertThat(saved.statusCode()).as(saved.body()).isEqualTo(303);
        assertThat(page(saved.headers().firstValue("location").orElseThrow())
                        .select(".notice.ok")
                        .text())
                .isEqualTo("The picture is saved.");
        Profile profile = site.deployment().account().profile();
        assertThat(profile.photo()).matches("/media/[A-Za-z0-9_-]{43}-900x700\\.png");
        String small = profile.photo().replace(".png", "-640.png");
        for (String path : List.of("/", "/notes/words", "/tags/t", "/archive", "/search?q=words")) {
            List<String> pictures = page(path).select("img.u-photo").eachAttr("src");
            assertThat(pictures).as(path).isEqualTo(path.equals("/archive") ? List.of() : List.of(small));
        }
        assertThat(page("/admin/settings").select("img.avatar").attr("src")).isEqualTo(profile.photo());
        assertThat(site.get(small).statusCode()).isEqualTo(200);
        assertThat(site.get("/feed.json").body()).contains(profile.absolute(profile.photo()));
    }

    @Test
    void what_is_no_picture_is_refused_on_the_page() {
        HttpResponse<String> refused = upload("no picture".getBytes(StandardCharsets.UTF_8));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(Jsoup.parse(refused.body()).select("#photo_file-wrong").text())
                .contains("JPEG, PNG, GIF and WebP are accepted");
        HttpResponse<String> none = upload(null);
        assertThat(none.statusCode()).isEqualTo(422);
        assertThat(Jsoup.parse(none.body()).select("#photo_file-wrong").text()).isEqualTo("Choose a picture first.");
        assertThat(site.deployment().account().profile().photo()).isEmpty();
        site.forgetCookies();
        assertThat(site.get("/admin/settings").statusCode()).isEqualTo(401);
    }

    private static byte[] picture() throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        assertThat(ImageIO.write(new BufferedImage(900, 700, BufferedImage.TYPE_INT_RGB), "png", png))
                .isTrue();
        return png.toByteArray();
    }

    /** Sends the form as a browser does. */
    private HttpResponse<String> upload(byte @Nullable [] file) {
        String token = page("/admin/settings").expectFirst("input[name=csrf]").val();
        Buffer body = Buffer.buffer("--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n" + token);
        if (file != null) {
            body.appendString("\r\n--b\r\nContent-Disposition: form-data; name=\"photo_file\"; filename=\"a\"\r\n\r\n")
                    .appendBytes(file);
        }
        return site.send(site.request("/admin/settings/photo", "Content-Type", "multipart/form-data; boundary=b")
                .POST(BodyPublishers.ofByteArray(
                        body.appendString("\r\n--b--\r\n").getBytes()))
                .build());
    }
}
