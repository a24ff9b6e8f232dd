package org.starpunk.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.starpunk.config.Settings;
import org.starpunk.job.ProgressListener;
import org.starpunk.note.PrivateFiles;
import org.starpunk.store.DataDirectoryLock;
import org.starpunk.store.DatabaseFile;
import org.starpunk.store.Restore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code starpunk restore}. */
@Command(
        name = "restore",
        description = "Restore a backup into a stopped site. The previous files are moved aside.",
        footer = {
            "",
            "The whole backup is unpacked and checked before anything is changed. Every login ends; the tokens of apps"
                    + " are those in the backup."
        })
final class RestoreCommand implements Callable<Integer> {

    @Mixin
    @Nullable
    ConfigurationOptions options;

    @Parameters(paramLabel = "FILE", description = "A backup, or a bare copy of the database (starpunk.db).")
    @Nullable
    Path file;

    @Option(names = "--yes", description = "Replace an existing site without asking.")
    boolean yes;

    @Option(names = "--json", description = "Write the result as JSON.")
    boolean json;

    @Override
    public Integer call() throws Exception {
        Settings settings = Objects.requireNonNull(options).settings();
        Path backup = Objects.requireNonNull(file);
        if (!Files.isRegularFile(backup)) {
            throw new CommandException(ExitCode.FAILURE, "there is no file " + backup, "choose a backup file");
        }
        Path dataDir = settings.dataDir();
        DatabaseFile database = BackupCommand.fileOf(settings);
        boolean there = Files.exists(database.path());
        if (there) {
            confirm(dataDir);
        }
        Path unused = PrivateFiles.folder(dataDir);
        database.useOwnTemporaryFolder();
        try (DataDirectoryLock lock = DataDirectoryLock.acquire(dataDir).orElseThrow(() -> running(dataDir))) {
            Restore.RestoreResult done =
                    CancellableTask.run("restore", progress -> restore(backup, dataDir, lock, progress));
            System.out.println(json ? asJson(done, there) : text(done, dataDir, there));
        }
        return ExitCode.OK;
    }

    private static CommandException running(Path dataDir) {
        return new CommandException(
                ExitCode.FAILURE,
                "the site in " + dataDir + " is running",
                "stop it first (systemctl stop starpunk, or Ctrl+C), then restore, then start it again");
    }

    // From JDK 22 on, the console is never null; reading from it then fails the same way.
    @SuppressWarnings("SystemConsoleNull")
    private void confirm(Path dataDir) {
        if (yes) {
            return;
        }
        Console console = System.console();
        if (console == null) {
            throw new CommandException(
                    ExitCode.USAGE,
                    dataDir + " contains a site, and there is no terminal for a confirmation",
                    "add --yes to replace it");
        }
        String answer = console.readLine(
                "Replace the site in %s with the backup? The previous files are moved aside. [y/N] ", dataDir);
        if (answer == null || !answer.strip().toLowerCase(Locale.ROOT).startsWith("y")) {
            throw new CommandException(ExitCode.FAILURE, "nothing was restored", "answer y, or add --yes");
        }
    }

    private static Restore.RestoreResult restore(
            Path backup, Path dataDir, DataDirectoryLock lock, ProgressListener progress) {
        try {
            return Restore.run(backup, dataDir, lock, Instant.now(), progress);
        } catch (IOException e) {
            throw refused(backup, IoErrorMessages.of(e)).causedBy(e);
        }
    }

    private static CommandException refused(Path backup, String why) {
        return new CommandException(
                ExitCode.FAILURE,
                backup + " was not restored: " + why,
                "the site was not changed; choose another backup (ls data/backups), or free some space on the disk");
    }

    private static String text(Restore.RestoreResult done, Path dataDir, boolean there) {
        String leftOut = done.leftOut().isEmpty()
                ? ""
                : "\nNot restored, because StarPunk did not create it: " + String.join(", ", done.leftOut()) + ".";
        String was = there ? "\nThe old data is in " + done.replaced() + "; delete it when the site works." : "";
        return "Restored into %s: %s, %s.%s%s%s\nStart the site, and log in again."
                .formatted(
                        dataDir,
                        counted(done.notes(), "note"),
                        counted(done.files(), "file"),
                        owner(done.owner()),
                        leftOut,
                        was);
    }

    /** Returns a description of the owner, because the author of the backup file decides who can log in. */
    private static String owner(Restore.Owner owner) {
        if (owner.author() == null) {
            return "\nThe site has no owner yet: the start prints a setup link.";
        }
        return ("\nIt belongs to %s (%s). The password, %s and %s are those of the backup;"
                        + " if others could change that file, set a new password:"
                        + " starpunk passwd --remove-passkeys --revoke-tokens")
                .formatted(
                        owner.author(),
                        owner.site(),
                        counted(owner.passkeys(), "passkey"),
                        counted(owner.tokens(), "app token"));
    }

    private static String counted(long count, String noun) {
        return "%,d %s%s".formatted(count, noun, count == 1 ? "" : "s");
    }

    private static String asJson(Restore.RestoreResult done, boolean there) {
        return new JsonObject()
                .put("notes", done.notes())
                .put("files", done.files())
                .put("schema", done.schema())
                .put("author", done.owner().author())
                .put("site", done.owner().site())
                .put("tokens", done.owner().tokens())
                .put("passkeys", done.owner().passkeys())
                .put("left_out", new JsonArray(done.leftOut()))
                .put("replaced", there ? done.replaced().toString() : null)
                .encodePrettily();
    }
}
