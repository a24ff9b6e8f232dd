package org.starpunk.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.Map;

/**
 * What can be told of SQLite's files without asking much: sizes, free pages, the write-ahead log, waits for locks. Read every few
 * seconds on an idle connection.
 */
final class DatabaseHealth {

    /** Where the header of a WAL keeps its checkpoint sequence number (SQLite file format, 4.1). */
    private static final int CHECKPOINTS_AT = 12;

    private final Path file;
    private final Path log;
    private final BusyWaits busy;

    DatabaseHealth(Path file, BusyWaits busy) {
        this.file = file;
        this.log = file.resolveSibling(file.getFileName() + "-wal");
        this.busy = busy;
    }

    /** What was found, by the names of the gauges. Blocks. */
    Map<String, Long> look(Plain sql) throws SQLException {
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

    private static long number(Plain sql, String pragma) throws SQLException {
        return sql.first(pragma, row -> row.getLong(1)).orElse(0L);
    }

    private static long size(Path path) {
        try {
            return Files.size(path);
        } catch (IOException e) {
            return 0; // no log has been written yet
        }
    }

    /** How often the log was begun anew, each time after a whole checkpoint. */
    private long checkpoints() {
        ByteBuffer number = ByteBuffer.allocate(Integer.BYTES);
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ)) {
            return channel.read(number, CHECKPOINTS_AT) == Integer.BYTES ? number.getInt(0) & 0xffff_ffffL : 0;
        } catch (IOException e) {
            return 0; // no log has been written yet
        }
    }
}
