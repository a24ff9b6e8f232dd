package org.starpunk.store;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.JDBC;
import org.sqlite.SQLiteErrorCode;
import org.starpunk.note.DiskErrorMeaning;
import org.starpunk.note.PrivateFiles;

/** The SQLite database file of a site: opens, checks and migrates it. */
public final class DatabaseFile implements Database {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseFile.class);

    /**
     * Maximum size of a file that is checked at each start, bytes. The check takes up to 50 ms, or a second on a cold
     * disk.
     */
    private static final long ALWAYS_CHECKED = 64L << 20;

    /**
     * Prevents triggers, views, indexes and constraints from using functions and virtual tables with side effects.
     * Statements of the program are not affected.
     */
    static final String UNTRUSTED_SCHEMA = "PRAGMA trusted_schema = OFF";

    /** Free space that SQLite needs to open a database, bytes: the index of its write-ahead log takes 32 KB. */
    private static final long LEAST_SPACE = 64L << 10;

    private final boolean server;
    private final Path dataDir;
    private final Path file;
    private final FeedIdBackfill ids;

    public DatabaseFile(Path dataDir) {
        this(dataDir, false, new FeedIdBackfill(null, "127.0.0.1"));
    }

    DatabaseFile(Path dataDir, boolean server, FeedIdBackfill ids) {
        this.ids = ids;
        this.server = server;
        this.dataDir = dataDir;
        this.file = dataDir.resolve("starpunk.db");
    }

    public Path path() {
        return file;
    }

    @Override
    public Schema schema() {
        refuseLost();
        int found = 0;
        if (Files.exists(file)) {
            prepareDirectory();
            try (Connection connection = DatabaseCopy.open(file)) {
                found = Migrations.check(Migrations.version(connection));
            } catch (SQLException e) {
                throw problem(e);
            }
        }
        return Schema.of(found);
    }

    @Override
    public DataDirectoryLock share() {
        prepareDirectory();
        refuseLost();
        return server ? DataDirectoryLock.serve(dataDir) : DataDirectoryLock.share(dataDir);
    }

    @Override
    public String name() {
        return file.toString();
    }

    /** Includes the size of the write-ahead log, which contains the latest changes. */
    @Override
    public String summary() {
        long bytes = file.toFile().length() + Path.of(file + "-wal").toFile().length();
        return String.format(Locale.ROOT, "%s (%.1f MB)", file, bytes / 1e6);
    }

    @Override
    public Dialect dialect() {
        return new SqliteDialect(file);
    }

    /**
     * Opens a pool of connections with WAL, synchronous=FULL (acknowledged changes survive a power failure), foreign
     * keys, and a busy timeout of 4 s. It is shorter than the timeout of a request, 5 s.
     */
    @Override
    public ConnectionFactory open(int connections) throws SQLException {
        DiskSpaceReserve reserve = new DiskSpaceReserve(dataDir);
        if (isOnFullDisk()) {
            reserve.release();
        } else if (server) {
            reserve.createIfMissing();
        }
        createPrivately();
        AgroalDataSourceConfigurationSupplier configuration = new AgroalDataSourceConfigurationSupplier()
                .metricsEnabled(false)
                .connectionPoolConfiguration(pool -> pool.maxSize(connections)
                        .initialSize(0)
                        .acquisitionTimeout(Duration.ofSeconds(5))
                        .connectionFactoryConfiguration(factory -> factory.connectionProviderClass(JDBC.class)
                                .initialSql(UNTRUSTED_SCHEMA)
                                .jdbcUrl("jdbc:sqlite:" + file)
                                .jdbcProperty("journal_mode", "WAL")
                                .jdbcProperty("synchronous", "FULL")
                                .jdbcProperty("foreign_keys", "true")
                                .jdbcProperty("busy_timeout", "4000")
                                // Otherwise the driver queries the last row id after each statement that changes rows.
                                .jdbcProperty("jdbc.get_generated_keys", "false")));
        return new OpenedDatabase(AgroalDataSource.from(configuration), file);
    }

    /**
     * Checks the file before the migration. A large file that was closed properly is not checked, because reading it
     * takes seconds for each 100 MB on a cold disk. The daily backup and {@code starpunk doctor} check it too.
     */
    @Override
    public int migrate(ConnectionFactory source) {
        boolean check = file.toFile().length() <= ALWAYS_CHECKED || !wasClosed();
        try (Connection connection = source.open()) {
            if (check && Migrations.version(connection) > 0) {
                check(connection);
            }
            if (Migrations.version(connection) == 0 && DataDirectory.hasPictures(dataDir)) {
                throw lost("is empty", dataDir.resolve("media") + " holds pictures");
            }
            int applied = Migrations.apply(connection, ids);
            SqliteSearch.ensure(connection);
            return applied;
        } catch (SQLException e) {
            throw problem(e);
        }
    }

    /**
     * Creates the file with private permissions, because SQLite would make it readable for all users. The write-ahead
     * log and its index get the same permissions.
     */
    private void createPrivately() {
        try {
            Path unused = PrivateFiles.file(file);
        } catch (FileAlreadyExistsException e) {
            // The file exists already.
        } catch (IOException e) {
            throw DataDirectory.unwritable(dataDir, e);
        }
    }

    /**
     * Refuses to create a new site in the directory of a site that lost its database. SQLite would delete the
     * write-ahead log of an empty file, and the latest changes with it. The first visitor with the setup link would own
     * the new site.
     *
     * @throws DatabaseException if the file is missing or empty, and a write-ahead log or pictures exist
     */
    void refuseLost() {
        if (file.toFile().length() > 0) {
            return;
        }
        String state = Files.exists(file) ? "is empty" : "is missing";
        Path log = Path.of(file + "-wal");
        if (log.toFile().length() > 0) {
            throw lost(state, "its log " + log.getFileName() + " is there");
        }
        if (DataDirectory.hasPictures(dataDir)) {
            throw lost(state, dataDir.resolve("media") + " holds pictures");
        }
    }

    private DatabaseException lost(String state, String left) {
        return new DatabaseException(
                "the database " + file + " " + state + ", but " + left,
                "restore a backup (starpunk restore FILE), or put the database file back next to its log. If the notes"
                        + " are in a PostgreSQL, set STARPUNK_DATABASE_URL. For a new site, name an empty directory:"
                        + " --data-dir, STARPUNK_DATA_DIR.");
    }

    /** Pool of connections to the open file. */
    private record OpenedDatabase(AgroalDataSource pool, Path file) implements ConnectionFactory {

        @Override
        public Connection open() throws SQLException {
            return pool.getConnection();
        }

        /** Moves the write-ahead log into the file, so that a copy of the file of a stopped site is complete. */
        @Override
        public void close() {
            try (Connection connection = open();
                    Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            } catch (SQLException e) {
                LOG.warn(
                        "the write-ahead log of {} was not moved into the file; the next start does so ({})",
                        file,
                        SqlErrors.code(e));
            }
            pool.close();
        }
    }

    /** Returns whether the log is empty. The last connection empties it when it is closed properly. */
    private boolean wasClosed() {
        return Path.of(file + "-wal").toFile().length() == 0;
    }

    private static void check(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA quick_check(1)")) {
            if (row.next() && !"ok".equals(row.getString(1))) {
                throw new SQLException(row.getString(1), null, SQLiteErrorCode.SQLITE_CORRUPT.code);
            }
        }
    }

    DatabaseException problem(SQLException e) {
        SQLiteErrorCode code = SqlErrors.sqlite(e);
        if (code == SQLiteErrorCode.SQLITE_NOTADB || code == SQLiteErrorCode.SQLITE_CORRUPT) {
            return new DatabaseException(
                    "the database " + file + " is damaged (" + e.getMessage() + ")",
                    "stop StarPunk and restore a backup (starpunk restore FILE), or rescue what can be read: sqlite3 "
                            + file + " .recover",
                    e);
        }
        if (code == SQLiteErrorCode.SQLITE_BUSY || code == SQLiteErrorCode.SQLITE_LOCKED) {
            return new DatabaseException(
                    "the database " + file + " is locked by another program",
                    "stop the program that holds it (fuser " + file + ") and start again.",
                    e);
        }
        if (isFullDisk(e)) {
            return new DatabaseException(
                    "the database " + file + " cannot be opened: " + DiskErrorMeaning.FULL,
                    DataDirectory.cure(DiskErrorMeaning.FULL, dataDir.toAbsolutePath()),
                    e);
        }
        return new DatabaseException(
                "the database " + file + " cannot be opened (" + e.getMessage() + ")",
                "make the directory and the file readable and writable for this user, or set STARPUNK_DATA_DIR.",
                e);
    }

    /** Returns whether a full disk caused a failure. It may be the disk of the data directory or of a copy. */
    boolean isFullDisk(SQLException failure) {
        return SqlErrors.sqlite(failure) == SQLiteErrorCode.SQLITE_FULL || isOnFullDisk();
    }

    /** Checks the free space, because SQLite reports a full disk as an I/O error for some of its files. */
    private boolean isOnFullDisk() {
        try {
            return Files.getFileStore(dataDir).getUsableSpace() < LEAST_SPACE;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Unpacks the native library of the driver below the data directory, because execution may be forbidden in the
     * system's temporary directory.
     */
    public void useOwnTemporaryFolder() throws IOException {
        NativeLibrary.load(dataDir.resolve("tmp"));
    }

    /** Creates the directory if it is missing, and checks that it is writable. */
    void prepareDirectory() {
        DataDirectory.prepare(dataDir);
        try {
            useOwnTemporaryFolder();
        } catch (IOException e) {
            throw DataDirectory.unwritable(dataDir, e);
        }
    }
}
