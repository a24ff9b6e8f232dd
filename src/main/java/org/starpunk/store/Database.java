package org.starpunk.store;

import java.sql.SQLException;
import java.util.List;
import org.starpunk.config.Settings;

/** The database of a site: a file of SQLite, unless a PostgreSQL is configured. */
public sealed interface Database permits DatabaseFile, PostgresDatabase {

    /** The database that the settings name, for a command: a server may work on it meanwhile. */
    static Database of(Settings settings) {
        return of(settings, false);
    }

    /** The same for a server: of SQLite, it is the only server that works on it. */
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

    /** Where it is, as an operator would say; without any secret. */
    String name();

    /** Its name, and its size where that is known without asking: for the ready line. Blocks. */
    String summary();

    /** What its SQL and its connections are like. A new one for each store. */
    Dialect dialect();

    /**
     * Shares the data directory with others that use it, until it is closed. Blocks.
     *
     * @throws DatabaseException when it is restored just now, or is another server's and cannot be shared with it
     */
    DataDirectoryLock share();

    /**
     * Looks which schema the database has, and changes nothing. Blocks.
     *
     * @throws DatabaseException when it cannot be read, or is of a newer program
     */
    Schema schema();

    /**
     * Which schema the database has.
     *
     * @param found the number of migrations that it has seen; 0 when there is none
     * @param known the number that this program knows
     * @param missing those that it has not seen yet
     */
    record Schema(int found, int known, List<String> missing) {

        static Schema of(int found) {
            return new Schema(found, Migrations.newest(), Migrations.SCRIPTS.subList(found, Migrations.newest()));
        }
    }

    /**
     * A source of connections. Blocks.
     *
     * @param connections how many are opened at the most
     */
    ConnectionFactory open(int connections) throws SQLException;

    /**
     * Brings it to this program's schema; safe when several processes do so at once. Blocks.
     *
     * @return how many migrations were applied
     * @throws DatabaseException when it cannot be used, with what to do
     */
    int migrate(ConnectionFactory source);
}
