package org.starpunk.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.starpunk.identity.Secret;
import org.starpunk.server.Arrival;

/** Proves to the running server that the doctor may write its data: the hash of a key lies in the data directory while it asks. */
final class DoctorKey implements AutoCloseable {

    private final Path file;
    private final String secret = Secret.create();

    /** @throws IOException when the directory may not be written */
    DoctorKey(Path dataDir) throws IOException {
        file = dataDir.resolve(Arrival.KEY_FILE);
        Files.deleteIfExists(file); // of a doctor that was killed
        // The site's user has to read it, whoever the doctor is; a hash of 256 random bits may be read by anybody.
        Files.writeString(Files.createFile(file), Secret.hash(secret));
    }

    /** What to send. */
    String secret() {
        return secret;
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
