package org.starpunk.media;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.regex.Matcher;
import org.starpunk.note.PrivateFiles;

/** The folder of the pictures, for restoring files under their original names. All methods block. */
public final class MediaDirectory {

    private final Path directory;

    /** @param dataDir data directory; the pictures are in its subdirectory {@code media} */
    public MediaDirectory(Path dataDir) {
        this.directory = dataDir.resolve("media");
    }

    public boolean has(String name) {
        return MediaStore.NAME.matcher(name).matches()
                && Files.isRegularFile(directory.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Stores a picture of an export or backup. It is not cleaned again, because it was cleaned at its upload.
     *
     * @return the reason for a refusal; empty on success
     */
    public Optional<String> adopt(String name, InputStream from) throws IOException {
        Matcher parts = MediaStore.NAME.matcher(name);
        if (!parts.matches()) {
            return Optional.of("its name is not that of a picture");
        }
        BufferedInputStream in = new BufferedInputStream(from);
        in.mark(ImageFormat.MAGIC);
        Optional<ImageFormat> type = ImageFormat.of(in.readNBytes(ImageFormat.MAGIC));
        if (type.isEmpty() || !type.get().extension().equals(parts.group(2))) {
            return Optional.of("its content does not match the extension of its name");
        }
        in.reset();
        Path work = PrivateFiles.folder(directory.resolve("incoming")).resolve(name + ".partial");
        try {
            Files.deleteIfExists(work);
            VerifiedFileWriter.write(work, in::transferTo);
            Files.move(work, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            VerifiedFileWriter.forceFolder(directory);
            return Optional.empty();
        } finally {
            Files.deleteIfExists(work);
        }
    }
}
