package org.starpunk.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Note;

/** SQLite. */
final class SqliteDialect implements Dialect {

    private final BusyWaits busy = new BusyWaits();
    private final DatabaseHealth health;

    SqliteDialect(Path file) {
        this.health = new DatabaseHealth(file, busy);
    }

    @Override
    public String sql(String statement) {
        return statement;
    }

    @Override
    public @Nullable Object bound(@Nullable Object parameter) {
        return parameter;
    }

    @Override
    public void opened(Connection connection) throws SQLException {
        busy.attach(connection);
    }

    @Override
    public boolean lost(SQLException failure) {
        return false;
    }

    /** EXPLAIN runs nothing, and so does not notice that another program has changed the schema; any other statement does. */
    @Override
    public List<String> explain(Plain sql, String statement) throws SQLException {
        Optional<Long> unused = sql.first("SELECT 1 FROM sqlite_schema LIMIT 1", row -> row.getLong(1));
        return sql.once("EXPLAIN QUERY PLAN " + statement, row -> row.getString("detail"));
    }

    @Override
    public Map<String, Long> health(Plain sql) throws SQLException {
        return health.look(sql);
    }

    /** Not by RETURNING: it takes a journal of the statement's own, as a trigger does. */
    @Override
    public long inserted(Plain sql, String insert, @Nullable Object... parameters) throws SQLException {
        int unused = sql.change(insert, parameters);
        return sql.first("SELECT last_insert_rowid()", row -> row.getLong(1)).orElseThrow();
    }

    @Override
    public void index(Plain sql, Note note, String plainText) throws SQLException {
        SqliteSearch.add(sql, note, plainText);
    }

    @Override
    public void publishing(Plain sql) {
        // SQLite tells by itself.
    }

    @Override
    public long writesOfOthers(Plain sql) throws SQLException {
        return sql.first("PRAGMA data_version", row -> row.getLong(1)).orElse(0L);
    }

    @Override
    public void recreateIndex(Plain sql) throws SQLException {
        SqliteSearch.recreate(sql);
    }

    @Override
    public void tagRenamed(Plain sql, long tag) throws SQLException {
        SqliteSearch.tagRenamed(sql, tag);
    }

    @Override
    public Optional<Map<Long, String>> search(Plain sql, String typed, int offset, int limit) {
        return SqliteSearch.search(sql, typed, offset, limit);
    }
}
