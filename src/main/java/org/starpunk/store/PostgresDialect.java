package org.starpunk.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Note;

/** PostgreSQL, from version 13 on. */
final class PostgresDialect implements Dialect {

    /**
     * Names a lock of this site: sites in several schemas of one database do not wait for each other. PostgreSQL has no lock of a
     * whole schema.
     */
    static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('starpunk ' || current_schema(), 0))";

    /** COMMIT of a transaction in which a statement has failed rolls it back, and says nothing; any other statement says so. */
    private static final String COMMIT = "SELECT 1; COMMIT";

    /** Connections that were cut, or cut off, by the server: an administrator's or a crash's shutdown, a time-out of idleness. */
    private static final Set<String> CUT = Set.of("57P01", "57P02", "57P03", "57P05", "25P03");

    private final PostgresChanges changes = new PostgresChanges();

    @Override
    public String sql(String statement) {
        return statement
                .replace("json_each(?)", "jsonb_array_elements(CAST(? AS jsonb)) AS element(value)")
                .replace("json_group_object(", "json_object_agg(")
                .replace(" LIKE ", " ILIKE ")
                .replace("BEGIN IMMEDIATE", "BEGIN; " + LOCK)
                .replaceFirst("^COMMIT$", COMMIT);
    }

    /** PostgreSQL has no NUL in a text; what is looked for with one in it is not there. */
    @Override
    public @Nullable Object bound(@Nullable Object parameter) {
        return parameter instanceof String text ? text.replace('\0', '\ufffd') : parameter;
    }

    /** Nobody waits for a lock or a statement longer than a request may. */
    @Override
    public void opened(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET lock_timeout = '4s'; SET statement_timeout = '15s';"
                    + " SET idle_in_transaction_session_timeout = '60s'");
        }
    }

    @Override
    public boolean lost(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        return state.startsWith("08") || CUT.contains(state);
    }

    /**
     * The plan for any values, with tables read in whole and sorts made as dear as can be: what still reads a whole table, or sorts,
     * has no index for it. Of a small table PostgreSQL would else always read the whole.
     */
    @Override
    public List<String> explain(Plain sql, String statement) throws SQLException {
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
    public Map<String, Long> health(Plain sql) throws SQLException {
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
    public long inserted(Plain sql, String insert, @Nullable Object... parameters) throws SQLException {
        return sql.first(insert + " RETURNING id", row -> row.getLong(1), parameters)
                .orElseThrow();
    }

    @Override
    public void index(Plain sql, Note note, String plainText) throws SQLException {
        PostgresSearch.add(sql, note, plainText);
    }

    @Override
    public void publishing(Plain sql) throws SQLException {
        changes.publishing(sql);
    }

    @Override
    public long writesOfOthers(Plain sql) throws SQLException {
        return changes.ofOthers(sql);
    }

    @Override
    public void recreateIndex(Plain sql) throws SQLException {
        int unused = sql.change("DELETE FROM notes_search");
    }

    @Override
    public void tagRenamed(Plain sql, long tag) throws SQLException {
        PostgresSearch.tagRenamed(sql, tag);
    }

    @Override
    public Optional<Map<Long, String>> search(Plain sql, String typed, int offset, int limit) throws SQLException {
        return PostgresSearch.search(sql, typed, offset, limit);
    }
}
