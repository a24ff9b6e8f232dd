package org.starpunk.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.TestDatabase;
import org.starpunk.note.Note;

/** Notes with HTML from an earlier version of the renderer. */
class NoteRerenderingTest {

    @TempDir
    Path dir;

    @Test
    void notes_of_earlier_rules_are_rendered_and_indexed_again_at_the_start() throws SQLException {
        Note table;
        Note plain;
        try (RunningStore store = RunningStore.start(dir)) {
            table = store.publish("|Tulip|Rose|\n|-|-|\n|1|2|", "");
            plain = store.publish("Only words", "");
            for (int i = 0; i < 120; i++) {
                Note unused = store.publish("~~Filler~~ " + i, "");
            }
        }
        try (Connection connection = TestDatabase.in(dir).connect();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE notes SET rendering = 0");
            statement.executeUpdate("UPDATE notes SET html = '<p>old' || id || '</p>' WHERE text <> 'Only words'");
            statement.executeUpdate("UPDATE notes SET version = 5");
        }
        try (RunningStore store = RunningStore.start(dir)) {
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> RunningStore.await(store.client.call(sql -> sql.read(reader -> reader.first(
                                            "SELECT count(*) FROM notes WHERE rendering = 0", row -> row.getLong(1)))))
                                    .orElse(-1L)
                            == 0);
            Note again = RunningStore.await(store.notes.byId(table.id())).orElseThrow();
            assertThat(again.html()).isEqualTo(table.html()).contains("<table");
            assertThat(again.version()).isEqualTo(6);
            assertThat(again.updated()).isNull();
            assertThat(RunningStore.await(store.notes.byId(plain.id()))
                            .orElseThrow()
                            .version())
                    .as("nothing to change")
                    .isEqualTo(5);
            assertThat(RunningStore.await(store.search.search("tulip", 0, 5)).hits())
                    .hasSize(1);
        }
    }
}
