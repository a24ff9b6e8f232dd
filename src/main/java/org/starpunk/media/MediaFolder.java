package org.starpunk.media;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.regex.Matcher;

/** The folder of the pictures, for files that come back under their own names. Its methods block. */
public final class MediaFolder {

    private final Path directory;

    /** @param dataDir the pictures are in its directory {@code media} */
    public MediaFolder(Path dataDir) {
        this.directory = dataDir.resolve("media");
    }

    public boolean has(String name) {
        return MediaFiles.NAME.matcher(name).matches()
                && Files.isRegularFile(directory.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Takes a picture that this or another site has kept: as it is, for it was cleaned then.
     *
     * @return why it was not taken; empty when it was
     */
    public Optional<String> adopt(String name, InputStream from) throws IOException {
        Matcher parts = MediaFiles.NAME.matcher(name);
        if (!parts.matches()) {
            return Optional.of("it has no name of a picture");
        }
        BufferedInputStream in = new BufferedInputStream(from);
        in.mark(PictureType.MAGIC);
        Optional<PictureType> type = PictureType.of(in.readNBytes(PictureType.MAGIC));
        if (type.isEmpty() || !type.get().extension().equals(parts.group(2))) {
            return Optional.of("it is no picture of the kind that its name says");
        }
        in.reset();
        Path work = Files.createDirectories(directory.resolve("incoming")).resolve(name + ".partial");
        try {
            Files.copy(in, work, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel channel = FileChannel.open(work, StandardOpenOption.READ)) {
                channel.force(true);
            }
            Files.move(work, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            return Optional.empty();
        } finally {
            Files.deleteIfExists(work);
        }
    }
}
