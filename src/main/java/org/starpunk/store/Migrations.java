package org.starpunk.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Migrates the database to the schema of this version. The version of a schema is SQLite's {@code user_version}: the
 * number of applied migrations. All missing migrations are applied in one transaction. It acquires the write lock
 * before it reads the version, so that of two processes that start at the same time only one migrates.
 */
final class Migrations {

    /** Names of the scripts, in order. A released script never changes. */
    static final List<String> SCRIPTS = List.of(
            "001-notes",
            "002-account",
            "003-tokens",
            "004-versions",
            "005-passkeys",
            "006-drafts",
            "007-rendering",
            "008-search",
            "009-permanent-ids",
            "010-properties",
            "011-time-zone",
            "012-scheduled-notes",
            "013-profile-links");

    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

    private Migrations() {}

    /** Returns the version of the newest schema. */
    static int newest() {
        return SCRIPTS.size();
    }

    static int version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA user_version")) {
            return row.next() ? row.getInt(1) : 0;
        }
    }

    /**
     * Applies the missing migrations.
     *
     * @param ids the feed ids of existing notes
     * @return number of applied migrations
     * @throws DatabaseException if the schema belongs to a newer version of the program, or a migration failed
     */
    static int apply(Connection connection, FeedIdBackfill ids) throws SQLException {
        if (check(version(connection)) == newest()) {
            return 0;
        }
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("BEGIN IMMEDIATE");
            int before = check(version(connection));
            try {
                for (int next = before; next < newest(); next++) {
                    logProgress(before, next);
                    statement.executeUpdate(script("sqlite", SCRIPTS.get(next)));
                }
                ids.fill(connection);
                statement.executeUpdate("PRAGMA user_version = " + newest());
                statement.executeUpdate("COMMIT");
                return newest() - before;
            } catch (SQLException | RuntimeException e) {
                rollBack(statement, e);
                throw new DatabaseException(
                        "the database could not be migrated from schema " + before + " to " + newest() + " ("
                                + e.getMessage() + "); it is unchanged",
                        "start the version of StarPunk that last used it, and report this message.",
                        e);
            }
        }
    }

    /** Creates the schema of a version in an empty database. */
    static void create(Connection connection, int version) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("BEGIN IMMEDIATE");
            for (String name : SCRIPTS.subList(0, version)) {
                statement.executeUpdate(script("sqlite", name));
            }
            statement.executeUpdate("PRAGMA user_version = " + version);
            statement.executeUpdate("COMMIT");
        }
    }

    /** Logs the progress of a migration. No port is open during it, so the log is its only output. */
    static void logProgress(int before, int next) {
        if (before > 0) {
            LOG.info(
                    "migrating the database from schema {} to {}: step {} of {}, {}",
                    before,
                    newest(),
                    next - before + 1,
                    newest() - before,
                    SCRIPTS.get(next));
        }
    }

    private static void rollBack(Statement statement, Exception why) {
        try {
            statement.executeUpdate("ROLLBACK");
        } catch (SQLException e) {
            why.addSuppressed(e); // SQLite has rolled back itself: the disk is full or broken
        }
    }

    static int check(int version) {
        if (version > newest()) {
            throw new DatabaseException(
                    "the database has schema " + version + ", and this version supports schemas up to " + newest(),
                    "start the newer version of StarPunk that last used it, or restore an older backup.");
        }
        return version;
    }

    /** Returns the script of a migration for one kind of database. */
    static String script(String kind, String name) {
        try (InputStream file = Migrations.class.getResourceAsStream("/db/" + kind + "/" + name + ".sql")) {
            if (file == null) {
                throw new IllegalStateException("missing migration " + name + " for " + kind);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
