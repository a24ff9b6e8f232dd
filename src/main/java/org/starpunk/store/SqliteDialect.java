package org.starpunk.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteErrorCode;
import org.starpunk.note.Note;

/** Dialect of SQLite. */
final class SqliteDialect implements Dialect {

    private static final Logger LOG = LoggerFactory.getLogger(SqliteDialect.class);

    /** Includes automatic indexes, which are created from the whole table for a single statement. */
    private static final Pattern SCAN = Pattern.compile(
            "^(?:SCAN (?!CONSTANT ROW)|SEARCH (?=\\w+ USING AUTOMATIC ))(\\w+)(?: USING (?:COVERING )?INDEX (\\w+))?");

    private final SqliteBusyHandler busy = new SqliteBusyHandler();
    private final DatabaseHealth health;
    private final DatabaseFileCheck files;

    SqliteDialect(Path file) {
        this.files = new DatabaseFileCheck(file);
        this.health = new DatabaseHealth(file, busy);
    }

    @Override
    public String sql(String statement) {
        return statement;
    }

    @Override
    public @Nullable Object toParameter(@Nullable Object parameter) {
        return parameter;
    }

    @Override
    public void opened(Connection connection) throws SQLException {
        busy.attach(connection);
    }

    @Override
    public void limit(Connection connection, long millis) {
        // SQLite runs in this process: the store interrupts the statement instead.
    }

    @Override
    public void interrupt(Connection connection) {
        try {
            connection.unwrap(SQLiteConnection.class).getDatabase().interrupt();
        } catch (SQLException e) {
            LOG.debug("a statement could not be interrupted", e);
        }
    }

    /**
     * Returns false, because a file needs no new connection. Records damage for the site's health until a check finds
     * the file sound.
     */
    @Override
    public boolean lost(SQLException failure) {
        health.failed(failure);
        return false;
    }

    @Override
    public void requireSound() throws SQLException {
        health.requireSound();
    }

    /** Runs another statement first: EXPLAIN itself does not detect that another program has changed the schema. */
    @Override
    public QueryPlan explain(JdbcSession sql, String statement) throws SQLException {
        Optional<Long> unused = sql.first("SELECT 1 FROM sqlite_schema LIMIT 1", row -> row.getLong(1));
        List<String> steps = sql.once("EXPLAIN QUERY PLAN " + statement, row -> row.getString("detail"));
        List<QueryPlan.Scan> scans = new ArrayList<>();
        for (String step : steps) {
            Matcher scan = SCAN.matcher(step);
            if (scan.find() && !step.contains(" VIRTUAL TABLE ")) {
                String index = scan.group(2) == null
                        ? ""
                        : definition(sql, "index", scan.group(2)).orElse("");
                scannedTable(sql, statement, scan.group(1))
                        .ifPresent(table -> scans.add(new QueryPlan.Scan(table, index)));
            }
        }
        return QueryPlan.of(sql, steps, scans);
    }

    /** Returns the table of a step, which may contain its alias. */
    private static Optional<String> scannedTable(JdbcSession sql, String statement, String name) throws SQLException {
        return definition(sql, "table", name).map(unused -> name).or(() -> QueryPlan.table(statement, name));
    }

    private static Optional<String> definition(JdbcSession sql, String type, String name) throws SQLException {
        return sql.first(
                "SELECT coalesce(sql, '') FROM sqlite_schema WHERE type = ? AND name = ?",
                row -> row.getString(1),
                type,
                name);
    }

    @Override
    public String fileProblem(JdbcSession sql, boolean afterCommit) throws SQLException {
        return afterCommit ? files.lookAtWritten(sql) : files.run(sql);
    }

    @Override
    public Map<String, Long> health(JdbcSession sql) throws SQLException {
        return health.read(sql);
    }

    /** Does not use RETURNING, which would need a statement journal, like a trigger. */
    @Override
    public long inserted(JdbcSession sql, String insert, @Nullable Object... parameters) throws SQLException {
        int unused = sql.change(insert, parameters);
        return sql.first("SELECT last_insert_rowid()", row -> row.getLong(1)).orElseThrow();
    }

    @Override
    public String begin(JdbcSession sql, long lockMillis) throws SQLException {
        boolean unused = sql.execute("BEGIN IMMEDIATE");
        return "";
    }

    /**
     * For these codes, SQLite has not written the whole transaction to its log: another connection holds a lock, the
     * disk is full, or the transaction was rejected. After an I/O error, such as one of the sync, the transaction may
     * be in the log.
     */
    @Override
    public boolean commitUndecided(Throwable failure) {
        SQLiteErrorCode code = SqlErrors.sqlite(failure);
        if (code == null) {
            return true;
        }
        return switch (SQLiteErrorCode.getErrorCode(code.code & 0xff)) {
            case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_FULL, SQLITE_CONSTRAINT, SQLITE_READONLY, SQLITE_INTERRUPT -> false;
            default -> true;
        };
    }

    /**
     * Ensures that a transaction with a failed COMMIT is not saved. This process does not read it any more, but its
     * frames may be in the write-ahead log with a commit mark, and recovery after a crash would restore them. The next
     * transaction overwrites them and breaks the chain of checksums that recovery follows (SQLite file format, 4.5).
     * Therefore this method commits a transaction without changes: it writes the first page unchanged.
     */
    @Override
    public CommitOutcome outcome(JdbcSession sql, String id) throws SQLException {
        boolean unused = sql.execute("BEGIN IMMEDIATE");
        long application =
                sql.first("PRAGMA application_id", row -> row.getLong(1)).orElse(0L);
        boolean unusedToo = sql.execute("PRAGMA application_id = " + application);
        boolean unusedEither = sql.execute("COMMIT");
        return CommitOutcome.NOT_SAVED;
    }

    @Override
    public void index(JdbcSession sql, Note note, String plainText) throws SQLException {
        SqliteSearch.add(sql, note, plainText);
    }

    @Override
    public void publishing(JdbcSession sql) {
        // SQLite counts changes itself (data_version).
    }

    @Override
    public long writesOfOthers(JdbcSession sql) throws SQLException {
        return sql.first("PRAGMA data_version", row -> row.getLong(1)).orElse(0L);
    }

    @Override
    public void recreateIndex(JdbcSession sql) throws SQLException {
        SqliteSearch.recreate(sql);
    }

    @Override
    public Optional<Map<Long, String>> search(JdbcSession sql, String typed, int offset, int limit)
            throws SQLException {
        return SqliteSearch.search(sql, typed, offset, limit);
    }
}
