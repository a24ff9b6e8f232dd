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
 * Brings the database to this program's schema. The version is SQLite's {@code user_version}: the number of migrations applied.
 * All that are missing are applied in one transaction, which takes the write lock before it reads the version again, so that of
 * two processes that start at once one migrates and the other finds it done.
 */
final class Migrations {

    /** In order; a script that was released never changes. */
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

    /** The schema that this program knows. */
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
     * Applies what is missing.
     *
     * @param ids the feed ids of existing notes
     * @return how many migrations were applied
     * @throws DatabaseException when the database is of a newer program
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
                        "the database could not be brought from schema " + before + " to " + newest() + " ("
                                + e.getMessage() + "); it was left as it was",
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

    /** Tells how far a migration of an existing database is: nothing listens meanwhile, so the log is the only place to look. */
    static void logProgress(int before, int next) {
        if (before > 0) {
            LOG.info(
                    "bringing the database from schema {} to {}: step {} of {}, {}",
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
            why.addSuppressed(e); // SQLite has done so by itself: the disk is full, or broken
        }
    }

    static int check(int version) {
        if (version > newest()) {
            throw new DatabaseException(
                    "the database has schema " + version + ", and this program knows schemas up to " + newest(),
                    "start the newer version of StarPunk that last used it, or restore a backup from before.");
        }
        return version;
    }

    /** The text of a migration for one kind of database. */
    static String script(String kind, String name) {
        try (InputStream file = Migrations.class.getResourceAsStream("/db/" + kind + "/" + name + ".sql")) {
            if (file == null) {
                throw new IllegalStateException("the program lacks its migration " + name + " for " + kind);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
