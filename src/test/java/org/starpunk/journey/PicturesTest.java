package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import javax.imageio.ImageIO;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.starpunk.conformance.TestPictures;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;
import org.starpunk.note.Photo;

/** Images from the composer to the page: their space is reserved, and a phone may load a smaller variant. */
class PicturesTest {

    private final TestSite site = TestSite.start().setUp();

    @AfterEach
    void close() {
        site.close();
    }

    private Note withPhotos(List<Photo> photos) {
        Note.Content content = new Note.Content(
                null,
                "Seen",
                Note.Format.MARKDOWN,
                List.of(),
                photos,
                Note.Status.PUBLISHED,
                Note.Visibility.PUBLIC,
                null,
                null,
                null);
        return TestSite.await(site.deployment().notes().create(new NewNote(content, null, null)));
    }

    private int width(String path) throws Exception {
        try (InputStream in = site.client()
                .send(site.request(path).build(), BodyHandlers.ofInputStream())
                .body()) {
            BufferedImage image = ImageIO.read(in);
            return image.getWidth();
        }
    }

    @Test
    void a_picture_in_the_text_reserves_its_place_and_comes_in_the_widths_that_it_offers() throws Exception {
        String url = SiteOwner.upload(site, TestPictures.image("jpg", 1600, 1000));
        String note = site.publish("Look: ![A lake](" + url + ")", "").path();
        check(Jsoup.parse(site.get(note).body()).expectFirst(".e-content img"), url);
        check(Jsoup.parse(site.get("/").body()).expectFirst(".e-content img"), url);
        assertThat(site.get("/feed.atom").body())
                .contains("src=\"" + site.uri() + url, "width=\"1600\"")
                .doesNotContain("srcset");
    }

    @Test
    void a_photo_of_a_note_does_so_too() throws Exception {
        String url = SiteOwner.upload(site, TestPictures.image("jpg", 1600, 1000));
        Note note = withPhotos(List.of(new Photo(url, "A lake"), new Photo("https://example.org/x.jpg", "Elsewhere")));
        Element page = Jsoup.parse(site.get(note.path()).body());
        check(page.expectFirst("img.u-photo[alt=A lake]"), url);
        assertThat(page.expectFirst("img.u-photo[alt=Elsewhere]").hasAttr("srcset"))
                .isFalse();
    }

    private void check(Element image, String url) throws Exception {
        assertThat(image.attr("src")).isEqualTo(url);
        assertThat(image.attr("alt")).isEqualTo("A lake");
        assertThat(image.attr("width")).isEqualTo("1600");
        assertThat(image.attr("height")).isEqualTo("1000");
        assertThat(image.attr("sizes")).contains("vw");
        String[] candidates = image.attr("srcset").split(", ");
        assertThat(candidates).hasSize(3);
        for (String candidate : candidates) {
            String[] parts = candidate.split(" ");
            assertThat(width(parts[0]) + "w").as(parts[0]).isEqualTo(parts[1]);
        }
    }

    @Test
    void what_someone_writes_as_an_address_gets_no_size_and_no_copies() {
        String made = "/media/" + "a".repeat(43) + "-1x2.jpg\" onerror=\"alert(1)";
        String html = site.publish("<img src='" + made + "' srcset='//evil.example/x 1w' width=9>", "")
                .html();
        assertThat(Jsoup.parseBodyFragment(html).select("[srcset], [width], [onerror]"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"text, 400", "cut, 400", "html-gif, 413", "bomb, 413"})
    void a_picture_that_cannot_be_kept_is_refused_with_the_reason(String kind, int status) {
        HttpResponse<String> answer = SiteOwner.tryUpload(site, TestPictures.of(kind));
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains("error");
        assertThat(site.dataDir().resolve("media").toFile().listFiles(File::isFile))
                .isEmpty();
    }
}
