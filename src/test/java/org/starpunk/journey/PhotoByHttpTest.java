package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;
import org.starpunk.note.Photo;

/** A photo at an {@code http} address that could not be copied: readers see it, or a link to it. */
class PhotoByHttpTest {

    @Test
    void a_photo_by_http_is_allowed_by_the_policy_and_is_a_link_where_a_browser_leaves_it_out() {
        try (TestSite site = SiteOwner.site()) {
            Note.Content content = new Note.Content(
                    null,
                    "![in the text](http://pictures.example/b.jpg)",
                    Note.Format.MARKDOWN,
                    List.of(),
                    List.of(
                            new Photo("http://pictures.example/a.jpg", ""),
                            new Photo("HTTP://pictures.example/\"b.jpg", "A \"cat\""),
                            new Photo("https://pictures.example/c.jpg", "")),
                    Note.Status.PUBLISHED,
                    Note.Visibility.PUBLIC,
                    null,
                    null,
                    null);
            Note note = TestSite.await(site.deployment().notes().create(new NewNote(content, null, null)));
            HttpResponse<String> page = site.get(note.path(), "Accept", "text/html");
            String policy = page.headers().firstValue("Content-Security-Policy").orElseThrow();
            assertThat(policy).contains("img-src 'self' https: http:;");
            Element photos = Jsoup.parse(page.body()).expectFirst(".photos");
            assertThat(photos.select("a > img.u-photo").eachAttr("alt"))
                    .containsExactly("Photo at pictures.example/a.jpg", "A \"cat\"");
            assertThat(photos.expectFirst("a").attr("href")).isEqualTo("http://pictures.example/a.jpg");
            assertThat(photos.select("> img.u-photo").attr("src")).isEqualTo("https://pictures.example/c.jpg");
            assertThat(site.get("/admin/login", "Accept", "text/html")
                            .headers()
                            .firstValue("Content-Security-Policy")
                            .orElseThrow())
                    .contains("img-src 'self';");
        }
    }
}
