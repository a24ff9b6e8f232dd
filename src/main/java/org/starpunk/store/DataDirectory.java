package org.starpunk.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The folder of what a site keeps in files. */
final class DataDirectory {

    private DataDirectory() {}

    /**
     * Makes the directory if there is none, for this user alone, and sees that it can be written.
     *
     * @throws DatabaseException when it cannot
     */
    static void prepare(Path dataDir) {
        try {
            if (!Files.isDirectory(dataDir)) {
                Files.createDirectories(dataDir);
                if (dataDir.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                    Files.setPosixFilePermissions(dataDir, PosixFilePermissions.fromString("rwx------"));
                }
            }
            Files.deleteIfExists(Files.createTempFile(dataDir, "write-test", null));
        } catch (IOException e) {
            throw unwritable(dataDir, e);
        }
    }

    static DatabaseException unwritable(Path dataDir, IOException e) {
        return new DatabaseException(
                "the data directory " + dataDir + " cannot be written ("
                        + e.getClass().getSimpleName() + ")",
                "make it writable for this user (chown, chmod 700), or set STARPUNK_DATA_DIR to another one.",
                e);
    }
}
