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
 * A connection with a cache of prepared statements, which times each statement.
 *
 * <p>The JDBC client uses {@link #proxy()}. Its statements are timed from their start until they are closed, because
 * the driver steps through the rows as they are read. Prepared statements of the store use {@link #prepare} directly.
 * Only one thread at a time may use a connection; its holder ensures that.
 *
 * <p>A lost connection is reopened for the next statement, except inside a transaction, which fails.
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

    /** Returns whether the connection is lost and was not reopened yet. */
    boolean isLost() {
        return lost;
    }

    /** Returns the number of times that a lost connection was reopened. */
    int reopened() {
        return reopened.get();
    }

    /** Marks the start or end of a transaction. A connection that is lost within a transaction is not reopened. */
    void inTransaction(boolean begun) {
        inTransaction = begun;
    }

    /**
     * Removes a failed statement from the cache. After a full disk, the driver treats the statement as running and
     * rejects it.
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
            // The connection is lost in any case.
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

    /** Sets the timeout of the following statements. Sends it to the server only if it differs from the current one. */
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

    /** Interrupts the current statement if the database supports it. Does not block. May be called on any thread. */
    void interrupt() {
        dialect.interrupt(raw);
    }

    /** Returns the prepared statement of a text, from the cache if possible. */
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

    /** Removes a statement from the cache and closes it. */
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
