package org.starpunk.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Note;

/**
 * Differences between the supported databases. All other SQL is common to them. Blocking methods are called on the
 * store's worker threads.
 */
interface Dialect {

    /**
     * Translates a statement. The store writes common SQL with some terms of SQLite, which other dialects replace:
     * {@code json_each(?)}, the elements of a JSON array; {@code LIKE}, which ignores the case of ASCII letters; {@code
     * BEGIN IMMEDIATE}, which begins the only writing transaction. {@code COMMIT} must fail unless all changes are
     * committed.
     */
    String sql(String statement);

    /** Converts a parameter to a value that the database accepts. */
    @Nullable
    Object toParameter(@Nullable Object parameter);

    /** Initializes a connection after it was opened. */
    void opened(Connection connection) throws SQLException;

    /**
     * Sets the timeout of a connection's statements, where the server enforces it.
     *
     * @param millis timeout, milliseconds
     */
    void limit(Connection connection, long millis) throws SQLException;

    /**
     * Interrupts the current statement of a connection: the statement fails, the connection stays usable. Does not
     * block. May be called on any thread. Has no effect where the server enforces a timeout.
     */
    void interrupt(Connection connection);

    /** Returns whether a failure means that the connection is lost and a new connection may succeed. */
    boolean lost(SQLException failure);

    /**
     * Fails if the last check or statement found damage. Cheap enough for each health check.
     *
     * @throws SQLException the damage that was found
     */
    default void requireSound() throws SQLException {}

    /** Returns the query plan of a statement. */
    QueryPlan explain(JdbcSession sql, String statement) throws SQLException;

    /**
     * Compares the files of the database with the open files. Blocks. Runs on the thread of the write queue only.
     *
     * @param afterCommit whether to compare only the files that contain a transaction
     * @return the fault as text for the operator; empty if there is none, and for a database server
     */
    default String fileProblem(JdbcSession sql, boolean afterCommit) throws SQLException {
        return "";
    }

    /** Returns the state of the database: values by the names of their gauges. */
    Map<String, Long> health(JdbcSession sql) throws SQLException;

    /** Inserts one row into a table with a generated {@code id}, and returns the id. */
    long inserted(JdbcSession sql, String insert, @Nullable Object... parameters) throws SQLException;

    /** Adds a note to the full-text index. It must not be in the index. */
    void index(JdbcSession sql, Note note, String plainText) throws SQLException;

    /**
     * Begins the only writing transaction.
     *
     * @param lockMillis longest wait for a lock, milliseconds, at least 1
     * @return id of the transaction for {@link #outcome}; empty if the database has none
     */
    String begin(JdbcSession sql, long lockMillis) throws SQLException;

    /** Returns whether a transaction may be committed although its COMMIT failed. */
    boolean commitUndecided(Throwable failure);

    /**
     * Returns the outcome of a transaction whose COMMIT had an undecided failure. Its connection may have been replaced
     * since.
     *
     * @param id result of {@link #begin}
     * @throws SQLException if the query fails: the outcome stays unknown
     */
    CommitOutcome outcome(JdbcSession sql, String id) throws SQLException;

    /** Called before the commit of a transaction that changes the content of pages. */
    void publishing(JdbcSession sql) throws SQLException;

    /** Returns a number that changes when another process has written; always 0 if the database cannot detect this. */
    long writesOfOthers(JdbcSession sql) throws SQLException;

    /** Replaces a damaged full-text index by an empty one. */
    void recreateIndex(JdbcSession sql) throws SQLException;

    /**
     * Searches the full-text index.
     *
     * @param typed text from the visitor
     * @param offset number of hits to skip
     * @param limit maximum number of hits
     * @return snippets by note id, best first; empty if there is no index, or the text contains no word that the index
     *     could contain
     */
    Optional<Map<Long, String>> search(JdbcSession sql, String typed, int offset, int limit) throws SQLException;
}
