package org.starpunk.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says who uses a data directory. Servers and commands that work on the database share the lock; a restore takes it for itself.
 * The system lets go of it when the process ends, however it ends.
 */
public final class DataLock implements AutoCloseable {

    private final @Nullable FileChannel channel;

    private DataLock(@Nullable FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Shares the directory with whoever else uses it.
     *
     * @throws DatabaseException when a restore is under way
     */
    static DataLock share(Path dataDir) {
        try {
            FileChannel channel = open(dataDir);
            if (lock(channel, true)) {
                return new DataLock(channel);
            }
            channel.close();
            throw new DatabaseException(
                    "a backup is being restored into " + dataDir, "start again when the restore has ended.");
        } catch (OverlappingFileLockException e) {
            return new DataLock(null); // this very process has it already
        } catch (IOException e) {
            throw new DatabaseException(
                    "the data directory " + dataDir + " cannot be locked (" + e.getMessage() + ")",
                    "keep it on a disk of this machine: SQLite needs locks too.",
                    e);
        }
    }

    /** Takes the directory, when nobody uses it; empty when somebody does. */
    public static Optional<DataLock> take(Path dataDir) throws IOException {
        FileChannel channel = open(dataDir);
        try {
            if (lock(channel, false)) {
                return Optional.of(new DataLock(channel));
            }
        } catch (OverlappingFileLockException e) {
            // This very process uses it.
        }
        channel.close();
        return Optional.empty();
    }

    private static FileChannel open(Path dataDir) throws IOException {
        return FileChannel.open(
                dataDir.resolve("starpunk.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    private static boolean lock(FileChannel channel, boolean shared) throws IOException {
        @Nullable FileLock lock = channel.tryLock(0, Long.MAX_VALUE, shared);
        return lock != null;
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
