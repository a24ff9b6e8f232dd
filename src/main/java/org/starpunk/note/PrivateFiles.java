package org.starpunk.note;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Creates files and folders that only the user of this process can read, independent of the umask. All methods block.
 */
public final class PrivateFiles {

    private PrivateFiles() {}

    /** Creates an empty file. */
    public static Path file(Path file) throws IOException {
        return Files.createFile(file, permissions(file));
    }

    /** Creates a folder and its missing parents. Does not change an existing folder. */
    public static Path folder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return folder;
        }
        return Files.createDirectories(folder, attributes(folder, "rwx------"));
    }

    /** Returns the permissions of a new file; empty if the file system does not support them. */
    public static FileAttribute<?>[] permissions(Path file) {
        return attributes(file, "rw-------");
    }

    private static FileAttribute<?>[] attributes(Path path, String permissions) {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return new FileAttribute<?>[0];
        }
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        };
    }
}
