package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.jsoup.Jsoup;
import org.starpunk.identity.Profile;
import org.starpunk.note.Note;
import org.starpunk.note.NoteUpdate;

/** Sites with an author, and actions of the author outside the admin pages. */
final class SiteOwner {

    private SiteOwner() {}

    /** Returns a started site that belongs to Ada Author. */
    static TestSite site() {
        TestSite site = TestSite.start();
        Profile profile =
                new Profile("Test site", site.uri().toString(), "Ada Author", "Writes tests.", "/media/ada.jpg", "en");
        TestSite.await(site.deployment().account().setUp(profile, "no password opens this"));
        return site;
    }

    /** Uploads an image like the composer's script, on a site with a logged-in author. Returns its path. */
    static String upload(TestSite site, byte[] file) {
        HttpResponse<String> kept = tryUpload(site, file);
        assertThat(kept.statusCode()).as(kept.body()).isEqualTo(201);
        return new JsonObject(kept.body()).getString("url");
    }

    static HttpResponse<String> tryUpload(TestSite site, byte[] file) {
        String token = Jsoup.parse(site.get("/admin/notes/new").body())
                .expectFirst("input[name=csrf]")
                .val();
        return tryUpload(site, file, token);
    }

    static HttpResponse<String> tryUpload(TestSite site, byte[] file, String token) {
        String head = "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n" + token
                + "\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
        byte[] body = Buffer.buffer(head)
                .appendBytes(file)
                .appendString("\r\n--b--\r\n")
                .getBytes();
        return site.send(site.request("/admin/photos", "Content-Type", "multipart/form-data; boundary=b")
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    static void delete(TestSite site, Note note) {
        TestSite.await(site.deployment().notes().delete(note.id()));
    }

    static Note change(TestSite site, Note note, NoteUpdate change) {
        return TestSite.await(site.deployment().notes().update(note.id(), change))
                .orElseThrow();
    }
}
