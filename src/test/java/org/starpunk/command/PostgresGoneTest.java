package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;
import org.starpunk.TestPostgres;
import org.starpunk.journey.TestSite;

/** Responses for visitors and the author while PostgreSQL is unavailable. */
class PostgresGoneTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String BROWSER = "text/html,*/*;q=0.8";

    @Test
    void kept_pages_stay_the_rest_says_try_again_and_all_heals_when_the_database_is_back() {
        try (TestPostgres database = TestPostgres.ownServer("127.0.0.1");
                TestSite site = TestSite.start(Map.of("STARPUNK_DATABASE_URL", database.url()))
                        .setUp()) {
            StartedSiteClient app = new StartedSiteClient(site);
            site.publish("Words in the database", "");
            assertThat(site.get("/").statusCode()).isEqualTo(200);
            String form = Jsoup.parse(site.get("/admin/notes/new").body())
                    .expectFirst("input[name=csrf]")
                    .val();
            database.stop();
            await().atMost(PATIENCE).until(() -> site.get("/readyz").statusCode() == 503);
            assertTryAgain(site.get("/search?q=words", "Accept", BROWSER));
            assertTryAgain(site.get("/notes/words-in-the-database", "Accept", BROWSER));
            assertTryAgain(site.get("/notes/words-in-the-database", "Accept", "application/json"));
            assertTryAgain(post(site, form));
            assertTryAgain(app.post(site.uri(), "Not kept"));
            assertThat(site.get("/").body()).as("a kept page").contains("Words in the database");
            assertThat(site.get("/livez").statusCode()).isEqualTo(200);
            database.startAgain();
            await().atMost(PATIENCE).until(() -> site.get("/readyz").statusCode() == 200);
            assertThat(site.get("/notes/words-in-the-database").statusCode()).isEqualTo(200);
            assertThat(site.get("/search?q=words").body()).contains("/notes/words-in-the-database");
            assertThat(site.get("/").body()).doesNotContain("Written while it was away", "Not kept");
            assertThat(post(site, form).statusCode()).isEqualTo(303);
            assertThat(site.get("/").body()).contains("Written while it was away");
        }
    }

    private static HttpResponse<String> post(TestSite site, String form) {
        String body = "csrf=" + form + "&status=published&text=Written+while+it+was+away";
        return site.send(
                site.request("/admin/notes", "Content-Type", "application/x-www-form-urlencoded", "Accept", BROWSER)
                        .POST(BodyPublishers.ofString(body))
                        .build());
    }

    private static void assertTryAgain(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
        assertThat(answer.body()).doesNotContainIgnoringCase("exception", "psql", "jdbc", "postgres");
    }
}
