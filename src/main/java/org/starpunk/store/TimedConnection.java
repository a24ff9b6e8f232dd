package org.starpunk.store;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.SqlShape;

/**
 * A connection that keeps its prepared statements, and knows when the last one ran.
 *
 * <p>The JDBC client gets {@link #proxy()}: whatever it runs is timed, from its start to the statement's close, because the driver
 * steps through the rows only as they are read. Plain statements of the store use {@link #prepare} directly. One thread at a time
 * works with a connection: the lane that owns it sees to that.
 *
 * <p>A connection to a database server can be lost. The next statement then goes to a new one, unless a transaction was lost with
 * it, of which nothing may be carried on.
 */
final class TimedConnection implements InvocationHandler {

    private static final int MAX_STATEMENTS = 64;

    private final ConnectionFactory source;
    private final Dialect dialect;
    private final Map<String, Prepared> statements = new LinkedHashMap<>(16, 0.75f, true);

    @Nullable
    StatementTimings log;

    @Nullable
    SqlShape lastStatement;

    long lastStart;

    @Nullable
    Throwable lastFailure;

    private volatile Connection raw;
    private boolean lost;
    private boolean limitedForSearch;
    private final AtomicInteger reopened = new AtomicInteger();
    private boolean inTransaction;

    TimedConnection(ConnectionFactory source, Dialect dialect) throws SQLException {
        this.source = source;
        this.dialect = dialect;
        this.raw = open(source, dialect);
    }

    private static Connection open(ConnectionFactory source, Dialect dialect) throws SQLException {
        Connection opened = source.open();
        try {
            dialect.opened(opened);
            return opened;
        } catch (SQLException e) {
            opened.close();
            throw e;
        }
    }

    /** A prepared statement and its shape. */
    record Prepared(PreparedStatement statement, SqlShape shape) {}

    Dialect dialect() {
        return dialect;
    }

    /** Whether the connection was lost, and none has taken its place yet. */
    boolean isLost() {
        return lost;
    }

    /** Returns how often a new connection has taken the place of a lost one. */
    int reopened() {
        return reopened.get();
    }

    /** While this is true, a connection that is lost stays lost: its statements fail. */
    void inTransaction(boolean begun) {
        inTransaction = begun;
    }

    /**
     * A statement has failed. It is not kept: the driver takes one that ran out of disk for one that still runs, and refuses it from
     * then on.
     */
    void failed(Prepared prepared, SQLException failure) {
        lost = lost || dialect.lost(failure);
        statements.values().remove(prepared);
        try {
            prepared.statement().close();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    private void reopen() throws SQLException {
        if (inTransaction) {
            throw new SQLException("the connection was lost within a transaction", "08003");
        }
        statements.clear();
        try {
            raw.close();
        } catch (SQLException e) {
            // It is gone in any case.
        }
        raw = open(source, dialect);
        limitedForSearch = false;
        lost = false;
        reopened.incrementAndGet();
    }

    Connection proxy() {
        return (Connection)
                Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Connection.class}, this);
    }

    /** Limits the time of the statements that follow; asks the server only when the limit is another than before. */
    void limit(ReadConnectionShare share) throws SQLException {
        boolean search = share == ReadConnectionShare.SEARCH;
        if (search != limitedForSearch && !lost) {
            try {
                dialect.limit(raw, share.maxMillis());
                limitedForSearch = search;
            } catch (SQLException e) {
                lost = dialect.lost(e);
                if (!lost) {
                    throw e;
                }
            }
        }
    }

    /** Interrupts the statement that runs, if the database can do that; does not block. For another thread. */
    void interrupt() {
        dialect.interrupt(raw);
    }

    /** The statement of a text, prepared once. */
    Prepared prepare(String sql) throws SQLException {
        if (lost) {
            reopen();
        }
        Prepared prepared = statements.get(sql);
        if (prepared == null) {
            String text = dialect.sql(sql);
            prepared = new Prepared(raw.prepareStatement(text), SqlShape.of(text));
            statements.put(sql, prepared);
            if (statements.size() > MAX_STATEMENTS) {
                var eldest = statements.entrySet().iterator();
                Prepared old = eldest.next().getValue();
                eldest.remove();
                old.statement().close();
            }
        }
        return prepared;
    }

    /** Does not keep a statement any longer. */
    void evictStatement(String sql) throws SQLException {
        Prepared prepared = statements.remove(sql);
        if (prepared != null) {
            prepared.statement().close();
        }
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (method.getName().equals("prepareStatement") && arguments != null && arguments[0] instanceof String sql) {
            return timed(prepare(sql));
        }
        return call(raw, method, arguments);
    }

    private PreparedStatement timed(Prepared prepared) {
        InvocationHandler handler = (proxy, method, arguments) -> invoke(prepared, method, arguments);
        return (PreparedStatement)
                Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {PreparedStatement.class}, handler);
    }

    private @Nullable Object invoke(Prepared prepared, Method method, Object @Nullable [] arguments) throws Throwable {
        String name = method.getName();
        if (name.equals("close")) {
            prepared.statement().clearParameters();
            return null;
        }
        if (!name.startsWith("execute")) {
            if (name.equals("setObject") && arguments != null) {
                arguments[1] = dialect.toParameter(arguments[1]);
            }
            return call(prepared.statement(), method, arguments);
        }
        StatementTimings current = log;
        lastStatement = prepared.shape();
        lastStart = current == null ? 0 : current.start();
        lastFailure = null;
        try {
            return call(prepared.statement(), method, arguments);
        } catch (SQLException e) {
            lastFailure = e;
            failed(prepared, e);
            throw e;
        }
    }

    private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }
}
