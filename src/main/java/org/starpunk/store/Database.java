package org.starpunk.store;

import java.sql.SQLException;
import java.util.List;
import org.starpunk.config.Settings;

/** Database of a site: a SQLite file, or PostgreSQL if configured. */
public sealed interface Database permits DatabaseFile, PostgresDatabase {

    /** Returns the configured database for a command. A server may use it at the same time. */
    static Database of(Settings settings) {
        return of(settings, false);
    }

    /** Returns the configured database for a server. A SQLite file can have one server only. */
    static Database ofServer(Settings settings) {
        return of(settings, true);
    }

    private static Database of(Settings settings, boolean server) {
        String url = settings.database().url();
        return url == null
                ? new DatabaseFile(settings.dataDir(), server, FeedIdBackfill.of(settings))
                : new PostgresDatabase(
                        url, settings.database().password(), settings.dataDir(), FeedIdBackfill.of(settings));
    }

    /** Returns the location of the database for the operator, without secrets. */
    String name();

    /** Returns the location, and the size if it is known without a query. Blocks. */
    String summary();

    /** Returns a new dialect, which belongs to one store. */
    Dialect dialect();

    /**
     * Shares the data directory with other processes until the lock is closed. Blocks.
     *
     * @throws DatabaseException if a restore is in progress, or another server uses the directory and it cannot be
     *     shared
     */
    DataDirectoryLock share();

    /**
     * Reads the version of the schema without changing the database. Blocks.
     *
     * @throws DatabaseException if the database is unreadable, or has the schema of a newer version
     */
    Schema schema();

    /**
     * Version of a database schema.
     *
     * @param found number of applied migrations; 0 if there is no schema
     * @param known number of migrations of this version of the program
     * @param missing migrations that are not applied yet
     */
    record Schema(int found, int known, List<String> missing) {

        static Schema of(int found) {
            return new Schema(found, Migrations.newest(), Migrations.SCRIPTS.subList(found, Migrations.newest()));
        }
    }

    /**
     * Opens a factory of connections. Blocks.
     *
     * @param connections maximum number of connections
     */
    ConnectionFactory open(int connections) throws SQLException;

    /**
     * Applies the missing migrations. Several processes may do so at the same time. Blocks.
     *
     * @return number of applied migrations
     * @throws DatabaseException if the database is unusable; contains a remedy
     */
    int migrate(ConnectionFactory source);
}
