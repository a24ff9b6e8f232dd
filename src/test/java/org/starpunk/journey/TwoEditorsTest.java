package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;
import org.starpunk.note.Note;
import org.starpunk.note.Tag;

/** Concurrent changes of a note. The later one once overwrote the earlier one silently. */
class TwoEditorsTest {

    private static TestSite site;

    @BeforeAll
    static void start() {
        site = TestSite.start().setUp();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static Note now(Note note) {
        return TestSite.await(site.deployment().notes().byId(note.id())).orElseThrow();
    }

    private static String version(Document composer) {
        return composer.expectFirst("form.composer input[name=version]").val();
    }

    @Test
    void a_note_that_was_changed_elsewhere_is_not_overwritten_before_its_author_knows() {
        Note note = site.publish("As it was", "");
        String page = "/admin/notes/" + note.id();
        String opened = version(Jsoup.parse(site.get(page).body()));

        assertThat(save(page, opened, "From the phone").statusCode()).isEqualTo(303);
        HttpResponse<String> late = save(page, opened, "From the laptop");
        assertThat(late.statusCode()).isEqualTo(409);
        assertThat(now(note).content().text()).isEqualTo("From the phone");
        Document again = Jsoup.parse(late.body());
        assertThat(again.expectFirst("[role=alert]").text()).contains("changed elsewhere");
        assertThat(again.expectFirst("textarea[name=text]").val()).isEqualTo("From the laptop");

        assertThat(save(page, version(again), "Both together").statusCode()).isEqualTo(303);
        assertThat(now(note).content().text()).isEqualTo("Both together");
    }

    private static HttpResponse<String> save(String page, String version, String text) {
        return site.submit(page, page, "version", version, "text", text, "status", "published", "visibility", "public");
    }

    @Test
    void changes_that_several_apps_make_at_once_all_come_in() throws Exception {
        Note note = site.publish("Many hands", "first");
        String url = site.uri() + note.path();
        String token = token();
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            JsonObject update = new JsonObject()
                    .put("action", "update")
                    .put("url", url)
                    .put("add", new JsonObject().put("category", new JsonArray().add("app " + i)));
            all.add(site.client()
                    .sendAsync(
                            site.request(
                                            "/micropub",
                                            "Authorization",
                                            "Bearer " + token,
                                            "Content-Type",
                                            "application/json")
                                    .POST(BodyPublishers.ofString(update.encode()))
                                    .build(),
                            BodyHandlers.ofString()));
        }
        for (CompletableFuture<HttpResponse<String>> sent : all) {
            HttpResponse<String> answer = sent.get(120, TimeUnit.SECONDS);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
        }
        assertThat(now(note).content().tags())
                .extracting(Tag::name)
                .containsExactly("app 0", "app 1", "app 2", "app 3", "app 4", "app 5", "first");
        assertThat(now(note).version()).isEqualTo(7);
    }

    private static String token() {
        String secret = SecretTokens.create();
        NewToken token = new NewToken(
                SecretTokens.hash(secret), "https://app.example/", Scopes.parse("update"), Instant.now(), null, null);
        assertThat(TestSite.await(site.deployment().tokens().issue(token))).isPresent();
        return secret;
    }
}
