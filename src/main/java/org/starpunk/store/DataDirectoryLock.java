package org.starpunk.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.DiskErrorMeaning;
import org.starpunk.note.PrivateFiles;

/**
 * Lock of a data directory. Servers and commands that use the database share it; a restore needs it exclusively. Only
 * one server may use a SQLite file. The operating system releases the lock when the process ends.
 */
public final class DataDirectoryLock implements AutoCloseable {

    private final @Nullable FileChannel channel;
    private final @Nullable FileChannel server;

    private DataDirectoryLock(@Nullable FileChannel channel) {
        this(channel, null);
    }

    private DataDirectoryLock(@Nullable FileChannel channel, @Nullable FileChannel server) {
        this.channel = channel;
        this.server = server;
    }

    /**
     * Shares the directory with other processes.
     *
     * @throws DatabaseException if a restore is in progress
     */
    static DataDirectoryLock share(Path dataDir) {
        try {
            FileChannel channel = open(dataDir);
            if (lock(channel, true)) {
                return new DataDirectoryLock(channel);
            }
            channel.close();
            throw new DatabaseException(
                    "a backup is being restored into " + dataDir, "start again when the restore has ended.");
        } catch (OverlappingFileLockException e) {
            return new DataDirectoryLock(null); // this process holds the lock already
        } catch (IOException e) {
            throw unlockable(dataDir, e);
        }
    }

    /**
     * Shares the directory with commands, but not with another server.
     *
     * @throws DatabaseException if another server uses the directory, or a restore is in progress
     */
    static DataDirectoryLock serve(Path dataDir) {
        Path file = dataDir.resolve("starpunk-server.lock");
        DataDirectoryLock shared = share(dataDir);
        try {
            FileChannel channel = channel(file);
            if (lock(channel, false)) {
                return new DataDirectoryLock(shared.channel, channel);
            }
            channel.close();
            shared.close();
        } catch (OverlappingFileLockException e) {
            // Another server in this process holds the lock.
        } catch (IOException e) {
            throw unlockable(dataDir, e);
        }
        throw new DatabaseException(
                "another server already runs on " + dataDir + "; with SQLite, each of them would serve outdated pages",
                "stop the other one (fuser " + file + "); or give this one a STARPUNK_DATA_DIR of its own; or keep the"
                        + " notes in a PostgreSQL, which several servers may share (STARPUNK_DATABASE_URL).");
    }

    private static DatabaseException unlockable(Path dataDir, IOException e) {
        if (!DiskErrorMeaning.reason(e).isEmpty()) {
            return DataDirectory.unwritable(dataDir, e);
        }
        return new DatabaseException(
                "the data directory " + dataDir + " cannot be locked (" + e.getMessage() + ")",
                "use a disk of this machine: SQLite needs locks too.",
                e);
    }

    /** Acquires the directory exclusively. Returns empty if it is in use. */
    public static Optional<DataDirectoryLock> acquire(Path dataDir) throws IOException {
        FileChannel channel = open(dataDir);
        try {
            if (lock(channel, false)) {
                return Optional.of(new DataDirectoryLock(channel));
            }
        } catch (OverlappingFileLockException e) {
            // This process uses the directory.
        }
        channel.close();
        return Optional.empty();
    }

    private static FileChannel open(Path dataDir) throws IOException {
        return channel(dataDir.resolve("starpunk.lock"));
    }

    private static FileChannel channel(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                PrivateFiles.permissions(file));
    }

    private static boolean lock(FileChannel channel, boolean shared) throws IOException {
        @Nullable FileLock lock = channel.tryLock(0, Long.MAX_VALUE, shared);
        return lock != null;
    }

    @Override
    public void close() throws IOException {
        if (server != null) {
            server.close();
        }
        if (channel != null) {
            channel.close();
        }
    }
}
