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
 * The database of one test: SQLite in its data directory, or, when {@code STARPUNK_TEST_DATABASE} is {@code postgresql}, a schema of
 * its own in the PostgreSQL of this test run, named after the data directory: a second start on that finds it again.
 */
public final class TestDatabase implements AutoCloseable {

    /** The variable that says on which database the tests run. */
    public static final String VARIABLE = "STARPUNK_TEST_DATABASE";

    private final Path dataDir;
    private final @Nullable String schema;

    private TestDatabase(Path dataDir, @Nullable String schema) {
        this.dataDir = dataDir;
        this.schema = schema;
    }

    /** Of the kind that the run is for. */
    public static TestDatabase in(Path dataDir) {
        return onPostgres() ? postgres(dataDir) : new TestDatabase(dataDir, null);
    }

    /** On PostgreSQL, whatever the run is for; the test is skipped where there is none. */
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

    /** The variables that lead a server to it. */
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

    /** A connection past the server. */
    public Connection connect() {
        try {
            return DriverManager.getConnection(url());
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Takes the schema away; whoever uses it has stopped. */
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
