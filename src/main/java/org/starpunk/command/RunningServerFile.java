package org.starpunk.command;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.config.Settings;
import org.starpunk.note.PrivateFiles;

/**
 * File in a data directory in which the running server registers itself, so that commands find it on any port. It is
 * separate from the lock file, because closing any reader of that file in the server's process would release the lock.
 *
 * @param process process of the server
 * @param url address on this machine
 * @param started start time
 */
record RunningServerFile(ProcessHandle process, String url, Instant started) {

    private static final Logger LOG = LoggerFactory.getLogger(RunningServerFile.class);
    private static final String FILE = "server.json";

    /** Registers this process as the server of a data directory. A full disk does not prevent the start. */
    static void write(Path dataDir, String url) {
        Path file = dataDir.resolve(FILE);
        try {
            Files.deleteIfExists(file);
            Files.writeString(
                    PrivateFiles.file(file),
                    new JsonObject()
                            .put("pid", ProcessHandle.current().pid())
                            .put("url", url)
                            .encode());
        } catch (IOException e) {
            LOG.debug("cannot write {}", file, e);
        }
    }

    /** Removes the registration when the server stops. */
    static void remove(Path dataDir) {
        try {
            Files.deleteIfExists(dataDir.resolve(FILE));
        } catch (IOException e) {
            LOG.debug("cannot delete {}", FILE, e);
        }
    }

    /** Returns the server of a data directory; empty if none runs or its file cannot be read. */
    static Optional<RunningServerFile> of(Path dataDir) {
        Path file = dataDir.resolve(FILE);
        try {
            JsonObject written = new JsonObject(Files.readString(file));
            Instant started = Files.getLastModifiedTime(file).toInstant();
            String url = written.getString("url", "");
            // A killed server leaves its file, and its process id may belong to another program.
            return ProcessHandle.of(written.getLong("pid", -1L))
                    .filter(process -> isServer(process, started))
                    .map(process -> new RunningServerFile(process, url, started));
        } catch (IOException | DecodeException | ClassCastException e) {
            return Optional.empty();
        }
    }

    private static boolean isServer(ProcessHandle process, Instant written) {
        return process.isAlive()
                && process.info().startInstant().filter(written::isBefore).isEmpty();
    }

    /** Returns the URL of a site with these settings on this machine. */
    static String url(Settings settings) {
        return of(settings.dataDir()).map(RunningServerFile::url).orElseGet(() -> ListenAddress.url(settings));
    }
}
