package org.starpunk.store;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.starpunk.archive.ArchiveException;
import org.starpunk.archive.ArchiveReader;
import org.starpunk.archive.DurableFiles;
import org.starpunk.job.ProgressListener;
import org.starpunk.note.PrivateFiles;

/**
 * Replaces the content of a data directory by a backup. The backup is unpacked and checked next to it. Then the
 * pictures are added, and one rename replaces the database at the end. A process that is killed at any time therefore
 * leaves the old site or the new one. The old files are moved to a folder {@code replaced-…}.
 */
public final class Restore {

    /** Folder in which a backup is unpacked and checked. */
    static final String WORK = ".restore";

    private static final byte[] SQLITE = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss", Locale.ROOT);
    private static final long SPARE_BYTES = 50L << 20;

    /** Names that the site assigns: no folders, no hidden files, no spaces. Files with other names are never served. */
    private static final Pattern PICTURE = Pattern.compile("media/[A-Za-z0-9_-][A-Za-z0-9._-]*");

    private final Path dataDir;
    private final Path work;
    private final ProgressListener progress;
    private long oddNames;
    private long unpacked;
    private final Set<String> leftOut = new TreeSet<>();

    private Restore(Path dataDir, ProgressListener progress) {
        this.dataDir = dataDir;
        this.work = dataDir.resolve(WORK);
        this.progress = progress;
    }

    /**
     * Result of a restore.
     *
     * @param notes number of notes after the restore, including deleted ones
     * @param schema schema of the restored database; the next start migrates it
     * @param files number of pictures and static files in the backup
     * @param replaced folder of the old files; does not exist if there were none
     * @param owner account that can log in now
     * @param leftOut objects of the backup that are not tables or files of a site, sorted
     */
    public record RestoreResult(long notes, int schema, long files, Path replaced, Owner owner, List<String> leftOut) {}

    /**
     * Account of a restored site. All of it comes from the backup.
     *
     * @param author name of the author; null if there is no account
     * @param site address of the site; null if there is no account
     * @param tokens number of tokens of apps
     * @param passkeys number of passkeys
     */
    public record Owner(@Nullable String author, @Nullable String site, long tokens, long passkeys) {}

    /**
     * Restores a backup, or a SQLite database file of a site. Blocks until the restore is complete.
     *
     * @param lock exclusive lock of the data directory
     * @throws ArchiveException if the file is not a backup or is damaged; then the site is unchanged
     * @throws IOException if the disk is full or not writable
     */
    public static RestoreResult run(
            Path file, Path dataDir, DataDirectoryLock lock, Instant now, ProgressListener progress)
            throws IOException {
        Restore restore = new Restore(dataDir, progress);
        Objects.requireNonNull(lock, "a restore has the directory for itself");
        DurableFiles.deleteAll(restore.work);
        try {
            Path unused = PrivateFiles.folder(restore.work);
            return restore.run(file, now);
        } catch (SQLException e) {
            throw new ArchiveException("its database is damaged (" + e.getMessage() + ")", e);
        } finally {
            DurableFiles.deleteAll(restore.work);
        }
    }

    private RestoreResult run(Path file, Instant now) throws IOException, SQLException {
        long files = isDatabase(file) ? copyDatabase(file) : unpack(file);
        Path fresh = work.resolve(Backup.DATABASE);
        int schema = DatabaseCopy.checkFile(fresh);
        if (schema <= 0) {
            throw new ArchiveException("its database is not a StarPunk database", null);
        }
        if (schema > Migrations.newest()) {
            throw new ArchiveException(
                    "it has schema " + schema + ", and this version supports schemas up to " + Migrations.newest(),
                    null);
        }
        fresh = rebuild(fresh, schema);
        DatabaseCopy.Facts facts = DatabaseCopy.check(fresh);
        Owner owner = owner(fresh);
        DurableFiles.force(fresh);
        Path replaced = dataDir.resolve("replaced-" + TIME.format(now.atOffset(ZoneOffset.UTC)));
        exchange(fresh, replaced);
        return new RestoreResult(facts.notes(), facts.schema(), files, replaced, owner, List.copyOf(leftOut));
    }

