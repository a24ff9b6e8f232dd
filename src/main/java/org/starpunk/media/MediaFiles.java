package org.starpunk.media;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.starpunk.identity.Secret;
import org.starpunk.note.Uploads;

/**
 * The pictures, as files in the data directory, under names that cannot be guessed. One picture is worked on at a time in the
 * whole process, because a decoded one takes up to 50 MB.
 */
public final class MediaFiles implements Uploads {

    /** Pictures whose bytes are copied, not decoded, are held in memory: so they are bounded. */
    private static final long MAX_COPIED = 10L * 1024 * 1024;

    private static final Pattern NAME = Pattern.compile("([A-Za-z0-9_-]{43})(-640)?\\.(jpg|png|gif|webp)");

    private final Path directory;
    private final WorkerExecutor worker;

    /** @param dataDir the pictures are in its directory {@code media} */
    public MediaFiles(Vertx vertx, Path dataDir) {
        this.directory = dataDir.resolve("media");
        this.worker = vertx.createSharedWorkerExecutor("starpunk-media", 1, 60, TimeUnit.SECONDS);
    }

    /** A picture that can be served. */
    record Served(Path file, String mediaType) {}

    @Override
    public Future<String> keep(String file) {
        return worker.executeBlocking(() -> keep(Path.of(file)), false);
    }

    @Override
    public Future<Void> discard(String path) {
        return worker.executeBlocking(() -> delete(path), false).mapEmpty();
    }

    /** The file of a name, in the small size if it is asked for and there is one. Blocks. */
    Optional<Served> find(String name) {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String type = PictureType.ofExtension(parts.group(3)).orElseThrow().mediaType();
        Path asked = directory.resolve(name);
        Path full = directory.resolve(parts.group(1) + '.' + parts.group(3));
        return Optional.of(Files.isRegularFile(asked) ? asked : full)
                .filter(Files::isRegularFile)
                .map(file -> new Served(file, type));
    }

    private String keep(Path file) throws IOException {
        PictureType type = type(file);
        String name = Secret.create();
        Path full = directory.resolve(name + '.' + type.extension());
        Path work = Files.createDirectories(directory.resolve("incoming")).resolve(full.getFileName());
        Path small = work.resolveSibling(name + "-640." + type.extension());
        try {
            write(file, type, work, small);
            if (Files.exists(small)) {
                settle(small, directory.resolve(small.getFileName()));
            }
            settle(work, full);
            force(directory);
            return MediaRoutes.PREFIX + full.getFileName();
        } finally {
            Files.deleteIfExists(work);
            Files.deleteIfExists(small);
        }
    }

    /** Puts a file in its place once its bytes are on the disk: what is acknowledged is there after a power cut. */
    private static void settle(Path work, Path place) throws IOException {
        force(work);
        Files.move(work, place, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static PictureType type(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return PictureType.of(in.readNBytes(PictureType.MAGIC))
                    .orElseThrow(() -> new Refused(400, "This is no picture: JPEG, PNG, GIF and WebP are accepted."));
        }
    }

    private static void write(Path file, PictureType type, Path full, Path small) throws IOException {
        switch (type) {
            case JPEG, PNG -> Raster.write(file, type, full, small);
            case GIF -> gif(file, full);
            case WEBP -> webp(file, full);
        }
    }

    private static void gif(Path file, Path full) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(full))) {
            GifFile.copy(in, out);
        }
    }

    private static void webp(Path file, Path full) throws IOException {
        if (Files.size(file) > MAX_COPIED) {
            throw new Refused(413, "The WebP is larger than 10 MB.");
        }
        Files.write(full, WebpFile.clean(Files.readAllBytes(file)));
    }

    private Boolean delete(String path) throws IOException {
        Matcher parts =
                NAME.matcher(path.startsWith(MediaRoutes.PREFIX) ? path.substring(MediaRoutes.PREFIX.length()) : "");
        if (!parts.matches()) {
            return false;
        }
        Files.deleteIfExists(directory.resolve(parts.group(1) + "-640." + parts.group(3)));
        return Files.deleteIfExists(directory.resolve(parts.group(1) + '.' + parts.group(3)));
    }
}
