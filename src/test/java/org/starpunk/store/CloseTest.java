package org.starpunk.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.SqliteOnly;

/** A stopped store leaves one complete file, which can be copied. */
@SqliteOnly("it is about the file and its log")
class CloseTest {

    @TempDir
    Path folder;

    @Test
    void a_stopped_store_leaves_everything_in_the_one_file() throws Exception {
        DatabaseFile file = new DatabaseFile(folder);
        try (RunningStore store = RunningStore.start(folder)) {
            store.publish("kept", "");
        }

        assertThat(folder.resolve("starpunk.db-wal")).doesNotExist();
        Path copy = Files.copy(file.path(), folder.resolve("copy.db"));
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + copy);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM notes")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getInt(1)).isEqualTo(1);
        }
    }
}
