package org.starpunk.store;

import java.sql.SQLException;
import org.starpunk.config.Settings;

/** The database of a site: a file of SQLite, unless a PostgreSQL is configured. */
public sealed interface Database permits DatabaseFile, PostgresDatabase {

    /** The database that the settings name. */
    static Database of(Settings settings) {
        String server = settings.database().url();
        return server == null
                ? new DatabaseFile(settings.dataDir())
                : new PostgresDatabase(server, settings.database().password(), settings.dataDir());
    }

    /** Where it is, as an operator would say; without any secret. */
    String name();

    /** Its name, and its size where that is known without asking: for the ready line. Blocks. */
    String summary();

    /** What its SQL and its connections are like. A new one for each store. */
    Dialect dialect();

    /** Shares the data directory with others that use it, until it is closed. Blocks. */
    DataLock share();

    /**
     * A source of connections. Blocks.
     *
     * @param connections how many are opened at the most
     */
    Connections open(int connections) throws SQLException;

    /**
     * Brings it to this program's schema; safe when several processes do so at once. Blocks.
     *
     * @return how many migrations were applied
     * @throws DatabaseException when it cannot be used, with what to do
     */
    int migrate(Connections source);
}
