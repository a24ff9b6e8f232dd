package org.starpunk.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.starpunk.archive.DurableFiles;
import org.starpunk.config.Settings;
import org.starpunk.store.Database;
import org.starpunk.store.DatabaseException;
import org.starpunk.store.DatabaseFile;
import org.starpunk.store.IntegrityCheck;
import org.starpunk.store.LastBackupFile;

/** Checks the site's data: directory, database, pictures, backups. */
final class DataCheck {

    private static final Set<PosixFilePermission> NON_OWNER_PERMISSIONS = PosixFilePermissions.fromString("---rwxrwx");
    private static final Duration AHEAD = Duration.ofMinutes(5);
    private static final Duration OLD = Duration.ofDays(2);
    private static final Duration FIRST_BACKUP = Duration.ofDays(1);
    private static final int SHOWN = 3;

    private final Settings settings;
    private final Path dataDir;
    private final List<CheckResult> findings = new ArrayList<>();

    private DataCheck(Settings settings) {
        this.settings = settings;
        this.dataDir = settings.dataDir();
    }

    static List<CheckResult> run(Settings settings) {
        DataCheck checkup = new DataCheck(settings);
        checkup.run();
        return checkup.findings;
    }

    private void run() {
        if (!Files.isDirectory(dataDir)) {
            findings.add(CheckResult.warning(
                    "data directory",
                    dataDir.toAbsolutePath() + " does not exist: there is no site yet",
                    "start one (starpunk serve), or set the right directory: --data-dir, STARPUNK_DATA_DIR"));
            return;
        }
        findings.add(MachineCheck.heap(dataDir));
        directory();
        if (Database.of(settings) instanceof DatabaseFile database) {
            findings.add(MachineCheck.disk(dataDir, siteBytes(database)));
            findings.add(MachineCheck.clock(database.path()));
            if (Files.exists(database.path()) || Files.exists(Path.of(database.path() + "-wal"))) {
                database(database);
            } else {
                findings.add(CheckResult.warning("database", "there is none yet", "start the site: starpunk serve"));
            }
            backup();
        } else {
            findings.add(MachineCheck.disk(dataDir, 0));
            server(Database.of(settings));
        }
    }

    /** Checks the connection to PostgreSQL. The database server maintains its own files. */
    private void server(Database database) {
        try {
            Database.Schema schema = database.schema();
            findings.add(CheckResult.ok("database", database.name() + " is reachable; its server maintains it"));
            schema(schema.found(), schema.known());
        } catch (DatabaseException e) {
            findings.add(CheckResult.fail("database", String.valueOf(e.getMessage()), e.cure()));
        }
    }

    private void directory() {
        try {
            if (!Files.isWritable(dataDir)) {
                findings.add(CheckResult.fail(
                        "data directory",
                        dataDir.toAbsolutePath() + " is not writable for " + System.getProperty("user.name"),
                        "run as the site's user (sudo -u starpunk), or chown it"));
                return;
            }
            List<String> open = new ArrayList<>();
            for (Path path : List.of(dataDir, dataDir.resolve("starpunk.db"))) {
                if (Files.exists(path) && isOpen(path) && (path.equals(dataDir) || isOpen(dataDir))) {
                    open.add(path.toString());
                }
            }
            findings.add(
                    open.isEmpty()
                            ? CheckResult.ok(
                                    "data directory",
                                    dataDir.toAbsolutePath() + ", accessible to " + Files.getOwner(dataDir) + " only")
                            : CheckResult.warning(
                                    "data directory",
                                    "other users of this machine can read " + String.join(" and ", open),
                                    "chmod 700 " + dataDir.toAbsolutePath()));
        } catch (IOException e) {
            findings.add(
                    CheckResult.fail("data directory", IoErrorMessages.of(e), "check its owner: ls -ld " + dataDir));
        }
    }

    private static boolean isOpen(Path path) throws IOException {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                && Files.getPosixFilePermissions(path).stream().anyMatch(NON_OWNER_PERMISSIONS::contains);
    }

