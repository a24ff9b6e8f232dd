package org.starpunk.media;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Set;
import org.starpunk.note.PrivateFiles;

/**
 * Writes a file, forces it to the disk, reads it again and compares it, so that an acknowledged file is stored
 * completely.
 */
final class VerifiedFileWriter {

    private static final int BUFFER = 64 * 1024;

    private VerifiedFileWriter() {}

    /** Produces the content. */
    @FunctionalInterface
    interface ContentProducer {
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Writes a new file. If it fails, the caller must delete the incomplete file.
     *
     * @throws IOException if a write fails, or the file differs from the written content
     */
    static void write(Path file, ContentProducer content) throws IOException {
        MessageDigest written = sha256();
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PrivateFiles.permissions(file))) {
            OutputStream out = new BufferedOutputStream(
                    new DigestOutputStream(Channels.newOutputStream(channel), written), BUFFER);
            content.writeTo(out);
            out.flush();
            channel.force(true);
        }
        if (!Arrays.equals(digest(file), written.digest())) {
            throw new IOException(file.getFileName() + " differs from the written content");
        }
    }

    private static byte[] digest(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            byte[] buffer = new byte[BUFFER];
            int read = in.read(buffer);
            while (read >= 0) {
                read = in.read(buffer);
            }
        }
        return digest.digest();
    }

    /** Forces the entries of a folder to the disk, so that files moved into it survive a power failure. */
    static void forceFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
