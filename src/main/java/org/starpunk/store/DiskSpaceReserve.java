package org.starpunk.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.archive.DurableFiles;
import org.starpunk.note.PrivateFiles;

/**
 * A file that reserves disk space for a start on a full disk. SQLite cannot open a database in WAL mode, even for
 * reading, without creating the log and its index. The reserve is deleted to make room for them, and created again at
 * the next start with enough space. All methods block.
 */
final class DiskSpaceReserve {

    private static final Logger LOG = LoggerFactory.getLogger(DiskSpaceReserve.class);

    /** Size in bytes: the index of the log starts at 32 KB and grows. */
    private static final int SIZE = 256 << 10;

    /** Minimum free space for creating the reserve, bytes. */
    private static final long MIN_FREE_BYTES = 8L << 20;

    private final Path file;

    DiskSpaceReserve(Path dataDir) {
        this.file = dataDir.resolve("tmp").resolve("reserve");
    }

    /** Creates the reserve if it is missing and there is enough space. */
    void createIfMissing() {
        try {
            if (Files.exists(file) && Files.size(file) == SIZE) {
                return;
            }
            Path folder = PrivateFiles.folder(Objects.requireNonNull(file.getParent(), "the reserve is in a folder"));
            if (Files.getFileStore(folder).getUsableSpace() >= MIN_FREE_BYTES) {
                Files.deleteIfExists(file);
                Files.write(PrivateFiles.file(file), new byte[SIZE]);
                DurableFiles.force(file);
            }
        } catch (IOException e) {
            LOG.debug("the reserve of disk space could not be created", e);
        }
    }

    void release() {
        try {
            if (Files.deleteIfExists(file)) {
                LOG.info("released the reserve of disk space, so that the database can be opened");
            }
        } catch (IOException e) {
            LOG.debug("the reserve of disk space could not be deleted", e);
        }
    }
}
