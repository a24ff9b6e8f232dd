package org.starpunk.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteErrorCode;
import org.starpunk.job.ProgressListener;

/** Copies the SQLite database into a file and inspects copies. All methods block. */
final class DatabaseCopy {

    /** Interval of progress reports: steps of SQLite's virtual machine, a few milliseconds. */
    private static final int STEPS = 100_000;

    private DatabaseCopy() {}

    /**
     * Content of a copy.
     *
     * @param schema number of applied migrations
     * @param notes number of notes, including deleted ones
     */
    record Facts(int schema, long notes) {}

    /** Work on a connection that may fail. */
    @FunctionalInterface
    interface ConnectionWork {
        void run() throws SQLException;
    }

    /** Opens a connection on which the schema cannot call functions with side effects. */
    static Connection open(Path file) throws SQLException {
        return connect("jdbc:sqlite:" + file);
    }

    /** Opens a database in memory, which is deleted when the connection is closed. */
    static Connection inMemory() throws SQLException {
        return connect("jdbc:sqlite::memory:");
    }

    private static Connection connect(String url) throws SQLException {
        Connection connection = DriverManager.getConnection(url);
        try (Statement statement = connection.createStatement()) {
            statement.execute(DatabaseFile.UNTRUSTED_SCHEMA);
            statement.execute("PRAGMA busy_timeout = 30000");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * Copies the state of the database at one moment. Other connections may write at the same time.
     *
     * @param target an empty file
     * @param expected expected size of the copy, bytes
     */
    static void make(Connection source, Path target, long expected, ProgressListener progress) throws SQLException {
        copyWithProgress(source, target, expected, progress, () -> {
            try (PreparedStatement vacuum = source.prepareStatement("VACUUM INTO ?")) {
                vacuum.setString(1, target.toString());
                vacuum.executeUpdate();
            }
        });
    }

    /**
     * Reports the size of a file while a connection writes it. Interrupts the connection if the progress is cancelled.
     *
     * @param expected expected final size of the file, bytes
     */
    static void copyWithProgress(
            Connection connection, Path target, long expected, ProgressListener progress, ConnectionWork work)
            throws SQLException {
        CopyProgressHandler watch = new CopyProgressHandler(target, expected, progress);
        ProgressHandler.setHandler(connection, STEPS, watch);
        try {
            work.run();
        } catch (SQLException e) {
            CancellationException cancelled = watch.cancelled;
            if (cancelled != null) {
                throw cancelled;
            }
            throw e;
        } finally {
            ProgressHandler.clearHandler(connection);
        }
    }

    /**
     * Checks a copy completely.
     *
     * @throws SQLException if the copy is damaged
     */
    static Facts check(Path file) throws SQLException {
        try (Connection copy = open(file)) {
            checkIntegrity(copy);
            return facts(copy);
        }
    }

    /**
     * Checks an untrusted database completely, without a query on its tables or views.
     *
     * @return version of the schema that the file declares
     * @throws SQLException if the file is damaged
     */
    static int checkFile(Path file) throws SQLException {
        try (Connection copy = open(file);
                Statement statement = copy.createStatement()) {
            statement.execute("PRAGMA ignore_check_constraints = ON");
            checkIntegrity(copy);
            return Migrations.version(copy);
        }
    }

    private static void checkIntegrity(Connection copy) throws SQLException {
        String found = text(copy, "PRAGMA integrity_check(1)");
        if (!found.equals("ok")) {
            throw new SQLException(found, null, SQLiteErrorCode.SQLITE_CORRUPT.code);
        }
    }

    static Facts facts(Connection copy) throws SQLException {
        int schema = Migrations.version(copy);
        return new Facts(schema, schema == 0 ? 0 : Long.parseLong(text(copy, "SELECT count(*) FROM notes")));
    }

    static boolean has(Connection copy, String table) throws SQLException {
        return !row(copy, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '" + table + "'")
                .isEmpty();
    }

    /** Returns the number of rows of a table; 0 if the table does not exist. */
    static long count(Connection copy, String table) throws SQLException {
        return has(copy, table) ? Long.parseLong(text(copy, "SELECT count(*) FROM " + table)) : 0;
    }

    /** Returns the first row of a query; empty if there is none. */
    static List<String> row(Connection copy, String query) throws SQLException {
        try (Statement statement = copy.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            List<String> values = new ArrayList<>();
            int columns = row.next() ? row.getMetaData().getColumnCount() : 0;
            for (int i = 1; i <= columns; i++) {
                values.add(String.valueOf(row.getString(i)));
            }
            return values;
        }
    }

    private static String text(Connection copy, String query) throws SQLException {
        try (Statement statement = copy.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getString(1) : "";
        }
    }

    /** SQLite calls it periodically. A result other than 0 interrupts the statement. */
    private static final class CopyProgressHandler extends ProgressHandler {

        private final Path target;
        private final long expected;
        private final ProgressListener progress;
        private @Nullable CancellationException cancelled;

        private CopyProgressHandler(Path target, long expected, ProgressListener progress) {
            this.target = target;
            this.expected = expected;
            this.progress = progress;
        }

        @Override
        protected int progress() {
            try {
                progress.report(Math.min(Files.size(target), expected), expected);
                return 0;
            } catch (CancellationException e) {
                cancelled = e;
                return 1;
            } catch (IOException e) {
                return 0; // the size is unknown at the moment
            }
        }
    }
}
