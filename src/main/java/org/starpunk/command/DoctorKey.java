package org.starpunk.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.starpunk.identity.SecretTokens;
import org.starpunk.server.RequestEchoHandler;

/**
 * Proves to the running server that the doctor may write its data. The hash of a key is in the data directory during
 * the request.
 */
final class DoctorKey implements AutoCloseable {

    private final Path file;
    private final String secret = SecretTokens.create();

    /** @throws IOException if the directory is not writable */
    DoctorKey(Path dataDir) throws IOException {
        file = dataDir.resolve(RequestEchoHandler.KEY_FILE);
        Files.deleteIfExists(file); // left by a doctor that was killed
        // The site's user must be able to read it, whichever user runs the doctor. A hash of 256 random bits may be
        // public.
        Files.writeString(Files.createFile(file), SecretTokens.hash(secret));
    }

    /** Returns the secret to send. */
    String secret() {
        return secret;
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
