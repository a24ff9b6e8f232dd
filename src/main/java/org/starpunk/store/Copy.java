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
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteErrorCode;
import org.starpunk.job.Progress;

/** A copy of the database in a file of its own, and what can be told of one. All of it blocks. */
final class Copy {

    /** How many steps of SQLite's machine pass between two looks at the progress: some milliseconds. */
    private static final int STEPS = 100_000;

    private Copy() {}

    /**
     * What a copy holds.
     *
     * @param schema the number of migrations that it has seen
     * @param notes how many notes, deleted ones too
     */
    record Facts(int schema, long notes) {}

    /** A connection that changes nothing by being opened. */
    static Connection open(Path file) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
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
    static void make(Connection source, Path target, long expected, Progress progress) throws SQLException {
        Watch watch = new Watch(target, expected, progress);
        ProgressHandler.setHandler(source, STEPS, watch);
        try (PreparedStatement vacuum = source.prepareStatement("VACUUM INTO ?")) {
            vacuum.setString(1, target.toString());
            vacuum.executeUpdate();
        } catch (SQLException e) {
            CancellationException cancelled = watch.cancelled;
            if (cancelled != null) {
                throw cancelled;
            }
            throw e;
        } finally {
            ProgressHandler.clearHandler(source);
        }
    }

    /**
     * Checks a copy from one end to the other.
     *
     * @throws SQLException when something is wrong with it
     */
    static Facts check(Path file) throws SQLException {
        try (Connection copy = open(file)) {
            String found = text(copy, "PRAGMA integrity_check(1)");
            if (!found.equals("ok")) {
                throw new SQLException(found, null, SQLiteErrorCode.SQLITE_CORRUPT.code);
            }
            return facts(copy);
        }
    }

    static Facts facts(Connection copy) throws SQLException {
        int schema = Migrations.version(copy);
        return new Facts(schema, schema == 0 ? 0 : Long.parseLong(text(copy, "SELECT count(*) FROM notes")));
    }

    private static String text(Connection copy, String query) throws SQLException {
        try (Statement statement = copy.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getString(1) : "";
        }
    }

    /** SQLite asks it from time to time whether to go on. */
    private static final class Watch extends ProgressHandler {

        private final Path target;
        private final long expected;
        private final Progress progress;
        private @Nullable CancellationException cancelled;

        private Watch(Path target, long expected, Progress progress) {
            this.target = target;
            this.expected = expected;
            this.progress = progress;
        }

        @Override
        protected int progress() {
            try {
                progress.at(Math.min(Files.size(target), expected), expected);
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
