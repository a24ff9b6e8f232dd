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
 * Health of SQLite's files: sizes, free pages, write-ahead log, waits for locks, and damage. Reads every few seconds on
 * an idle connection, at low cost.
 */
final class DatabaseHealth {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseHealth.class);

    /** Offset of the checkpoint sequence number in the header of a WAL file (SQLite file format, 4.1). */
    private static final int CHECKPOINTS_AT = 12;

    /** Maximum size of a file that is checked periodically, bytes; the daily backup checks larger ones. */
    private static final long CHECKED = 64L << 20;

    private static final long CHECK_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final long CHECK_DAMAGED_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Returns several findings, so that one about the search index does not hide one about the notes. */
    static final String QUICK_CHECK = "PRAGMA quick_check(20)";

    private static final int CHECKS = 3;

    /** Searches for a word that is in no note. */
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

    /** Returns the values of the gauges by name. Blocks. */
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

    /**
     * Records a failure that proves damage of the file. A damaged search index is ignored, because it is rebuilt from
     * the notes.
     */
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

    /**
     * Fails if the last check or statement found damage.
     *
     * @throws SQLException SQLITE_CORRUPT, if the file is damaged
     */
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
            LOG.info("the database {} was checked and is sound again", file);
            damage = null;
        }
    }

    /**
     * Returns the findings of a check; empty if the file is sound.
     *
     * <p>The check of FTS5 uses the list of index segments that is cached in the connection. After a write on another
     * connection, the list is outdated, and the check reports merged segments as corrupt. A search reads the list
     * again. A write may happen between the search and the check, so the index is damaged only if each attempt reports
     * damage.
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

    /** Returns whether a finding concerns the search index only. It is rebuilt from the notes, without a backup. */
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
            return 0; // there is no log yet
        }
    }

    /** Returns the number of times that the log was restarted, each time after a complete checkpoint. */
    private long checkpoints() {
        ByteBuffer number = ByteBuffer.allocate(Integer.BYTES);
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ)) {
            return channel.read(number, CHECKPOINTS_AT) == Integer.BYTES ? number.getInt(0) & 0xffff_ffffL : 0;
        } catch (IOException e) {
            return 0; // there is no log yet
        }
    }
}
