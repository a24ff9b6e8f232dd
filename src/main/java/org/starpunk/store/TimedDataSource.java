package org.starpunk.store;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Gives the JDBC client connections whose statements are timed. */
final class TimedDataSource implements DataSource {

    private final ConnectionFactory source;
    private final Dialect dialect;
    private volatile @Nullable TimedConnection lastOpened;

    TimedDataSource(ConnectionFactory source, Dialect dialect) {
        this.source = source;
        this.dialect = dialect;
    }

    /** The connection that was opened last. */
    TimedConnection lastOpened() {
        TimedConnection opened = lastOpened;
        if (opened == null) {
            throw new IllegalStateException("no connection was opened yet");
        }
        return opened;
    }

    @Override
    public Connection getConnection() throws SQLException {
        TimedConnection opened = new TimedConnection(source, dialect);
        lastOpened = opened;
        return opened.proxy();
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return getConnection();
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        // Statements are timed, and logged by their times.
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // The database's own stands.
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("this is no " + type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
