package org.starpunk.store;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.starpunk.note.PrivateFiles;

/**
 * File in the data directory that describes the last backup, for the server and for commands.
 *
 * @param time time of the backup
 * @param file path of the backup
 * @param bytes size of the backup, bytes
 * @param notes number of notes in it, including deleted ones
 */
public record LastBackupFile(Instant time, String file, long bytes, long notes) {

    private static final String NAME = "last-backup.json";

    /** Returns the last backup; empty if the file is missing or invalid. */
    public static Optional<LastBackupFile> read(Path dataDir) {
        Path file = dataDir.resolve(NAME);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            JsonObject json = new JsonObject(Files.readString(file));
            return Optional.of(new LastBackupFile(
                    Instant.parse(json.getString("time")),
                    json.getString("file"),
                    json.getLong("bytes"),
                    json.getLong("notes")));
        } catch (IOException | DecodeException | DateTimeException | ClassCastException | NullPointerException e) {
            return Optional.empty();
        }
    }

    void write(Path dataDir) throws IOException {
        JsonObject json = new JsonObject()
                .put("time", time.toString())
                .put("file", file)
                .put("bytes", bytes)
                .put("notes", notes);
        Path fresh = dataDir.resolve(NAME + ".partial");
        Files.deleteIfExists(fresh);
        Files.writeString(PrivateFiles.file(fresh), json.encodePrettily() + "\n");
        Files.move(fresh, dataDir.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
    }
}
