package org.starpunk.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.starpunk.TestDatabase;
import org.starpunk.config.Settings;
import org.starpunk.note.UnavailableException;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.RequestWrites;

/** A COMMIT that returns an error: the caller gets the true outcome, which is saved, not saved or unknown. */
@SuppressWarnings("NullAway") // each test opens its own database, and the connection has no client here
class CommitFailureTest {

    private static final String INSERT = "INSERT INTO tags (slug, name) VALUES (?, ?)";

    @TempDir
    Path dir;

    private final Deque<CommitFault> faults = new ArrayDeque<>();
    private boolean refusesConnections;
    private TestDatabase postgres;
    private ConnectionFactory connections;
    private TimedConnection connection;

    /** A fault of one COMMIT. */
    private record CommitFault(boolean carriedOut, boolean connectionLost, SQLException error) {}

    private void open(Database database) throws SQLException {
        connections = database.open(2);
        int unused = database.migrate(connections);
        connection = new TimedConnection(this::connect, database.dialect());
    }

    private void openSqlite() throws SQLException {
        open(Database.of(Settings.of(Map.of("STARPUNK_DATA_DIR", dir.toString()))));
    }

    private void openPostgres() throws SQLException {
        postgres = TestDatabase.postgres(dir);
        open(Database.of(Settings.of(postgres.environment())));
    }

    @AfterEach
    void close() {
        connections.close();
        if (postgres != null) {
            postgres.close();
        }
    }

