package org.starpunk.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.archive.DurableFiles;
import org.starpunk.note.DiskErrorMeaning;
import org.starpunk.note.PrivateFiles;

/** Directory of a site's files. All methods block. */
public final class DataDirectory {

    private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);

    /** Time since the last write after which a temporary file belongs to a terminated process. */
    private static final Duration ABANDONED = Duration.ofHours(1);

    private static final int STICKY = 01000;
    private static final Set<PosixFilePermission> GROUP_AND_OTHERS = PosixFilePermissions.fromString("---rwxrwx");
    private static final Set<PosixFilePermission> OTHER_USERS_PERMISSIONS =
            PosixFilePermissions.fromString("------rwx");

    /** Files that contain secrets or their hashes. SQLite sets the names of the write-ahead log and of its index. */
    private static final List<String> PRIVATE_FILES = List.of(
            Backup.DATABASE,
            Backup.DATABASE + "-wal",
            Backup.DATABASE + "-shm",
            Backup.DATABASE + "-journal",
            "starpunk.lock",
            "starpunk-server.lock",
            "setup-link.txt",
            "last-backup.json");

    private DataDirectory() {}

    /**
     * Creates the directory for this user alone if it is missing, and checks that it is writable. Removes the
     * permissions of other users from a directory that is empty or contains a site, and from its files. An existing
     * directory on a full disk is accepted, because its site is readable.
     *
     * @throws DatabaseException if the directory is not writable, or if other users can read it and this user cannot
     *     change that
     */
    static void prepare(Path dataDir) {
        try {
            if (Files.isDirectory(dataDir)) {
                closeToOthers(dataDir);
            } else {
                Path unused = PrivateFiles.folder(dataDir);
            }
            Files.deleteIfExists(Files.createTempFile(dataDir, "write-test", null));
        } catch (IOException e) {
            if (!DiskErrorMeaning.isFull(e) || !Files.isDirectory(dataDir)) {
                throw unwritable(dataDir, e);
            }
            LOG.warn(
                    "the disk of {} is full: the site is readable, but changes cannot be saved until there is space",
                    dataDir);
        }
    }

    private static void closeToOthers(Path dataDir) throws IOException {
        if (!dataDir.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return;
        }
        for (String name : PRIVATE_FILES) {
            Path file = dataDir.resolve(name);
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                boolean unused = close(file);
            }
        }
        boolean shared = ((Integer) Files.getAttribute(dataDir, "unix:mode") & STICKY) != 0;
        boolean ofSite = Files.exists(dataDir.resolve(Backup.DATABASE))
                || Files.exists(dataDir.resolve("starpunk.lock"))
                || isEmpty(dataDir);
        if (ofSite && (shared || !close(dataDir)) && permits(dataDir, OTHER_USERS_PERMISSIONS)) {
            throw new DatabaseException(
                    "the data directory " + dataDir
                            + " can be read by other users of this machine, and this user cannot change that",
                    "chmod 700 " + dataDir.toAbsolutePath()
                            + " as its owner (ls -ld shows who that is); or give the site a directory of"
                            + " its own: --data-dir, STARPUNK_DATA_DIR.");
        }
    }

    /** Removes the permissions of group and others. Returns whether none are left. */
    private static boolean close(Path path) throws IOException {
        try {
            if (permits(path, GROUP_AND_OTHERS)) {
                Set<PosixFilePermission> own = new HashSet<>(Files.getPosixFilePermissions(path));
                own.removeAll(GROUP_AND_OTHERS);
                Files.setPosixFilePermissions(path, own);
                LOG.info("removed the permissions of other users from {}", path);
            }
            return true;
        } catch (NoSuchFileException e) {
            return true; // SQLite deletes the write-ahead log with its last connection
        } catch (IOException e) {
            LOG.debug("cannot change the permissions of {}, owned by {}", path, owner(path), e);
            return false;
        }
    }

    private static boolean permits(Path path, Set<PosixFilePermission> some) throws IOException {
        return Files.getPosixFilePermissions(path).stream().anyMatch(some::contains);
    }

    private static String owner(Path path) throws IOException {
        return Files.getFileAttributeView(path, FileOwnerAttributeView.class)
                .getOwner()
                .getName();
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> content = Files.list(folder)) {
            return content.findAny().isEmpty();
        }
    }

    /** Returns whether there are pictures. They show that a site existed here, even if its database is missing. */
    static boolean hasPictures(Path dataDir) {
        Path media = dataDir.resolve("media");
        Path incoming = media.resolve("incoming");
        try {
            return DurableFiles.filesBelow(media).stream().anyMatch(file -> !file.startsWith(incoming));
        } catch (IOException e) {
            throw unwritable(dataDir, e);
        }
    }

    /**
     * Deletes leftovers of terminated backups, restores and imports, and removes permissions of other users that
     * earlier versions left. The caller must hold the shared lock of the directory, so that no restore is in progress.
     *
     * @param backups directory of the automatic backups
     * @return number of deleted files and folders
     */
    public static int deleteAbandoned(Path dataDir, Path backups, Instant now) throws IOException {
        int deleted = 0;
        Path restore = dataDir.resolve(Restore.WORK);
        if (Files.exists(restore, LinkOption.NOFOLLOW_LINKS)) {
            DurableFiles.deleteAll(restore);
            deleted++;
        }
        deleted += deleteAbandoned(dataDir, "{write-test*,last-backup.json.partial}", now);
        deleted += deleteAbandoned(dataDir.resolve("tmp"), "sqlite*", now);
        deleted += deleteAbandoned(dataDir.resolve("media").resolve("incoming"), "*", now);
        deleted += deleteAbandoned(backups, "{.starpunk-*,starpunk-*.partial}", now);
        closeAllBelow(dataDir);
        if (deleted > 0) {
            LOG.info("deleted {} leftovers of interrupted work from {}", deleted, dataDir);
        }
        return deleted;
    }

    /**
     * Removes the permissions of group and others from all files below a directory that is private itself. Does not
     * follow links.
     */
    private static void closeAllBelow(Path dataDir) throws IOException {
        boolean posix = dataDir.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (!posix || !Files.isDirectory(dataDir) || permits(dataDir, OTHER_USERS_PERMISSIONS)) {
            return;
        }
        int closed = 0;
        try (Stream<Path> all = Files.walk(dataDir)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                closed += !Files.isSymbolicLink(path) && closeLeftOpen(path) ? 1 : 0;
            }
        } catch (UncheckedIOException e) {
            LOG.debug("{} was not listed completely", dataDir, e); // a file was deleted during the walk
        }
        if (closed > 0) {
            LOG.info("removed the permissions of other users from {} files and folders below {}", closed, dataDir);
        }
    }

    /** Returns whether other users had access to a path and have none now. */
    private static boolean closeLeftOpen(Path path) throws IOException {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
            Set<PosixFilePermission> own = new HashSet<>(permissions);
            if (!own.removeAll(GROUP_AND_OTHERS)) {
                return false;
            }
            Files.setPosixFilePermissions(path, own);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            LOG.debug("cannot change the permissions of {}, owned by {}", path, owner(path), e);
            return false;
        }
    }

    private static int deleteAbandoned(Path folder, String pattern, Instant now) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        int deleted = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
            for (Path file : files) {
                if (isAbandoned(file, now)) {
                    DurableFiles.deleteAll(file);
                    deleted++;
                }
            }
        }
        return deleted;
    }

    /** Returns whether the last write of all files was long ago, or is in the future because of a wrong clock. */
    private static boolean isAbandoned(Path path, Instant now) throws IOException {
        try (Stream<Path> all = Files.walk(path)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                Instant written = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                        .toInstant();
                if (Duration.between(written, now).abs().compareTo(ABANDONED) < 0) {
                    return false;
                }
            }
            return true;
        } catch (NoSuchFileException e) {
            return false; // a running process has renamed or deleted it
        }
    }

    static DatabaseException unwritable(Path dataDir, IOException e) {
        String reason = DiskErrorMeaning.reason(e);
        if (!reason.isEmpty()) {
            return new DatabaseException(
                    "the data directory " + dataDir + " cannot be written: " + reason, cure(reason, dataDir), e);
        }
        return new DatabaseException(
                "the data directory " + dataDir + " cannot be written ("
                        + e.getClass().getSimpleName() + ")",
                "make it writable for this user (chown, chmod 700), or set STARPUNK_DATA_DIR to another one.",
                e);
    }

    /** Returns the remedy for a failure of a directory's disk. */
    static String cure(String reason, Path dataDir) {
        return switch (reason) {
            case DiskErrorMeaning.FULL ->
                "free some space there (df -h " + dataDir
                        + "), or raise the user's quota; old backups take most of it.";
            case DiskErrorMeaning.READ_ONLY ->
                "see why its file system is read-only (dmesg, findmnt " + dataDir + "), and mount it writable.";
            case DiskErrorMeaning.NO_DESCRIPTORS ->
                "raise the limit of open files (ulimit -n, LimitNOFILE of the unit).";
            default -> "see what is wrong with the disk (dmesg), and move the data to a sound one.";
        };
    }
}
