package org.starpunk.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConnection;

/** Databases of earlier versions of the program: one per schema, in {@code src/test/resources/schema}. */
final class OldDatabases {

    private OldDatabases() {}

    /** Copies the database of a schema into a data directory. */
    static void restore(int schema, Path dataDir) throws SQLException, IOException {
        String script = Files.readString(Path.of("src/test/resources/schema", schema + ".sql"));
        try (Connection connection = connect(dataDir);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(script);
        }
    }

    static Connection connect(Path dataDir) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + dataDir.resolve("starpunk.db"));
    }

    static String ask(Path dataDir, String query) throws SQLException {
        try (Connection connection = connect(dataDir);
                ResultSet row = connection.createStatement().executeQuery(query)) {
            return row.next() ? row.getString(1) : "";
        }
    }

    /**
     * Child process of a test: migrates a data directory, or hangs during the migration and creates a file that shows
     * it.
     */
    public static void main(String[] arguments) throws Exception {
        Path dataDir = Path.of(arguments[0]);
        int hangAfter = Integer.parseInt(arguments[1]);
        DatabaseFile file = new DatabaseFile(dataDir);
        var source = file.open(1);
        if (hangAfter > 0) {
            try (Connection connection = source.open()) {
                hang(connection, hangAfter, dataDir.resolve("hangs"));
                int unused = Migrations.apply(connection, new FeedIdBackfill(null, "127.0.0.1"));
            }
        } else {
            int unused = file.migrate(source);
        }
        source.close();
    }

    private static void hang(Connection connection, int steps, Path sign) throws SQLException {
        ProgressHandler.setHandler(connection.unwrap(SQLiteConnection.class), steps, new ProgressHandler() {
            @Override
            protected int progress() {
                try {
                    Files.createFile(sign);
                    Thread.sleep(600_000);
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return 0;
            }
        });
    }
}