    private Connection connect() throws SQLException {
        if (refusesConnections) {
            throw new SQLException("connection refused", "08001");
        }
        Connection opened = connections.open();
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    Object result = call(opened, method, arguments);
                    boolean commit = result instanceof PreparedStatement
                            && String.valueOf(arguments[0]).endsWith("COMMIT");
                    return commit ? faulty(opened, (PreparedStatement) result) : result;
                });
    }

    private PreparedStatement faulty(Connection on, PreparedStatement commit) {
        return (PreparedStatement) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {PreparedStatement.class}, (proxy, method, arguments) -> {
                    CommitFault fault = method.getName().equals("execute") ? faults.poll() : null;
                    if (fault == null) {
                        return call(commit, method, arguments);
                    }
                    if (fault.carriedOut()) {
                        Object unused = call(commit, method, arguments);
                    }
                    if (fault.connectionLost()) {
                        on.close();
                    }
                    throw fault.error();
                });
    }

    private static Object call(Object target, java.lang.reflect.Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }

    private WriteTask<Integer> write(String slug) {
        StatementTimings log = new StatementTimings(Recorder.none(), false, 0);
        return new WriteTask<>(log, new RequestWrites(), false, sql -> sql.change(INSERT, slug, slug));
    }

    private void commit(String slug) throws SQLException {
        new GroupCommit(new StoreConnection(null, connection)).commit(List.of(write(slug)));
    }

    private long count(String slug) throws SQLException {
        return new JdbcSession(connection, new StatementTimings(Recorder.none(), false, 0))
                .first("SELECT count(*) FROM tags WHERE slug = ?", row -> row.getLong(1), slug)
                .orElseThrow();
    }

    private static SQLException sqlite(SQLiteErrorCode code) {
        return new SQLiteException("injected", code);
    }

    @ParameterizedTest
    @EnumSource(names = {"SQLITE_IOERR_FSYNC", "SQLITE_IOERR_WRITE", "SQLITE_IOERR", "SQLITE_CORRUPT", "SQLITE_NOMEM"})
    void sqlite_an_error_after_which_another_transaction_succeeds_is_not_saved(SQLiteErrorCode code)
            throws SQLException {
        openSqlite();
        faults.add(new CommitFault(false, false, sqlite(code)));
        assertThatThrownBy(() -> commit("a"))
                .satisfies(e ->
                        assertThat(WriteTask.isUnknown(SqlErrors.translate(e))).isFalse());
        assertThat(count("a")).isZero();
        commit("a");
        assertThat(count("a")).isEqualTo(1);
    }

    @Test
    void sqlite_an_error_after_which_no_transaction_succeeds_is_unknown_and_the_next_write_goes_on()
            throws SQLException {
        openSqlite();
        for (int i = 0; i < 3; i++) {
            faults.add(new CommitFault(false, false, sqlite(SQLiteErrorCode.SQLITE_IOERR_FSYNC)));
        }
        assertThatThrownBy(() -> commit("a"))
                .isInstanceOf(UnavailableException.class)
                .hasMessage("the disk reports an error")
                .satisfies(e -> assertThat(WriteTask.isUnknown(e)).isTrue())
                .satisfies(e -> assertThat(SqlErrors.translate(e)).isSameAs(e));
        commit("b");
        assertThat(count("b")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"SQLITE_FULL", "SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_CONSTRAINT_FOREIGNKEY"})
    void sqlite_an_error_before_the_whole_transaction_is_in_the_log_is_not_saved(SQLiteErrorCode code)
            throws SQLException {
        openSqlite();
        // The second fault shows that the outcome is known without another transaction.
        faults.add(new CommitFault(false, false, sqlite(code)));
        faults.add(new CommitFault(false, false, sqlite(SQLiteErrorCode.SQLITE_IOERR)));
        assertThatThrownBy(() -> commit("a"))
                .satisfies(e ->
                        assertThat(WriteTask.isUnknown(SqlErrors.translate(e))).isFalse());
        assertThat(faults).hasSize(1);
        faults.clear();
        assertThat(count("a")).isZero();
    }

    @Test
    void sqlite_the_outcome_is_found_without_changing_the_database() throws SQLException {
        openSqlite();
        JdbcSession sql = new JdbcSession(connection, new StatementTimings(Recorder.none(), false, 0));
        boolean unused = sql.execute("PRAGMA application_id = 1234");
        assertThat(connection.dialect().outcome(sql, "")).isEqualTo(CommitOutcome.NOT_SAVED);
        assertThat(sql.first("PRAGMA application_id", row -> row.getLong(1))).contains(1234L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "08003", "57P01", "57P02", "57P03", "40003"})
    void postgresql_a_commit_that_was_carried_out_before_the_connection_was_lost_is_saved(String state)
            throws SQLException {
        openPostgres();
        faults.add(new CommitFault(true, true, new SQLException("injected", state)));
        commit("a");
        assertThat(count("a")).isEqualTo(1);
        assertThat(faults).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "57P01"})
    void postgresql_a_commit_that_was_not_carried_out_before_the_connection_was_lost_is_not_saved(String state)
            throws SQLException {
        openPostgres();
        faults.add(new CommitFault(false, true, new SQLException("injected", state)));
        assertThatThrownBy(() -> commit("a"))
                .satisfies(e ->
                        assertThat(WriteTask.isUnknown(SqlErrors.translate(e))).isFalse());
        assertThat(count("a")).isZero();
        commit("a");
        assertThat(count("a")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void postgresql_a_commit_after_which_the_server_cannot_be_reached_is_unknown(boolean carriedOut)
            throws SQLException {
        openPostgres();
        faults.add(new CommitFault(carriedOut, true, new SQLException("injected", "08006")));
        refusesConnections = true;
        assertThatThrownBy(() -> commit("a"))
                .hasMessage("the database cannot be reached")
                .satisfies(e ->
                        assertThat(WriteTask.isUnknown(SqlErrors.translate(e))).isTrue());
        refusesConnections = false;
        assertThat(count("a")).isEqualTo(carriedOut ? 1 : 0);
        commit("b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001", "40P01", "23505", "53100", "57014", "25P02"})
    void postgresql_an_error_that_the_server_answers_is_not_saved(String state) throws SQLException {
        openPostgres();
        faults.add(new CommitFault(false, false, new SQLException("injected", state)));
        assertThatThrownBy(() -> commit("a"))
                .satisfies(e ->
                        assertThat(WriteTask.isUnknown(SqlErrors.translate(e))).isFalse());
        assertThat(count("a")).isZero();
    }
}
