package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.starpunk.note.Note;

/** The public pages, as a reader gets them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SitePagesTest {

    private final TestSite site = TestSite.start();

    @BeforeAll
    void setUp() {
        site.deployment(); // started
    }

    @AfterAll
    void close() {
        site.close();
    }

    @Test
    void a_note_stands_at_its_address_on_the_home_page_and_on_its_tags_page() {
        Note note = site.publish("Hello *world* & <b>friends</b>", "Vert.x, Café");
        for (String path : new String[] {note.path(), "/", "/tags/vert.x", "/tags/caf%C3%A9"}) {
            HttpResponse<String> page = site.get(path);
            assertThat(page.statusCode()).as(path).isEqualTo(200);
            assertThat(page.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
            assertThat(page.body()).as(path).contains("Hello <em>world</em> &amp; <b>friends</b>", "h-entry");
        }
        assertThat(site.get("/tags").body()).contains("/tags/caf%C3%A9");
        assertThat(site.get("/archive").statusCode()).isEqualTo(200);
        assertThat(site.get("/search?q=wor").body()).contains("<mark>world</mark>");
    }
}