    private static boolean isDatabase(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(SQLITE.length), SQLITE);
        }
    }

    /** Copies a database file with SQLite, which also reads the write-ahead log next to it. */
    private long copyDatabase(Path file) throws IOException, SQLException {
        try (Connection source = DatabaseCopy.open(file)) {
            Path copy = PrivateFiles.file(work.resolve(Backup.DATABASE));
            DatabaseCopy.make(source, copy, Files.size(file), progress);
        }
        return 0;
    }

    private long unpack(Path file) throws IOException {
        try (ArchiveReader zip = ArchiveReader.open(file)) {
            JsonObject manifest = zip.manifest()
                    .filter(found -> Backup.FORMAT.equals(found.getValue("format")))
                    .orElseThrow(() -> new ArchiveException("it is not a StarPunk backup", null));
            if (manifest.getInteger("version", 0) > Backup.VERSION) {
                throw new ArchiveException(
                        "it was created by a newer StarPunk (" + manifest.getString("starpunk") + ")", null);
            }
            long room = Files.getFileStore(dataDir).getUsableSpace();
            long needed = zip.bytes() + zip.size(Backup.DATABASE) + SPARE_BYTES; // the database is written twice
            if (needed > room) {
                throw new IOException("the disk has %,d MB of free space, but the backup needs %,d MB"
                        .formatted(room >> 20, needed >> 20));
            }
            Map<String, String> sums = zip.sums();
            for (Map.Entry<String, String> sum : sums.entrySet()) {
                progress.report(unpacked, zip.bytes());
                unpacked += zip.size(sum.getKey());
                unpack(zip, sum.getKey(), sum.getValue());
            }
            if (!sums.containsKey(Backup.DATABASE)) {
                throw new ArchiveException("it has no database", null);
            }
            return sums.size() - 1L - oddNames;
        }
    }

    private void unpack(ArchiveReader zip, String path, String sum) throws IOException {
        boolean ours = path.equals(Backup.DATABASE)
                || Backup.FOLDERS.stream().anyMatch(folder -> path.startsWith(folder + "/"));
        Path target = work.resolve(path).normalize();
        if (!ours || !target.startsWith(work)) {
            throw new ArchiveException("it contains " + path + ", which does not belong to a backup", null);
        }
        MessageDigest digest = DurableFiles.sha256();
        if (path.startsWith("media/") && !PICTURE.matcher(path).matches()) {
            oddNames++;
            leftOut.add("file " + path);
            return;
        }
        Path unused = PrivateFiles.folder(Objects.requireNonNull(target.getParent(), "a file is in a folder"));
        try (InputStream in = zip.read(path);
                OutputStream out = new DigestOutputStream(Files.newOutputStream(PrivateFiles.file(target)), digest)) {
            in.transferTo(out);
        }
        if (!HexFormat.of().formatHex(digest.digest()).equals(sum)) {
            throw new ArchiveException(path + " is damaged: its checksum differs", null);
        }
        DurableFiles.force(target);
        if (!DurableFiles.sha256(target).equals(sum)) {
            throw new IOException(path + " could not be written to the disk: the written data differs");
        }
    }

    /** Copies only rows, into tables that this program creates. Nothing of the backup's schema is used. */
    private Path rebuild(Path copy, int schema) throws IOException, SQLException {
        Path rebuilt = PrivateFiles.file(work.resolve("rebuilt.db"));
        leftOut.addAll(DatabaseRebuild.run(copy, rebuilt, schema, progress));
        Files.delete(copy);
        return rebuilt;
    }

    private static Owner owner(Path database) throws SQLException {
        try (Connection connection = DatabaseCopy.open(database)) {
            List<String> account = DatabaseCopy.has(connection, "account")
                    ? DatabaseCopy.row(connection, "SELECT author_name, site_url FROM account")
                    : List.of();
            return new Owner(
                    account.isEmpty() ? null : account.get(0),
                    account.isEmpty() ? null : account.get(1),
                    DatabaseCopy.count(connection, "tokens"),
                    DatabaseCopy.count(connection, "passkeys"));
        }
    }

    private void exchange(Path fresh, Path replaced) throws IOException {
        Path database = dataDir.resolve(Backup.DATABASE);
        addMedia();
        Path styles = work.resolve("static");
        if (Files.isDirectory(styles)) {
            Path old = dataDir.resolve("static");
            if (Files.exists(old)) {
                Files.move(old, PrivateFiles.folder(replaced).resolve("static"));
            }
            Files.move(styles, old);
        }
        if (Files.exists(database)) {
            if (Files.size(database) > 0) { // SQLite deletes the log of an empty file
                checkpointLog(database);
            }
            moveAside(database, PrivateFiles.folder(replaced).resolve(Backup.DATABASE));
        }
        for (String ending : List.of("-wal", "-shm")) {
            Path log = dataDir.resolve(Backup.DATABASE + ending);
            if (Files.exists(log)) {
                Files.move(log, PrivateFiles.folder(replaced).resolve(Backup.DATABASE + ending));
            }
        }
        Files.move(fresh, database, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.force(dataDir);
    }

    /**
     * Adds the missing pictures of the backup. Replaces a file that differs, because a name belongs to one picture
     * only.
     */
    private void addMedia() throws IOException {
        Path from = work.resolve("media");
        for (Path picture : DurableFiles.filesBelow(from)) {
            Path target =
                    dataDir.resolve("media").resolve(from.relativize(picture).toString());
            Path unused = PrivateFiles.folder(Objects.requireNonNull(target.getParent(), "a picture is in a folder"));
            if (!Files.exists(target) || Files.mismatch(target, picture) >= 0) {
                Files.move(picture, target, StandardCopyOption.ATOMIC_MOVE);
                DurableFiles.force(target.getParent());
            }
        }
    }

    /** Moves the write-ahead log into the old database if it is readable, so that its file is complete. */
    private static void checkpointLog(Path database) {
        try (Connection connection = DatabaseCopy.open(database);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        } catch (SQLException e) {
            // The old database is damaged: its log is moved with it.
        }
    }

    private static void moveAside(Path database, Path kept) throws IOException {
        try {
            Files.createLink(kept, database);
        } catch (UnsupportedOperationException | IOException e) {
            Files.copy(database, kept);
        }
    }
}
