package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.starpunk.conformance.TestPictures;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;

/**
 * Further limits of docs/reference/limits.md, each at the limit and one beyond it: files, fields, images, slugs and
 * styles.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UploadLimitsTest {

    private final TestSite site = TestSite.start().setUp();
    private final String token = SecretTokens.create();

    @BeforeAll
    void begin() {
        TestSite.await(site.deployment()
                .tokens()
                .issue(new NewToken(
                        SecretTokens.hash(token), "a test", Scopes.of(Scopes.MICROPUB), Instant.now(), null, null)));
    }

    @AfterAll
    void close() {
        site.close();
    }

    private HttpResponse<String> post(String path, String type, byte[] body) {
        return site.send(site.request(path, "Content-Type", type, "Authorization", "Bearer " + token)
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    private static void part(ByteArrayOutputStream body, String disposition, byte[] content) throws IOException {
        body.write(("--b\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
        body.write(content);
        body.write("\r\n".getBytes(StandardCharsets.UTF_8));
    }

    private int files(int count) throws IOException {
        byte[] picture = TestPictures.image("png", 2, 2);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        part(body, "name=\"h\"", "entry".getBytes(StandardCharsets.UTF_8));
        part(body, "name=\"content\"", ("With files " + count).getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < count; i++) {
            part(body, "name=\"photo[]\"; filename=\"" + i + ".png\"", picture);
        }
        body.write("--b--\r\n".getBytes(StandardCharsets.UTF_8));
        return post("/micropub", "multipart/form-data; boundary=b", body.toByteArray())
                .statusCode();
    }

    @Test
    void a_micropub_post_has_50_files_at_the_most() throws IOException {
        assertThat(files(50)).isEqualTo(201);
        assertThat(files(51)).isEqualTo(400);
        assertThat(site.get("/").body()).contains("With files 50").doesNotContain("With files 51");
    }

    private int fields(int count) {
        // One property with many values, because a post has at most 100 unknown properties.
        String more = "&f[]=1".repeat(count - 2);
        byte[] body = ("h=entry&content=Fields" + count + more).getBytes(StandardCharsets.UTF_8);
        return post("/micropub", "application/x-www-form-urlencoded", body).statusCode();
    }

    @Test
    void a_form_to_micropub_has_1000_fields_at_the_most() {
        assertThat(fields(1000)).isEqualTo(201);
        assertThat(fields(1001)).isEqualTo(400);
        assertThat(site.get("/").body()).contains("Fields1000").doesNotContain("Fields1001");
    }

    private int picture(int width, int height) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        assertThat(ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_BYTE_BINARY), "png", png))
                .isTrue();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        part(body, "name=\"file\"; filename=\"a.png\"", png.toByteArray());
        body.write("--b--\r\n".getBytes(StandardCharsets.UTF_8));
        return post("/micropub/media", "multipart/form-data; boundary=b", body.toByteArray())
                .statusCode();
    }

    @Test
    void a_picture_has_100_million_pixels_at_the_most() throws IOException {
        assertThat(picture(20_000, 5_000)).isEqualTo(201);
        assertThat(picture(20_000, 5_001)).isEqualTo(413);
    }

    private String slug(String wished) {
        byte[] body = ("h=entry&content=Slug&mp-slug=" + wished).getBytes(StandardCharsets.UTF_8);
        String address = post("/micropub", "application/x-www-form-urlencoded", body)
                .headers()
                .firstValue("location")
                .orElseThrow();
        return address.substring(address.lastIndexOf('/') + 1);
    }

    @Test
    void a_wished_slug_has_80_characters_at_the_most_and_is_cut_at_a_word() {
        String word = "w".repeat(40);
        assertThat(slug(word + "-" + "x".repeat(39))).isEqualTo(word + "-" + "x".repeat(39));
        assertThat(slug(word + "-" + "y".repeat(40))).isEqualTo(word);
        assertThat(slug("z".repeat(80))).isEqualTo("z".repeat(80));
        assertThat(slug("v".repeat(81))).isEqualTo("v".repeat(80));
    }

    @Test
    void a_theme_has_a_million_bytes_at_the_most() throws IOException {
        Path theme = Files.createDirectories(site.dataDir().resolve("static")).resolve("theme.css");
        Files.writeString(theme, "/*" + "x".repeat(999_996) + "*/");
        await().atMost(Duration.ofMinutes(2)).until(() -> site.get("/").body().contains("theme.css"));
        Files.writeString(theme, "/*" + "x".repeat(999_997) + "*/");
        await().atMost(Duration.ofMinutes(2)).until(() -> !site.get("/").body().contains("theme.css"));
    }
}
