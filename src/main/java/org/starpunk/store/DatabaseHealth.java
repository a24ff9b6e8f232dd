package org.starpunk.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;

/**
 * What can be told of SQLite's files without asking much: sizes, free pages, the write-ahead log, waits for locks. Read every few
 * seconds on an idle connection.
 */
final class DatabaseHealth {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseHealth.class);

    /** Where the header of a WAL keeps its checkpoint sequence number (SQLite file format, 4.1). */
    private static final int CHECKPOINTS_AT = 12;

    /** Size up to which a file is checked periodically, bytes; the daily backup checks larger ones. */
    private static final long CHECKED = 64L << 20;

    private static final long CHECK_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final long CHECK_DAMAGED_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Several findings, so that one about the search index does not hide one about the notes. */
    static final String QUICK_CHECK = "PRAGMA quick_check(20)";

    private static final int CHECKS = 3;

    /** A search for a word that no note has. */
    private static final String REFRESH_INDEX =
            "SELECT rowid FROM notes_search WHERE notes_search MATCH '\"starpunkchecksindex\"' LIMIT 1";

    private final Path file;
    private final Path log;
    private final SqliteBusyHandler busy;
    private volatile @Nullable SQLException damage;
    private volatile long checked = System.nanoTime();
    private boolean indexReported;

    DatabaseHealth(Path file, SqliteBusyHandler busy) {
        this.file = file;
        this.log = file.resolveSibling(file.getFileName() + "-wal");
        this.busy = busy;
    }

    /** What was found, by the names of the gauges. Blocks. */
    Map<String, Long> read(JdbcSession sql) throws SQLException {
        checkAtTimes(sql);
        long pageSize = number(sql, "PRAGMA page_size");
        long free = number(sql, "PRAGMA freelist_count");
        return Map.of(
                "database_bytes", size(file),
                "database_free_bytes", free * pageSize,
                "wal_bytes", size(log),
                "wal_checkpoints", checkpoints(),
                "busy_waits", busy.waits(),
                "busy_wait_ms", busy.millis());
    }

    /** Records a failure that means that the file is damaged. A damaged search index does not count: it is rebuilt from the notes. */
    void failed(SQLException failure) {
        SQLiteErrorCode code = SqlErrors.sqlite(failure);
        if (code == SQLiteErrorCode.SQLITE_NOTADB
                || (code != null
                        && (code.code & 0xff) == SQLiteErrorCode.SQLITE_CORRUPT.code
                        && code != SQLiteErrorCode.SQLITE_CORRUPT_VTAB)) {
            damaged(failure);
        }
    }

    private void damaged(SQLException failure) {
        if (damage == null) {
            LOG.error(
                    "the database {} is damaged ({}): stop the site and restore a backup; starpunk doctor gives"
                            + " details",
                    file,
                    failure.getMessage());
        }
        damage = failure;
    }

    /** Fails when the file was found damaged, and has not been found sound since. */
    void requireSound() throws SQLException {
        SQLException found = damage;
        if (found != null) {
            throw new SQLException(found.getMessage(), null, SQLiteErrorCode.SQLITE_CORRUPT.code, found);
        }
    }

    private void checkAtTimes(JdbcSession sql) throws SQLException {
        long interval = damage == null ? CHECK_NANOS : CHECK_DAMAGED_NANOS;
        if (System.nanoTime() - checked < interval || (damage == null && size(file) > CHECKED)) {
            return;
        }
        checked = System.nanoTime();
        List<String> findings = check(sql);
        boolean indexDamaged = findings.removeIf(DatabaseHealth::isOfSearchIndex);
        if (indexDamaged && !indexReported) {
            LOG.warn("the search index of {} is damaged: rebuild it (starpunk reindex); the notes are sound", file);
        }
        indexReported = indexDamaged;
        if (!findings.isEmpty()) {
            damaged(new SQLException(findings.get(0), null, SQLiteErrorCode.SQLITE_CORRUPT.code));
        } else if (damage != null) {
            LOG.info("the database {} was checked, and is sound again", file);
            damage = null;
        }
    }

    /**
     * Returns the findings of a check; empty when the file is sound.
     *
     * <p>The check of FTS5 uses the list of the index's segments that the connection has in memory. After another connection has
     * written, this list is old, and the check reports segments that were merged since as corrupt. A search reads the list again. As
     * a write may come between the two, the index is damaged only if each attempt says so.
     */
    static List<String> check(JdbcSession sql) throws SQLException {
        List<String> findings = List.of();
        for (int i = 0; i < CHECKS && (i == 0 || findings.stream().anyMatch(DatabaseHealth::isOfSearchIndex)); i++) {
            refreshIndex(sql);
            findings = sql.list(QUICK_CHECK, row -> String.valueOf(row.getString(1)));
        }
        return findings.equals(List.of("ok")) ? new ArrayList<>() : new ArrayList<>(findings);
    }

    private static void refreshIndex(JdbcSession sql) {
        try {
            Optional<Long> unused = sql.first(REFRESH_INDEX, row -> row.getLong(1));
        } catch (SQLException e) {
            LOG.debug("the search index cannot be read", e); // the check reports the damage
        }
    }

    /** Whether a finding of the check is about the search index alone: it is rebuilt from the notes, and no backup is needed. */
    static boolean isOfSearchIndex(String finding) {
        return finding.contains("notes_search") || finding.startsWith("fts5:");
    }

    private static long number(JdbcSession sql, String pragma) throws SQLException {
        return sql.first(pragma, row -> row.getLong(1)).orElse(0L);
    }

    private static long size(Path path) {
        try {
            return Files.size(path);
        } catch (IOException e) {
            return 0; // no log has been written yet
        }
    }

    /** How often the log was begun again, each time after a whole checkpoint. */
    private long checkpoints() {
        ByteBuffer number = ByteBuffer.allocate(Integer.BYTES);
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ)) {
            return channel.read(number, CHECKPOINTS_AT) == Integer.BYTES ? number.getInt(0) & 0xffff_ffffL : 0;
        } catch (IOException e) {
            return 0; // no log has been written yet
        }
    }
}
