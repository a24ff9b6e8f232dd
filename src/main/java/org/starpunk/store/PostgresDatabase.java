package org.starpunk.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Database on a PostgreSQL server, which several processes may share. Pictures stay in the data directory. */
public final class PostgresDatabase implements Database {

    private static final int OLDEST_VERSION = 13;

    private final String url;
    private final @Nullable String password;
    private final Path dataDir;
    private final FeedIdBackfill ids;

    PostgresDatabase(String url, @Nullable String password, Path dataDir, FeedIdBackfill ids) {
        this.ids = ids;
        this.url = url;
        this.password = password;
        this.dataDir = dataDir;
    }

    @Override
    public String name() {
        return url.substring("jdbc:".length()).replaceFirst("\\?.*", "");
    }

    @Override
    public String summary() {
        return name();
    }

    @Override
    public Dialect dialect() {
        return new PostgresDialect();
    }

    @Override
    public DataDirectoryLock share() {
        DataDirectory.prepare(dataDir);
        return DataDirectoryLock.share(dataDir);
    }

    @Override
    public Schema schema() {
        try (ConnectionFactory source = open(1);
                Connection connection = source.open();
                Statement statement = connection.createStatement()) {
            return Schema.of(Migrations.check(version(statement)));
        } catch (SQLException e) {
            throw PostgresErrors.atStart(e, name());
        }
    }

    /** Opens connections without a pool, because the store pools them. */
    @Override
    public ConnectionFactory open(int connections) {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "StarPunk");
        properties.setProperty("connectTimeout", "4");
        // Longer than the statement timeout of the server. Detects a server that disappeared without closing the
        // connection.
        properties.setProperty("socketTimeout", "20");
        properties.setProperty("tcpKeepAlive", "true");
        if (password != null) {
            properties.setProperty("password", password);
        }
        return () -> DriverManager.getConnection(url, properties);
    }

    @Override
    public int migrate(ConnectionFactory source) {
        try (Connection connection = source.open();
                Statement statement = connection.createStatement()) {
            refuseUnfit(connection, statement);
            statement.execute("SET lock_timeout = 0");
            connection.setNetworkTimeout(Runnable::run, 0);
            return migrate(statement);
        } catch (SQLException e) {
            throw PostgresErrors.atStart(e, name());
        }
    }

    private void refuseUnfit(Connection connection, Statement statement) throws SQLException {
        int version = connection.getMetaData().getDatabaseMajorVersion();
        if (version < OLDEST_VERSION) {
            throw new DatabaseException(
                    name() + " is PostgreSQL " + version, "use PostgreSQL " + OLDEST_VERSION + " or newer.");
        }
        String encoding = text(statement, "SHOW server_encoding");
        if (!encoding.equals("UTF8")) {
            throw new DatabaseException(
                    "the database " + name() + " has the encoding " + encoding,
                    "create one with UTF-8: createdb --encoding=UTF8 --template=template0 NAME.");
        }
    }

    /**
     * Applies the missing migrations. Reads the version again under the lock, so that of several processes that start
     * at the same time only one migrates.
     */
    private int migrate(Statement statement) throws SQLException {
        if (Migrations.check(version(statement)) == Migrations.newest()) {
            return 0;
        }
        statement.execute("BEGIN");
        try {
            statement.execute(PostgresDialect.LOCK);
            int before = Migrations.check(version(statement));
            statement.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)");
            for (int next = before; next < Migrations.newest(); next++) {
                Migrations.logProgress(before, next);
                statement.execute(Migrations.script("postgresql", Migrations.SCRIPTS.get(next)));
            }
            ids.fill(statement.getConnection());
            statement.execute("DELETE FROM schema_version");
            statement.execute("INSERT INTO schema_version VALUES (" + Migrations.newest() + ")");
            statement.execute("COMMIT");
            return Migrations.newest() - before;
        } catch (SQLException | RuntimeException e) {
            statement.execute("ROLLBACK");
            throw e;
        }
    }

    private static int version(Statement statement) throws SQLException {
        // Not to_regclass, which caches the missing table even after another process has created it.
        String tables = text(
                statement,
                "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_version'");
        return tables.equals("0") ? 0 : Integer.parseInt(text(statement, "SELECT max(version) FROM schema_version"));
    }

    private static String text(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            String text = row.next() ? row.getString(1) : null;
            return text == null ? "" : text;
        }
    }
}
