package org.starpunk;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Database of one test: SQLite in its data directory, or, if {@code STARPUNK_TEST_DATABASE} is {@code postgresql}, a
 * separate schema in the PostgreSQL of this run. The schema is named after the data directory, so that a second start
 * uses it again.
 */
public final class TestDatabase implements AutoCloseable {

    /** Environment variable for the kind of database. */
    public static final String VARIABLE = "STARPUNK_TEST_DATABASE";

    private final Path dataDir;
    private final @Nullable String schema;

    private TestDatabase(Path dataDir, @Nullable String schema) {
        this.dataDir = dataDir;
        this.schema = schema;
    }

    /** Returns a database of the kind of this run. */
    public static TestDatabase in(Path dataDir) {
        return onPostgres() ? postgres(dataDir) : new TestDatabase(dataDir, null);
    }

    /** Returns a PostgreSQL database, whatever the kind of this run. Skips the test without PostgreSQL. */
    public static TestDatabase postgres(Path dataDir) {
        String schema = "s"
                + UUID.nameUUIDFromBytes(dataDir.toString().getBytes(StandardCharsets.UTF_8))
                        .toString()
                        .replace("-", "");
        TestDatabase database = new TestDatabase(dataDir, schema);
        try (Connection connection =
                DriverManager.getConnection(TestPostgres.running().url())) {
            connection.createStatement().execute("CREATE SCHEMA IF NOT EXISTS " + schema);
            return database;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    public static boolean onPostgres() {
        return "postgresql".equals(System.getenv(VARIABLE));
    }

    /** Returns the environment variables of a server with this database. */
    public Map<String, String> environment() {
        Map<String, String> variables = new HashMap<>();
        variables.put("STARPUNK_DATA_DIR", dataDir.toString());
        if (schema != null) {
            variables.put("STARPUNK_DATABASE_URL", url());
        }
        return variables;
    }

    private String url() {
        return schema == null
                ? "jdbc:sqlite:" + dataDir.resolve("starpunk.db")
                : TestPostgres.running().url() + "&currentSchema=" + schema;
    }

    /** Opens a connection that bypasses the server. */
    public Connection connect() {
        try {
            return DriverManager.getConnection(url());
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Drops the schema. The servers that use it must have stopped. */
    @Override
    public void close() {
        if (schema == null) {
            return;
        }
        try (Connection connection =
                DriverManager.getConnection(TestPostgres.running().url())) {
            connection.createStatement().execute("DROP SCHEMA IF EXISTS " + schema + " CASCADE");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
