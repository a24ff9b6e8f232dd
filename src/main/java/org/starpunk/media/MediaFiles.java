package org.starpunk.media;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.awt.Dimension;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.starpunk.identity.Secret;
import org.starpunk.note.Picture;
import org.starpunk.note.Uploads;

/**
 * The pictures, as files in the data directory, under names that cannot be guessed. One picture is worked on at a time in the
 * whole process, because a decoded one takes up to 50 MB.
 */
public final class MediaFiles implements Uploads {

    /** Pictures whose bytes are copied, not decoded, are held in memory: so they are bounded. */
    private static final long MAX_COPIED = 10L * 1024 * 1024;

    /** The name of a picture, or of one of its narrower copies. */
    static final Pattern NAME =
            Pattern.compile("([A-Za-z0-9_-]{43}(?:-[0-9]{1,5}x[0-9]{1,5})?)(?:-(?:640|1280))?\\.(jpg|png|gif|webp)");

    private final Path directory;
    private final WorkerExecutor worker;

    /** @param dataDir the pictures are in its directory {@code media} */
    public MediaFiles(Vertx vertx, Path dataDir) {
        this.directory = dataDir.resolve("media");
        this.worker = vertx.createSharedWorkerExecutor("starpunk-media", 1, 60, TimeUnit.SECONDS);
    }

    /** A picture that can be served. */
    record Served(Path file, long size, long changed, String mediaType) {}

    @Override
    public Future<String> keep(String file) {
        return worker.executeBlocking(() -> keep(Path.of(file)), false);
    }

    @Override
    public Future<Void> discard(String path) {
        return worker.executeBlocking(() -> delete(path), false).mapEmpty();
    }

    /** The file of a name; the full picture where a narrower copy is asked for that there is not. Blocks. */
    Optional<Served> find(String name) throws IOException {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String type = PictureType.ofExtension(parts.group(2)).orElseThrow().mediaType();
        Path asked = directory.resolve(name);
        Path full = directory.resolve(parts.group(1) + '.' + parts.group(2));
        Path file = Files.isRegularFile(asked, LinkOption.NOFOLLOW_LINKS) ? asked : full;
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        long changed = Files.getLastModifiedTime(file).toMillis() / 1000;
        return Optional.of(new Served(file, Files.size(file), changed, type));
    }

    private String keep(Path file) throws IOException {
        PictureType type = type(file);
        String key = Secret.create();
        Path work = Files.createDirectories(directory.resolve("incoming").resolve(key));
        try {
            Dimension size = write(file, type, work);
            Picture picture = new Picture(key, size.width, size.height, type.extension());
            for (int width : picture.copies()) {
                settle(work.resolve(Integer.toString(width)), file(picture.path(width)));
            }
            settle(work.resolve("full"), file(picture.path()));
            force(directory);
            return picture.path();
        } finally {
            empty(work);
        }
    }

    private Path file(String path) {
        return directory.resolve(path.substring(MediaRoutes.PREFIX.length()));
    }

    private static void empty(Path folder) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
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

    /** Writes the picture, as {@code full}, and its narrower copies, into a folder of its own. */
    private static Dimension write(Path file, PictureType type, Path work) throws IOException {
        return switch (type) {
            case JPEG, PNG -> Raster.write(file, type, work);
            case GIF -> gif(file, work.resolve("full"));
            case WEBP -> webp(file, work.resolve("full"));
        };
    }

    private static Dimension gif(Path file, Path full) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(full))) {
            return GifFile.copy(in, out);
        }
    }

    private static Dimension webp(Path file, Path full) throws IOException {
        if (Files.size(file) > MAX_COPIED) {
            throw new Refused(413, "The WebP is larger than 10 MB.");
        }
        try (OutputStream out = Files.newOutputStream(full)) {
            return WebpFile.copy(Files.readAllBytes(file), out);
        }
    }

    private Boolean delete(String path) throws IOException {
        boolean ours = path.startsWith(MediaRoutes.PREFIX);
        Matcher parts = NAME.matcher(ours ? path.substring(MediaRoutes.PREFIX.length()) : "");
        if (!parts.matches()) {
            return false;
        }
        for (int width : Picture.WIDTHS) {
            Files.deleteIfExists(directory.resolve(parts.group(1) + '-' + width + '.' + parts.group(2)));
        }
        return Files.deleteIfExists(directory.resolve(parts.group(1) + '.' + parts.group(2)));
    }
}