    private long siteBytes(DatabaseFile database) {
        long bytes = database.path().toFile().length();
        try {
            for (Path file : DurableFiles.filesBelow(dataDir.resolve("media"))) {
                bytes += Files.size(file);
            }
        } catch (IOException e) {
            // A file was deleted while its size was read.
            return bytes;
        }
        return bytes;
    }

    private void database(DatabaseFile database) {
        IntegrityCheck.IntegrityReport found;
        try {
            found = IntegrityCheck.run(database, dataDir);
        } catch (DatabaseException e) {
            findings.add(CheckResult.fail("database", String.valueOf(e.getMessage()), e.cure()));
            return;
        }
        if (found.damage() != null) {
            findings.add(CheckResult.fail(
                    "database",
                    "it is damaged: " + found.damage(),
                    "stop the site and restore a backup: starpunk restore FILE (see ls "
                            + settings.backup().folder() + ")"));
        } else {
            findings.add(CheckResult.ok(
                    "database",
                    "%s: sound, %,d notes, SQLite %s".formatted(database.summary(), found.notes(), found.sqlite())));
        }
        schema(found.schema(), found.newest());
        if (!found.foreign().isEmpty()) {
            findings.add(CheckResult.warning(
                    "schema",
                    "the database contains objects that StarPunk did not create: " + String.join(", ", found.foreign()),
                    "if you did not add them, someone else did: stop the site, make a backup, and restore that backup;"
                            + " a restore copies rows only"));
        }
        findings.add(
                found.indexInStep()
                        ? CheckResult.ok("search index", "in step with the notes")
                        : CheckResult.warning("search index", "it is not in step with the notes", "starpunk reindex"));
        List<String> missing = found.missingPictures();
        findings.add(
                missing.isEmpty()
                        ? CheckResult.ok("pictures", "every picture of a note exists")
                        : CheckResult.warning(
                                "pictures",
                                missing.size() + " pictures of notes are missing: "
                                        + String.join(", ", missing.subList(0, Math.min(SHOWN, missing.size()))),
                                "restore them from a backup: unzip FILE.zip 'media/*' -d " + dataDir));
    }

    private void schema(int found, int newest) {
        if (found == newest) {
            findings.add(CheckResult.ok("schema", found + ", the newest"));
        } else if (found < newest) {
            findings.add(CheckResult.warning(
                    "schema",
                    found + ", but this program needs " + newest,
                    "make a backup, then start the site or run starpunk migrate: both update the schema"));
        } else {
            findings.add(CheckResult.fail(
                    "schema",
                    found + ", but this program supports schemas up to " + newest,
                    "start the newer version of StarPunk that last used it"));
        }
    }

    private boolean firstBackupIsDue() {
        return settings.backup().enabled()
                && RunningServerFile.of(dataDir)
                        .filter(server -> server.started().isAfter(Instant.now().minus(FIRST_BACKUP)))
                        .isPresent();
    }

    private void backup() {
        Optional<LastBackupFile> last = LastBackupFile.read(dataDir);
        String how = settings.backup().enabled()
                ? "a running server makes one each day; its log contains the reason why it did not"
                : "set STARPUNK_BACKUP_ENABLED=true, or make one: starpunk backup FILE.zip";
        if (last.isEmpty() && firstBackupIsDue()) {
            findings.add(CheckResult.ok("backup", "none was made yet; the running server makes one each day"));
            return;
        }
        if (last.isEmpty()) {
            findings.add(CheckResult.warning("backup", "none was made yet", how));
            return;
        }
        Duration age = Duration.between(last.get().time(), Instant.now());
        if (age.plus(AHEAD).isNegative()) {
            findings.add(CheckResult.warning(
                    "backup",
                    "the last is dated " + last.get().time() + ", which is in the future, and does not count",
                    "check the clock (timedatectl); a running server makes another backup, or run:"
                            + " starpunk backup FILE.zip"));
            return;
        }
        String text = "the last was made %d h ago: %s"
                .formatted(age.toHours(), last.get().file());
        if (!Files.exists(Path.of(last.get().file()))) {
            findings.add(CheckResult.ok("backup", text + ", which was moved since"));
        } else if (age.compareTo(OLD) > 0) {
            findings.add(CheckResult.warning("backup", text, how));
        } else {
            findings.add(CheckResult.ok("backup", text));
        }
    }
}
