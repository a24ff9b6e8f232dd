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

/** The database file: where it is, how it is opened, whether it is sound. */
public final class DatabaseFile implements Database {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseFile.class);

    /** Up to this size a file is checked at each start, bytes: some hundredths of a second, or a second from a cold disk. */
    private static final long ALWAYS_CHECKED = 64L << 20;

    /**
     * Functions and virtual tables with side effects cannot be used by triggers, views, indexes and constraints. The program's own
     * statements can use them.
     */
    static final String UNTRUSTED_SCHEMA = "PRAGMA trusted_schema = OFF";

    /** With less space than this, in bytes, SQLite cannot open a database: its log's index takes 32 KB. */
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

    /** With its log, which holds what was written last. */
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
     * A pool of connections: WAL, synchronous=FULL (what was acknowledged survives a power cut), foreign keys, a busy time-out of
     * 4 s (less than the 5 s after which a request is given up).
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
                                // Or the driver asks for the last row's number after each statement that changes rows.
                                .jdbcProperty("jdbc.get_generated_keys", "false")));
        return new OpenedDatabase(AgroalDataSource.from(configuration), file);
    }

    /**
     * Checks the file first. Reading all of a large one takes long (seconds for each 100 MB that lie on the disk alone), so one that
     * was closed properly is left to the daily backup and to the doctor, which check it too.
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

    /** Creates the file itself, because SQLite would let every user of the machine read it. Its log and shared memory get its permissions. */
    private void createPrivately() {
        try {
            Path unused = PrivateFiles.file(file);
        } catch (FileAlreadyExistsException e) {
            // The usual case.
        } catch (IOException e) {
            throw DataDirectory.unwritable(dataDir, e);
        }
    }

    /**
     * Refuses to start a new site where a site has lost its database. SQLite would delete the log of an empty file, and with it the
     * latest writes. The first visitor with the setup link would own the new site.
     *
     * @throws DatabaseException when the file is missing or empty, and a log or pictures are there
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

    /** The pool, under its connections. */
    private record OpenedDatabase(AgroalDataSource pool, Path file) implements ConnectionFactory {

        @Override
        public Connection open() throws SQLException {
            return pool.getConnection();
        }

        /** Moves what is in the log into the file, so that whoever copies the file of a stopped site has all of it. */
        @Override
        public void close() {
            try (Connection connection = open();
                    Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            } catch (SQLException e) {
                LOG.warn("the log of {} was not moved into it; the next start does it ({})", file, SqlErrors.code(e));
            }
            pool.close();
        }
    }

    /** The last to close it leaves nothing in its log. While another process has it open, there is something. */
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

    /** Returns whether the cause of a failure is a full disk, of the data directory or of a copy. */
    boolean isFullDisk(SQLException failure) {
        return SqlErrors.sqlite(failure) == SQLiteErrorCode.SQLITE_FULL || isOnFullDisk();
    }

    /** SQLite reports a lack of space in some of its files as an error of input or output. */
    private boolean isOnFullDisk() {
        try {
            return Files.getFileStore(dataDir).getUsableSpace() < LEAST_SPACE;
        } catch (IOException e) {
            return false;
        }
    }

    /** Where the driver unpacks its native library: the system's temporary directory may forbid to run code from it. */
    public void useOwnTemporaryFolder() throws IOException {
        NativeLibrary.load(dataDir.resolve("tmp"));
    }

    /** Makes the directory if there is none, and sees that it can be written. */
    void prepareDirectory() {
        DataDirectory.prepare(dataDir);
        try {
            useOwnTemporaryFolder();
        } catch (IOException e) {
            throw DataDirectory.unwritable(dataDir, e);
        }
    }
}
