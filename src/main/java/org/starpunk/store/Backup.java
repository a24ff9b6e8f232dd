package org.starpunk.store;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import org.starpunk.archive.ArchiveException;
import org.starpunk.archive.ArchiveReader;
import org.starpunk.archive.ArchiveWriter;
import org.starpunk.archive.DurableFiles;
import org.starpunk.config.BuildInfo;
import org.starpunk.job.ProgressListener;
import org.starpunk.note.DiskErrorMeaning;
import org.starpunk.note.PrivateFiles;

/**
 * Creates a backup: a ZIP file with a consistent copy of the database, the pictures, the author's static files,
 * checksums and a manifest. The site may be used during the backup. The file gets its final name after it has been read
 * again and verified.
 */
public final class Backup {

    static final String FORMAT = "starpunk-backup";
    static final int VERSION = 1;
    static final String DATABASE = "starpunk.db";

    /** Folders of the data directory that are part of the site. */
    static final List<String> FOLDERS = List.of("media", "static");

    private static final String INCOMING = "incoming";

    private final Path dataDir;
    private final Clock clock;

    public Backup(Path dataDir, Clock clock) {
        this.dataDir = dataDir;
        this.clock = clock;
    }

    /**
     * Creates a backup and stores its time and name. Blocks until the backup is complete.
     *
     * @param wanted name of the new file, ending in {@code .zip}
     * @throws FileAlreadyExistsException if the file exists
     * @throws DatabaseException if there is no database, or the copy is damaged
     */
    public LastBackupFile make(Path wanted, ProgressListener progress) throws IOException {
        Path target = wanted.toAbsolutePath().normalize();
        if (Files.exists(target)) {
            throw new FileAlreadyExistsException(target.toString());
        }
        DatabaseFile database = new DatabaseFile(dataDir);
        if (!Files.isRegularFile(database.path())) {
            throw new DatabaseException(
                    "there is no database in " + dataDir.toAbsolutePath(),
                    "set the directory of the site with --data-dir.");
        }
        database.refuseLost();
        database.prepareDirectory();
        Path unused = PrivateFiles.folder(Objects.requireNonNull(target.getParent(), "a file is in a folder"));
        Path copy = target.resolveSibling(target.getFileName() + ".db.partial");
        Files.deleteIfExists(copy);
        Instant now = clock.instant();
        try {
            DatabaseCopy.Facts facts = copy(database.path(), PrivateFiles.file(copy), progress);
            pack(target, copy, facts, now, progress);
            LastBackupFile made = new LastBackupFile(now, target.toString(), Files.size(target), facts.notes());
            made.write(dataDir);
            return made;
        } catch (SQLException e) {
            if (database.isFullDisk(e)) {
                throw new DatabaseException(
                        "the backup failed: " + DiskErrorMeaning.FULL,
                        DataDirectory.cure(DiskErrorMeaning.FULL, dataDir.toAbsolutePath()),
                        e);
            }
            throw new DatabaseException(
                    "the backup failed: " + e.getMessage(), "check the database: starpunk doctor", e);
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    private static DatabaseCopy.Facts copy(Path source, Path copy, ProgressListener progress)
            throws SQLException, IOException {
        long expected = Files.size(source);
        DatabaseCopy.Facts before;
        try (Connection connection = DatabaseCopy.open(source)) {
            before = DatabaseCopy.facts(connection);
            DatabaseCopy.make(connection, copy, expected, progress);
        }
        DatabaseCopy.Facts facts = DatabaseCopy.check(copy);
        if (facts.notes() < before.notes()) {
            throw new SQLException("the copy contains %d of %d notes".formatted(facts.notes(), before.notes()));
        }
        return facts;
    }

    private void pack(Path target, Path copy, DatabaseCopy.Facts facts, Instant now, ProgressListener progress)
            throws IOException {
        List<Path> files = files();
        Path unchecked = target.resolveSibling("." + target.getFileName());
        Files.deleteIfExists(unchecked);
        LongConsumer watch = watch(copy, files, progress);
        try {
            try (ArchiveWriter zip = ArchiveWriter.begin(unchecked, watch)) {
                zip.add(DATABASE, true, copy);
                for (Path file : files) {
                    add(zip, file);
                }
                Path unused = zip.finish(new JsonObject()
                        .put("format", FORMAT)
                        .put("version", VERSION)
                        .put("created", now.toString())
                        .put("starpunk", BuildInfo.current())
                        .put("schema", facts.schema())
                        .put("notes", facts.notes())
                        .put("files", zip.files()));
            }
            verify(unchecked, watch);
            Files.move(unchecked, target);
            DurableFiles.force(target.getParent());
        } finally {
            Files.deleteIfExists(unchecked);
        }
    }

    /** Counts each byte twice: it is written once and read once. */
    private static LongConsumer watch(Path copy, List<Path> files, ProgressListener progress) throws IOException {
        long bytes = Files.size(copy);
        for (Path file : files) {
            bytes += Files.exists(file) ? Files.size(file) : 0;
        }
        long total = 2 * bytes;
        LongAdder done = new LongAdder();
        return piece -> {
            done.add(piece);
            progress.report(done.sum(), total);
        };
    }

    /** Lists the files. The database was copied before, so the list contains all files that its notes use. */
    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String folder : FOLDERS) {
            files.addAll(DurableFiles.filesBelow(dataDir.resolve(folder)));
        }
        files.removeIf(file -> file.startsWith(dataDir.resolve("media").resolve(INCOMING)));
        return files;
    }

    private void add(ArchiveWriter zip, Path file) throws IOException {
        try {
            String path = dataDir.relativize(file).toString().replace('\\', '/');
            zip.add(path, path.startsWith("static/"), file);
        } catch (NoSuchFileException e) {
            // Deleted since the listing, so no note uses it.
        }
    }

    private static void verify(Path file, LongConsumer watch) throws IOException {
        try (ArchiveReader zip = ArchiveReader.open(file)) {
            Map<String, String> sums = zip.sums();
            for (String path : sums.keySet()) {
                zip.verify(path, sums, watch);
            }
            if (zip.paths().size() != sums.size() + 2) {
                throw new ArchiveException("the written file is incomplete", null);
            }
        }
    }
}
