package org.starpunk.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Note;

/** Dialect of PostgreSQL 13 and later. */
final class PostgresDialect implements Dialect {

    /**
     * Groups: index of an index scan, table, index of a bitmap scan. A bitmap index scan belongs to the heap scan above
     * it.
     */
    private static final Pattern SCAN = Pattern.compile("^\\W*(?:Parallel )?(?:(?:Seq Scan|Bitmap Heap Scan"
            + "|Index (?:Only )?Scan(?: Backward)? using (\\w+)) on (\\w+)|Bitmap Index Scan on (\\w+))");

    /**
     * Acquires the lock of this site. The name of the schema is part of the key, so that sites in several schemas of
     * one database are independent. PostgreSQL has no lock for a schema.
     */
    static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('starpunk ' || current_schema(), 0)),"
            + " CAST(pg_current_xact_id() AS text)";

    /**
     * Limits the waits for locks until the end of the transaction, and then waits for the lock. PostgreSQL calls the
     * functions of a SELECT list from left to right.
     */
    private static final String BEGIN =
            "BEGIN; " + LOCK.replaceFirst("SELECT ", "SELECT set_config('lock_timeout', ?, true), ");

    /**
     * In a transaction with a failed statement, COMMIT rolls back without an error. Any other statement reports the
     * error.
     */
    private static final String COMMIT = "SELECT 1; COMMIT";

    /** SQLSTATEs of connections that the server closed: shutdown, crash, idle timeout. */
    private static final Set<String> CUT = Set.of("57P01", "57P02", "57P03", "57P05", "25P03");

    private static final long LOCK_MILLIS = 4_000;

    private static final long LONGEST_MILLIS = 15_000;

    private final PostgresRevisionCounter changes = new PostgresRevisionCounter();

    @Override
    public String sql(String statement) {
        return statement
                .replace("json_each(?)", "jsonb_array_elements(CAST(? AS jsonb)) AS element(value)")
                .replace("json_group_object(", "json_object_agg(")
                .replace(" LIKE ", " ILIKE ")
                .replace("max(1, instr(", "greatest(1, strpos(")
                .replace("BEGIN IMMEDIATE", BEGIN)
                .replaceFirst("^COMMIT$", COMMIT);
    }

    /** Replaces NUL, because a text in PostgreSQL cannot contain it. */
    @Override
    public @Nullable Object toParameter(@Nullable Object parameter) {
        return parameter instanceof String text ? text.replace('\0', '\ufffd') : parameter;
    }

    /** Sets timeouts that are shorter than the timeout of a request. */
    @Override
    public void opened(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET lock_timeout = " + LOCK_MILLIS + "; SET statement_timeout = " + LONGEST_MILLIS + ";"
                    + " SET idle_in_transaction_session_timeout = '60s'");
        }
    }

    @Override
    public void limit(Connection connection, long millis) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET statement_timeout = " + Math.min(LONGEST_MILLIS, millis));
        }
    }

    @Override
    public void interrupt(Connection connection) {
        // The server enforces the statement timeout. A cancel request needs a second connection, and may arrive late
        // and end the next statement.
    }

    @Override
    public boolean lost(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        return state.startsWith("08") || CUT.contains(state);
    }

    /**
     * Returns the generic plan, with high costs for sequential scans and sorts. If the plan still contains one, it has
     * no index. With normal costs, PostgreSQL would always scan a small table.
     */
    @Override
    public QueryPlan explain(JdbcSession sql, String statement) throws SQLException {
        List<String> steps = steps(sql, statement);
        return QueryPlan.of(sql, steps, scans(sql, steps));
    }

    /** Returns the tables that are scanned completely: sequentially, or through an index without a condition on it. */
    private static List<QueryPlan.Scan> scans(JdbcSession sql, List<String> steps) throws SQLException {
        List<QueryPlan.Scan> scans = new ArrayList<>();
        String heap = "";
        for (int i = 0; i < steps.size(); i++) {
            Matcher scan = SCAN.matcher(steps.get(i));
            if (!scan.find()) {
                continue;
            }
            String index = scan.group(3) == null ? scan.group(1) : scan.group(3);
            String table = scan.group(2) == null ? heap : scan.group(2);
            if (steps.get(i).contains("Bitmap Heap Scan")) {
                heap = table;
            } else if (index == null || !hasIndexCondition(steps, i + 1)) {
                scans.add(new QueryPlan.Scan(table, index == null ? "" : definition(sql, index)));
            }
        }
        return scans;
    }

    private static String definition(JdbcSession sql, String index) throws SQLException {
        return sql.first(
                        "SELECT indexdef FROM pg_indexes WHERE indexname = ? AND schemaname = current_schema()",
                        row -> row.getString(1),
                        index)
                .orElse("");
    }

    private static boolean hasIndexCondition(List<String> steps, int from) {
        for (int i = from; i < steps.size() && !steps.get(i).contains("->"); i++) {
            if (steps.get(i).strip().startsWith("Index Cond:")) {
                return true;
            }
        }
        return false;
    }

    private static List<String> steps(JdbcSession sql, String statement) throws SQLException {
        String numbered = statement;
        int parameters = 0;
        while (numbered.contains("?")) {
            parameters++;
            numbered = numbered.replaceFirst("\\?", "\\$" + parameters);
        }
        boolean unused = sql.execute("SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off;"
                + " SET enable_sort = off; PREPARE starpunk_plan AS " + numbered);
        try {
            String values = String.join(", ", Collections.nCopies(parameters, "NULL"));
            return sql.once(
                    "EXPLAIN (COSTS OFF) EXECUTE starpunk_plan" + (parameters == 0 ? "" : '(' + values + ')'),
                    row -> row.getString(1));
        } finally {
            boolean unusedToo = sql.execute(
                    "DEALLOCATE starpunk_plan; RESET plan_cache_mode; RESET enable_seqscan;" + " RESET enable_sort");
        }
    }

    @Override
    public Map<String, Long> health(JdbcSession sql) throws SQLException {
        return sql.first(
                        "SELECT pg_database_size(datname), numbackends, deadlocks FROM pg_stat_database"
                                + " WHERE datname = current_database()",
                        row -> Map.of(
                                "database_bytes", row.getLong(1),
                                "database_connections", row.getLong(2),
                                "deadlocks", row.getLong(3)))
                .orElse(Map.of());
    }

    @Override
    public long inserted(JdbcSession sql, String insert, @Nullable Object... parameters) throws SQLException {
        return sql.first(insert + " RETURNING id", row -> row.getLong(1), parameters)
                .orElseThrow();
    }

    /** Reads the id together with the lock, which saves a round trip. */
    @Override
    public String begin(JdbcSession sql, long lockMillis) throws SQLException {
        String limit = Long.toString(Math.min(LOCK_MILLIS, lockMillis));
        return sql.firstOfLastStatement("BEGIN IMMEDIATE", row -> row.getString(3), limit)
                .orElseThrow();
    }

    /**
     * Classes 08 and 57P, and 40003 (PostgreSQL, Appendix A): the connection was lost or closed, perhaps after the
     * transaction was committed. Any other error comes from the server, and means that it rolled back.
     */
    @Override
    public boolean commitUndecided(Throwable failure) {
        String state = SqlErrors.state(failure);
        return state == null || state.startsWith("08") || state.startsWith("57P") || state.equals("40003");
    }

    /** Waits for the lock, which the transaction held until its end, and then queries the status of the transaction. */
    @Override
    public CommitOutcome outcome(JdbcSession sql, String id) throws SQLException {
        String unused = begin(sql, LOCK_MILLIS);
        String status = sql.first("SELECT pg_xact_status(CAST(? AS xid8))", row -> row.getString(1), id)
                .orElse("");
        boolean unusedToo = sql.execute("ROLLBACK");
        return switch (status) {
            case "committed" -> CommitOutcome.SAVED;
            case "aborted" -> CommitOutcome.NOT_SAVED;
            default -> CommitOutcome.UNKNOWN;
        };
    }

    @Override
    public void index(JdbcSession sql, Note note, String plainText) throws SQLException {
        PostgresSearch.add(sql, note, plainText);
    }

    @Override
    public void publishing(JdbcSession sql) throws SQLException {
        changes.publishing(sql);
    }

    @Override
    public long writesOfOthers(JdbcSession sql) throws SQLException {
        return changes.ofOthers(sql);
    }

    @Override
    public void recreateIndex(JdbcSession sql) throws SQLException {
        int unused = sql.change("DELETE FROM notes_search");
    }

    @Override
    public Optional<Map<Long, String>> search(JdbcSession sql, String typed, int offset, int limit)
            throws SQLException {
        return PostgresSearch.search(sql, typed, offset, limit);
    }
}
