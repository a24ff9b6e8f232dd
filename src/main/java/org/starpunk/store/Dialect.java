package org.starpunk.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Note;

/**
 * What one kind of database says or does differently from the others. All other SQL is the same for all of them. Blocking methods
 * are called on the store's worker threads.
 */
interface Dialect {

    /**
     * A statement in this dialect. The store writes SQL that all databases understand, and some words of SQLite, which others
     * replace: {@code json_each(?)}, the elements of a JSON array; {@code LIKE}, which takes no account of case in ASCII; and
     * {@code BEGIN IMMEDIATE}, which begins a transaction that is the only one to write. {@code COMMIT} fails unless all is kept.
     */
    String sql(String statement);

    /** A parameter as the driver may get it. */
    @Nullable
    Object toParameter(@Nullable Object parameter);

    /** A connection was opened, and is made ready. */
    void opened(Connection connection) throws SQLException;

    /**
     * Limits the time of a connection's statements, where the server enforces the limit.
     *
     * @param millis at most, milliseconds
     */
    void limit(Connection connection, long millis) throws SQLException;

    /**
     * Interrupts the current statement of a connection: the statement fails, the connection stays usable. Does not block. Called on
     * a different thread than the statement's. Does nothing where the server ends long statements.
     */
    void interrupt(Connection connection);

    /** Whether a failure means that the connection is gone, and a new one may do better. */
    boolean lost(SQLException failure);

    /**
     * Fails when the database was found damaged, by a statement or by a check, and has not been found sound since. Cheap.
     *
     * @throws SQLException with what was found
     */
    default void requireSound() throws SQLException {}

    /** Returns how the database would run a statement. */
    QueryPlan explain(JdbcSession sql, String statement) throws SQLException;

    /**
     * Compares the files of the database with those that are open. Blocks; on the writer's thread alone.
     *
     * @param afterCommit whether to compare only the files that contain a transaction
     * @return what is wrong, for a person; empty when nothing is, and for a database server
     */
    default String fileProblem(JdbcSession sql, boolean afterCommit) throws SQLException {
        return "";
    }

    /** What the database says of its own state: numbers by the names of their gauges. */
    Map<String, Long> health(JdbcSession sql) throws SQLException;

    /** Inserts one row into a table whose {@code id} the database gives; the id. */
    long inserted(JdbcSession sql, String insert, @Nullable Object... parameters) throws SQLException;

    /** Adds a note to the full-text index; it is not in it. */
    void index(JdbcSession sql, Note note, String plainText) throws SQLException;

    /**
     * Begins the only writing transaction.
     *
     * @param lockMillis longest wait for a lock, milliseconds, at least 1
     * @return the transaction's id, for {@link #outcome}; empty where the database has none
     */
    String begin(JdbcSession sql, long lockMillis) throws SQLException;

    /** Returns whether a COMMIT with this failure may have been carried out. */
    boolean commitUndecided(Throwable failure);

    /**
     * Returns the outcome of a transaction whose COMMIT had an undecided failure. Its connection may have been replaced since.
     *
     * @param id the value of {@link #begin}
     * @throws SQLException when the query fails: the outcome stays unknown
     */
    CommitOutcome outcome(JdbcSession sql, String id) throws SQLException;

    /** A transaction that changes what pages show is about to be committed. */
    void publishing(JdbcSession sql) throws SQLException;

    /** A number that is another one when another process has written; always 0 when that cannot be told. */
    long writesOfOthers(JdbcSession sql) throws SQLException;

    /** Throws the full-text index away, and makes an empty one: for one that is damaged. */
    void recreateIndex(JdbcSession sql) throws SQLException;

    /**
     * Searches the full-text index.
     *
     * @return snippets by the ids of their notes, best first; empty when there is no index, or nothing in the text that an index
     *     could find
     */
    Optional<Map<Long, String>> search(JdbcSession sql, String typed, int offset, int limit) throws SQLException;
}
