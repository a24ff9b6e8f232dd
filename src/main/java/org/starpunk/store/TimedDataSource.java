package org.starpunk.store;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Data source that opens timed connections for the JDBC client. */
final class TimedDataSource implements DataSource {

    private final ConnectionFactory source;
    private final Dialect dialect;
    private volatile @Nullable TimedConnection lastOpened;

    TimedDataSource(ConnectionFactory source, Dialect dialect) {
        this.source = source;
        this.dialect = dialect;
    }

    /**
     * Returns the connection that was opened last.
     *
     * @throws IllegalStateException if no connection was opened
     */
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
        // Statements are logged with their timings instead.
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // The timeout of the database applies.
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
        throw new SQLException("not a " + type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
