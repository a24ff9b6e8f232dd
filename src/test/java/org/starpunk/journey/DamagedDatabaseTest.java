package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.starpunk.SqliteOnly;
import org.starpunk.note.Note;

/** Simulates a disk that returns wrong bytes while the site runs. */
@SqliteOnly("the pages of a file")
class DamagedDatabaseTest {

    private static final int PAGE = 4096;

    @Test
    void a_site_that_has_met_damaged_pages_is_not_ready() throws Exception {
        try (TestSite site = TestSite.start().setUp()) {
            Note note = site.publish("Long " + "words and words ".repeat(9_000), "");
            for (int i = 0; i < 30; i++) {
                site.publish(i + " long " + "words and words ".repeat(9_000), "");
            }
            assertThat(site.get("/readyz").statusCode()).isEqualTo(200);
            Path file = site.dataDir().resolve("starpunk.db");
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
                connection.createStatement().execute("PRAGMA wal_checkpoint(TRUNCATE)");
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                long size = channel.size();
                for (long at = PAGE; at < size; at += PAGE) {
                    int unused = channel.write(ByteBuffer.allocate(PAGE), at);
                }
            }
            await().atMost(Duration.ofMinutes(1)).until(() -> {
                int unused = site.get("/notes?before=" + System.nanoTime()).statusCode()
                        + site.get(note.path() + "?" + System.nanoTime()).statusCode()
                        + site.get("/search?q=words").statusCode();
                return site.get("/readyz").statusCode() == 503;
            });
            assertThat(site.get("/health").statusCode()).isEqualTo(503);
            assertThat(site.get("/readyz").statusCode()).as("and stays so").isEqualTo(503);
            assertThat(site.get("/livez").statusCode()).isEqualTo(200);
        }
    }
}
