package org.starpunk.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Databases that are checked completely at a start: small ones, and large ones that were not closed properly. */
class CheckAtStartTest {

    @TempDir
    Path dir;

    private int migrate() throws SQLException {
        DatabaseFile file = new DatabaseFile(dir);
        file.prepareDirectory();
        try (ConnectionFactory connections = file.open(2)) {
            return file.migrate(connections);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + dir.resolve("starpunk.db"));
    }

    /** Creates a database of a size in megabytes and overwrites one of its pages. */
    private void damaged(int megabytes) throws Exception {
        assertThat(migrate()).isPositive();
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("CREATE TABLE large (content BLOB)");
            statement.executeUpdate("INSERT INTO large VALUES (zeroblob(" + megabytes + " * 1000000))");
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        try (FileChannel file = FileChannel.open(dir.resolve("starpunk.db"), StandardOpenOption.WRITE)) {
            assertThat(file.write(ByteBuffer.wrap(new byte[] {0x5a, 0x5a, 0x5a, 0x5a}), 300L * 4096))
                    .isEqualTo(4);
        }
    }

    @Test
    void a_small_database_is_checked_always() throws Exception {
        damaged(3);
        assertThatThrownBy(this::migrate).isInstanceOf(DatabaseException.class).hasMessageContaining("is damaged");
    }

    @Test
    void a_large_one_is_checked_when_it_was_not_closed_properly() throws Exception {
        damaged(70);
        assertThat(migrate()).as("closed properly, and left to the backup").isZero();
        try (Connection open = connect();
                Statement statement = open.createStatement()) {
            statement.executeUpdate("CREATE TABLE later (x)");
            assertThat(Files.size(dir.resolve("starpunk.db-wal"))).isPositive();
            assertThatThrownBy(this::migrate)
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("is damaged");
        }
    }
}
