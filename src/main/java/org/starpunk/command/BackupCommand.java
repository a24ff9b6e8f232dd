package org.starpunk.command;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.starpunk.config.Settings;
import org.starpunk.job.ProgressListener;
import org.starpunk.store.Backup;
import org.starpunk.store.Database;
import org.starpunk.store.DatabaseException;
import org.starpunk.store.DatabaseFile;
import org.starpunk.store.LastBackupFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code starpunk backup}. */
@Command(
        name = "backup",
        description = "Copy the whole site into one ZIP file. The site may run.",
        footer = {
            "",
            "The file contains the database, the pictures and the static files. It is read again and checked before the command"
                    + " ends. To restore it: starpunk restore FILE"
        })
final class BackupCommand implements Callable<Integer> {

    @Mixin
    @Nullable
    ConfigurationOptions options;

    @Parameters(paramLabel = "FILE", description = "The new file; its name ends in .zip.")
    @Nullable
    Path file;

    @Option(names = "--json", description = "Write the result as JSON.")
    boolean json;

    @Override
    public Integer call() throws Exception {
        Path target = Objects.requireNonNull(file);
        if (!target.toString().toLowerCase(Locale.ROOT).endsWith(".zip")) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "a backup is a ZIP file, but the name " + target + " does not end in .zip",
                    "name it " + target + ".zip");
        }
        Settings settings = Objects.requireNonNull(options).settings();
        DatabaseFile unused = fileOf(settings);
        LastBackupFile made = CancellableTask.run("backup", progress -> make(settings, target, progress));
        System.out.println(
                json
                        ? asJson(made)
                        : "%s: %,d notes, %.1f MB, checked".formatted(made.file(), made.notes(), made.bytes() / 1e6));
        return ExitCode.OK;
    }

    /**
     * Returns the SQLite file of the site. PostgreSQL is backed up by its own tools.
     *
     * @throws CommandException if the notes are in PostgreSQL
     */
    static DatabaseFile fileOf(Settings settings) {
        if (Database.of(settings) instanceof DatabaseFile file) {
            return file;
        }
        throw new CommandException(
                ExitCode.FAILURE,
                "the notes are in PostgreSQL, which this command neither backs up nor restores",
                "use pg_dump and pg_restore, and copy " + settings.dataDir().resolve("media")
                        + "; or export everything: starpunk export FILE.zip");
    }

    private static LastBackupFile make(Settings settings, Path target, ProgressListener progress) {
        try {
            return new Backup(settings.dataDir(), Clock.systemUTC()).make(target, progress);
        } catch (DatabaseException e) {
            throw BlockingFutures.toException(e);
        } catch (FileAlreadyExistsException e) {
            throw new CommandException(
                            ExitCode.FAILURE, target + " already exists", "choose another name, or delete it")
                    .causedBy(e);
        } catch (IOException e) {
            throw new CommandException(
                            ExitCode.FAILURE,
                            "the backup was not made: " + IoErrorMessages.of(e),
                            "free some space on the disk or choose another folder, and run it again")
                    .causedBy(e);
        }
    }

    private static String asJson(LastBackupFile made) {
        return new JsonObject()
                .put("file", made.file())
                .put("time", made.time().toString())
                .put("bytes", made.bytes())
                .put("notes", made.notes())
                .encodePrettily();
    }
}
