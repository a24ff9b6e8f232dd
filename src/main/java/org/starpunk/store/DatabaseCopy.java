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

/** A copy of the database in a file of its own, and what can be told of one. All of it blocks. */
final class DatabaseCopy {

    /** How many steps of SQLite's machine pass between two looks at the progress: some milliseconds. */
    private static final int STEPS = 100_000;

    private DatabaseCopy() {}

    /**
     * What a copy holds.
     *
     * @param schema the number of migrations that it has seen
     * @param notes how many notes, deleted ones too
     */
    record Facts(int schema, long notes) {}

    /** Work on a connection. */
    @FunctionalInterface
    interface ConnectionWork {
        void run() throws SQLException;
    }

    /** Opens a connection that does not change the file, and calls no function with side effects from the schema. */
    static Connection open(Path file) throws SQLException {
        return connect("jdbc:sqlite:" + file);
    }

    /** Opens a database that is deleted with its connection. */
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
     * Copies the database as it stands at one moment, whatever is written meanwhile.
     *
     * @param target an empty file
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
     * Reports how large a file has become while a connection writes it, and interrupts the connection when the progress is cancelled.
     *
     * @param expected the size of the file at the end, bytes
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
     * Checks a copy from one end to the other.
     *
     * @throws SQLException when something is wrong with it
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
     * @return the version of its schema that it declares
     * @throws SQLException when something is wrong with it
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

    /** Returns the number of rows of a table; 0 when there is no such table. */
    static long count(Connection copy, String table) throws SQLException {
        return has(copy, table) ? Long.parseLong(text(copy, "SELECT count(*) FROM " + table)) : 0;
    }

    /** Returns the first row of a query; empty when there is none. */
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

    /** SQLite asks it from time to time whether to go on. */
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
                return 0; // how far it is cannot be told just now
            }
        }
    }
}
