package org.starpunk.micropub;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;
import org.starpunk.journey.TestSite;
import org.starpunk.note.NoteQuery;

class PhotoElsewhereTest {

    private static final String SECRET = SecretTokens.create();

    private TestSite site;

    @BeforeEach
    void start() {
        site = TestSite.start().setUp();
        TestSite.await(site.deployment()
                .tokens()
                .issue(new NewToken(
                        SecretTokens.hash(SECRET),
                        "https://client.example/",
                        Scopes.parse("create"),
                        Instant.now(),
                        null,
                        null)));
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void a_photo_whose_host_cannot_be_asked_keeps_its_url() {
        String photo = "https://my_bucket.example/x.jpg"; // java.net.URI accepts no host with an underscore
        HttpRequest request = site.request(
                        "/micropub",
                        "Content-Type",
                        "application/x-www-form-urlencoded",
                        "Authorization",
                        "Bearer " + SECRET)
                .POST(BodyPublishers.ofString("h=entry&content=Look&photo=" + photo))
                .build();
        HttpResponse<String> response = site.send(request);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        var notes = TestSite.await(site.deployment().notes().list(new NoteQuery(null, null, null, 10, true)))
                .notes();
        assertThat(notes).hasSize(1);
        assertThat(notes.get(0).content().photos())
                .extracting(kept -> kept.url())
                .containsExactly(photo);
    }
}
