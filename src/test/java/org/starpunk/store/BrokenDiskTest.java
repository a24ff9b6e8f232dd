package org.starpunk.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.starpunk.journey.TestSite;
import org.starpunk.note.Note;

/** A full disk or a damaged file while the site runs. */
class BrokenDiskTest {

    private static final int PAGE = 4096;

    private TestSite site;

    @BeforeEach
    void start() {
        site = TestSite.start().setUp();
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private HttpResponse<String> compose(String text) {
        return site.submit("/admin/notes/new", "/admin/notes", "text", text, "status", "published");
    }

    /** Limits the number of pages of the database, like a full disk. Returns their current number. */
    private long limitPages(long pages) {
        StoreClient client = new StoreClient(site.deployment().vertx());
        return TestSite.await(client.call(sql -> sql.write(jdbc -> {
            jdbc.list("PRAGMA max_page_count = " + pages, row -> row.getLong(1));
            return jdbc.first("PRAGMA page_count", row -> row.getLong(1)).orElseThrow();
        })));
    }

    @Test
    void a_full_disk_is_told_readers_go_on_and_space_is_all_it_takes_to_heal() {
        Note note = site.publish("Written while there was space", "");
        long pages = limitPages(1);
        assertThat(pages).isGreaterThan(10);

        HttpResponse<String> refused = compose("Too much. ".repeat(9_000));
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("Nothing was saved", "the disk is full");
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(TestSite.await(site.deployment().notes().count())).isEqualTo(1);
        assertThat(site.get("/").statusCode()).isEqualTo(200);
        assertThat(site.get(note.path()).statusCode()).isEqualTo(200);
        assertThat(site.get("/search?q=written").body()).contains(note.path());

        limitPages(1_000_000);
        HttpResponse<String> written = compose("Too much. ".repeat(9_000));
        assertThat(written.statusCode()).isEqualTo(303);
        assertThat(TestSite.await(site.deployment().notes().count())).isEqualTo(2);
    }

    @Test
    void a_file_that_is_damaged_while_the_site_runs_gives_503_and_kept_pages_go_on() throws IOException {
        for (int i = 0; i < 40; i++) {
            Note unused = site.publish("Note " + i + " " + "long text ".repeat(2_000), "");
        }
        site.restart(); // now the file contains the log, and no page is cached
        assertThat(site.get("/tags").statusCode()).isEqualTo(200);
        try (RandomAccessFile file =
                new RandomAccessFile(site.dataDir().resolve("starpunk.db").toFile(), "rw")) {
            byte[] garbage = new byte[(int) file.length() - PAGE];
            Arrays.fill(garbage, (byte) 0x5a);
            file.seek(PAGE);
            file.write(garbage);
        }
        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(site.get("/notes/note-3-long-text-long-text-long-text")
                                .statusCode())
                        .isEqualTo(503));
        assertThat(site.get("/notes/note-20-long-text-long-text-long-text").statusCode())
                .isEqualTo(503);
        assertThat(site.get("/tags").statusCode()).isEqualTo(200);
    }
}
