package org.starpunk.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Checks that SQLite's files are still those that this process has open. SQLite still writes to a file that was moved,
 * deleted or replaced, and these writes are lost at the next start.
 *
 * <p>The database file is never opened here: closing it would drop the locks that SQLite holds on it in this process.
 * Runs on the thread of the write queue; blocks.
 */
final class DatabaseFileCheck {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private final Path file;
    private final Path log;
    private final Path index;
    private @Nullable Object fileKey;
    private @Nullable Object logKey;
    private @Nullable Object indexKey;
    private long size;

    /** Size of all pages at the last check, bytes, including pages that are only in the log. */
    private long pages;

    private long dataVersion;
    private boolean cut;

    DatabaseFileCheck(Path file) {
        this.file = file.toAbsolutePath();
        this.log = sibling("-wal");
        this.index = sibling("-shm");
    }

    private Path sibling(String end) {
        return file.resolveSibling(file.getFileName() + end);
    }

    /**
     * Checks all files.
     *
     * @return the fault as text for the operator; empty if there is none
     */
    String run(JdbcSession sql) throws SQLException {
        String found = lookAtWritten(sql);
        if (found.isEmpty() && differs(index, indexKey)) {
            return "the index of the database's log was moved, deleted or replaced";
        }
        if (indexKey == null) {
            indexKey = key(index);
        }
        if (found.isEmpty()) {
            pages = number(sql, "PRAGMA page_count") * number(sql, "PRAGMA page_size");
            dataVersion = number(sql, "PRAGMA data_version");
        }
        return found;
    }

    /** Checks the database and its log after a commit, since the transaction must be in these files. */
    String lookAtWritten(JdbcSession sql) {
        BasicFileAttributes now = attributes(file);
        if (fileKey == null && now != null) {
            fileKey = now.fileKey();
        }
        if (now == null) {
            return "the database file was moved or deleted";
        }
        if (!Objects.equals(fileKey, now.fileKey()) && !isOpen(file)) {
            return "the database file was replaced by another one";
        }
        if (isCut(now.size(), sql)) {
            return "the database file was cut short";
        }
        if (differs(log, logKey)) {
            return "the database's log was moved, deleted or replaced";
        }
        if (logKey == null) {
            logKey = key(log);
        }
        return "";
    }

    /**
     * Returns whether the file lost pages that it still needs. It also shrinks when another program compacts it
     * (VACUUM). In this case the number of pages was lower at an earlier check, or the data version shows the
     * transaction of that program.
     */
    private boolean isCut(long now, JdbcSession sql) {
        if (!cut && now < size && now < pages) {
            try {
                cut = number(sql, "PRAGMA data_version") == dataVersion;
            } catch (SQLException e) {
                cut = true; // the first page is missing or invalid
            }
        }
        size = now;
        return cut;
    }

    private static long number(JdbcSession sql, String pragma) throws SQLException {
        return sql.first(pragma, row -> row.getLong(1)).orElse(0L);
    }

    private static boolean differs(Path path, @Nullable Object known) {
        return known != null && !known.equals(key(path)) && !isOpen(path);
    }

    private static @Nullable Object key(Path path) {
        BasicFileAttributes found = attributes(path);
        return found == null ? null : found.fileKey();
    }

    private static @Nullable BasicFileAttributes attributes(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class);
        } catch (IOException e) {
            return null; // missing or unreachable: in both cases it cannot be opened
        }
    }

    /**
     * Returns whether this process has the file at a path open, because some file systems change file numbers. The list
     * of open files shows the new path of a moved file, and a suffix for a deleted one.
     */
    private static boolean isOpen(Path path) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            Path real = path.toRealPath();
            for (Path descriptor : descriptors) {
                if (leadsTo(descriptor, real)) {
                    return true;
                }
            }
        } catch (IOException e) {
            return false;
        }
        return false;
    }

    private static boolean leadsTo(Path descriptor, Path real) {
        try {
            return Files.readSymbolicLink(descriptor).equals(real);
        } catch (IOException e) {
            return false; // closed in the meantime
        }
    }
}
