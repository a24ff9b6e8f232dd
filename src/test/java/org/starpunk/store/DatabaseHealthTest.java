package org.starpunk.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.SqliteOnly;
import org.starpunk.telemetry.Recorder;

class DatabaseHealthTest {

    @TempDir
    Path folder;

    @Test
    void a_search_index_that_does_not_match_is_no_damage_of_the_notes() throws SQLException {
        List<String> findings = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("index.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE VIRTUAL TABLE notes_search USING fts5 (title, text, tags)");
            statement.execute("INSERT INTO notes_search VALUES ('one', 'two words', 'three')");
            statement.execute("UPDATE notes_search_content SET c1 = 'other words'");
            try (ResultSet rows = statement.executeQuery(DatabaseHealth.QUICK_CHECK)) {
                while (rows.next()) {
                    findings.add(rows.getString(1));
                }
            }
        }
        assertThat(findings).isNotEmpty().allMatch(DatabaseHealth::isOfSearchIndex);
    }

    /** Without a search on the same connection, the check reports "corruption found reading blob" for a sound index. */
    @Test
    @SqliteOnly("the check of FTS5")
    void writes_of_another_connection_are_no_damage_of_the_search_index() throws Exception {
        try (RunningStore store = RunningStore.start(new DatabaseFile(folder.resolve("site")))) {
            store.publish("word0", "");
            DatabaseFile file = new DatabaseFile(folder.resolve("site"));
            ConnectionFactory source = file.open(2);
            try {
                TimedConnection other = new TimedConnection(source, file.dialect());
                JdbcSession sql = new JdbcSession(other, new StatementTimings(Recorder.none(), false, 0));
                assertThat(DatabaseHealth.check(sql)).isEmpty();
                for (int i = 1; i < 40; i++) {
                    store.publish("word" + i + " is a word of note " + i, "");
                }
                assertThat(sql.list(DatabaseHealth.QUICK_CHECK, row -> row.getString(1)))
                        .as("what FTS5 says without a search")
                        .anyMatch(DatabaseHealth::isOfSearchIndex);
                assertThat(DatabaseHealth.check(sql)).isEmpty();
            } finally {
                source.close();
            }
        }
    }

    @Test
    void damaged_pages_of_tables_are_damage_of_the_notes() {
        assertThat(DatabaseHealth.isOfSearchIndex("Tree 4 page 12 cell 3: Rowid 7 out of order"))
                .isFalse();
        assertThat(DatabaseHealth.isOfSearchIndex("row 3 missing from index notes_listed"))
                .isFalse();
    }
}
