package org.starpunk.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.starpunk.journey.TestSite;

/** The files of SQLite are moved, deleted, replaced or truncated while the site runs. */
class DatabaseFileLostTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private TestSite site;
    private Path file;

    @BeforeEach
    void start() {
        site = TestSite.start().setUp();
        file = site.dataDir().resolve("starpunk.db");
        assertThat(compose("Written before").statusCode()).isEqualTo(303);
        assertThat(site.get("/").body()).contains("Written before");
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private HttpResponse<String> compose(String text) {
        return site.submit("/admin/notes/new", "/admin/notes", "text", text, "status", "published");
    }

    private void assertHealth(int status) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(site.get("/health").statusCode()).isEqualTo(status));
        assertThat(site.get("/readyz").statusCode()).isEqualTo(status);
    }

    /** The first response comes before the periodic comparison of the files. It says that the note may be lost. */
    private void assertNothingIsAcknowledged() {
        HttpResponse<String> first = compose("Written to nowhere");
        assertThat(first.statusCode()).isEqualTo(503);
        assertThat(first.body()).containsAnyOf("It may have been saved", "Nothing was saved");
        assertHealth(503);
        HttpResponse<String> next = compose("Written to nowhere either");
        assertThat(next.statusCode()).isEqualTo(503);
        assertThat(next.body()).contains("Nothing was saved");
        assertThat(site.get("/").statusCode()).isEqualTo(200);
        assertThat(site.get("/").body()).contains("Written before");
    }

    /** Returns whether the monitor has an alert about the database files in this state. */
    private boolean databaseAlert(String state) {
        return site.json("/admin/metrics").getJsonArray("alerts").stream()
                .map(JsonObject.class::cast)
                .anyMatch(alert -> alert.getString("rule").equals("database_lost")
                        && alert.getString("state").equals(state));
    }

    @Test
    void a_database_file_that_is_moved_away_and_comes_back() throws IOException {
        Path elsewhere = file.resolveSibling("elsewhere.db");
        Files.move(file, elsewhere);
        assertNothingIsAcknowledged();
        assertThat(compose("Again").body()).contains("was moved or deleted");
        await().atMost(PATIENCE).until(() -> databaseAlert("firing"));
        Files.move(elsewhere, file);
        assertHealth(200);
        await().atMost(PATIENCE).until(() -> databaseAlert("resolved"));
        assertThat(compose("Written after").statusCode()).isEqualTo(303);
        site.restart();
        assertThat(site.get("/").body()).contains("Written after", "Written before");
    }

    @Test
    void a_database_file_that_is_deleted() throws IOException {
        Path copy = Files.copy(file, file.resolveSibling("copy.db"));
        Files.delete(file);
        assertNothingIsAcknowledged();
        // A copy is another file.
        Files.move(copy, file);
        assertThat(compose("Again").body()).contains("was replaced by another one");
    }

    @Test
    void a_database_file_that_is_replaced_by_a_copy() throws IOException {
        Path copy = Files.copy(file, file.resolveSibling("copy.db"));
        Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
        assertNothingIsAcknowledged();
    }

    @Test
    void a_data_directory_that_is_moved_and_comes_back() throws IOException {
        Path elsewhere = site.dataDir().resolveSibling(site.dataDir().getFileName() + "-moved");
        Files.move(site.dataDir(), elsewhere);
        assertNothingIsAcknowledged();
        Files.move(elsewhere, site.dataDir());
        assertHealth(200);
        assertThat(compose("Written after").statusCode()).isEqualTo(303);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-wal", "-shm"})
    void a_log_that_is_deleted(String end) throws IOException {
        assertHealth(200); // after a check of the files
        Files.delete(site.dataDir().resolve("starpunk.db" + end));
        assertHealth(503);
        HttpResponse<String> refused = compose("Written to nowhere");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("Nothing was saved", "log");
        assertThat(site.get("/").body()).contains("Written before");
    }

    @Test
    void a_database_that_another_program_compacts_goes_on() throws SQLException {
        for (int i = 0; i < 3; i++) {
            assertThat(compose("Long. ".repeat(10_000) + i).statusCode()).isEqualTo(303);
        }
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = other.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 60000");
            statement.execute("CREATE TABLE filling AS SELECT randomblob(2000000) AS content");
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            assertHealth(200);
            statement.execute("DROP TABLE filling");
            statement.execute("VACUUM");
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        assertThat(compose("Written after").statusCode()).isEqualTo(303);
        assertThat(site.get("/health").statusCode()).isEqualTo(200);
    }

    @Test
    void a_database_file_that_is_cut_short() throws IOException {
        assertThat(compose("Long. ".repeat(20_000)).statusCode()).isEqualTo(303);
        site.restart(); // moves the log into the file
        assertThat(site.get("/").body()).contains("Written before");
        assertHealth(200);
        try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
            cut.setLength(8192);
        }
        assertHealth(503);
        assertThat(site.get("/").body()).contains("Written before");
    }
}
