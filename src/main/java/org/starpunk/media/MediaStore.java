package org.starpunk.media;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.awt.Dimension;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.identity.SecretTokens;
import org.starpunk.note.MediaSizes;
import org.starpunk.note.PrivateFiles;
import org.starpunk.note.ServedImage;
import org.starpunk.note.UnavailableException;
import org.starpunk.note.UploadStore;

/**
 * Picture store: files in the data directory, under unguessable names. A picture is first copied with only the data
 * that its pixels need, and only that copy is decoded. A picture is acknowledged once all its files are on the disk
 * with verified content.
 */
public final class MediaStore implements UploadStore, MediaSizes {

    private static final Logger LOG = LoggerFactory.getLogger(MediaStore.class);

    /** Maximum size of a picture that is copied without decoding, in bytes, because readers download the whole file. */
    private static final long MAX_COPIED = 10L * 1024 * 1024;

    /** File name of a picture or of one of its narrower copies. */
    static final Pattern NAME =
            Pattern.compile("([A-Za-z0-9_-]{43}(?:-[0-9]{1,5}x[0-9]{1,5})?)(?:-(?:640|1280))?\\.(jpg|png|gif|webp)");

    private final Vertx vertx;
    private final Path directory;
    private final PictureQueue ordinary;
    private final PictureQueue large;

    /** @param dataDir data directory; the pictures are in its subdirectory {@code media} */
    public MediaStore(Vertx vertx, Path dataDir) {
        this.vertx = vertx;
        this.directory = dataDir.resolve("media");
        this.ordinary = PictureQueue.ordinary(vertx);
        this.large = PictureQueue.large(vertx);
    }

    /**
     * A picture file to serve.
     *
     * @param size size in bytes
     * @param changed time of the last change, epoch seconds
     */
    record ServedFile(Path file, long size, long changed, String mediaType) {}

    /** Result of checking an upload: either a picture to decode, or the size of one whose file is complete. */
    private record CheckedUpload(ImageFormat type, @Nullable DecoderInput toDecode, Dimension size) {}

    @Override
    public Future<String> store(String file) {
        String key = SecretTokens.create();
        Path work = directory.resolve("incoming").resolve(key);
        return ordinary.run(vertx, 0, () -> check(Path.of(file), work))
                .compose(checked -> finish(key, checked, work))
                .recover(error -> Future.failedFuture(known(error)))
                .eventually(() -> vertx.executeBlocking(() -> isEmpty(work), false));
    }

    private Future<String> finish(String key, CheckedUpload checked, Path work) {
        DecoderInput clean = checked.toDecode();
        if (clean == null) {
            return ordinary.run(vertx, 0, () -> place(key, checked.type(), checked.size(), work));
        }
        return (clean.isLarge() ? large : ordinary).run(vertx, clean.work(), () -> {
            Dimension size = ImageReencoder.write(work.resolve("clean"), clean, work);
            return place(key, clean.type(), size, work);
        });
    }

    @Override
    public Future<Void> discard(String path) {
        return vertx.executeBlocking(() -> delete(path), false).mapEmpty();
    }

    @Override
    public Future<Map<String, Long>> of(Collection<String> paths) {
        List<String> own = paths.stream()
                .filter(path -> path.startsWith(MediaRoutes.PREFIX))
                .toList();
        return own.isEmpty() ? Future.succeededFuture(Map.of()) : vertx.executeBlocking(() -> sizes(own), false);
    }

    private Map<String, Long> sizes(List<String> paths) throws IOException {
        Map<String, Long> sizes = new HashMap<>();
        for (String path : paths) {
            find(path.substring(MediaRoutes.PREFIX.length())).ifPresent(file -> sizes.put(path, file.size()));
        }
        return sizes;
    }

    /**
     * Returns the file of a name. Falls back to the full picture if the requested narrower copy does not exist. Blocks.
     */
    Optional<ServedFile> find(String name) throws IOException {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String type = ImageFormat.ofExtension(parts.group(2)).orElseThrow().mediaType();
        Path asked = directory.resolve(name);
        Path full = directory.resolve(parts.group(1) + '.' + parts.group(2));
        Path file = Files.isRegularFile(asked, LinkOption.NOFOLLOW_LINKS) ? asked : full;
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        long changed = Files.getLastModifiedTime(file).toMillis() / 1000;
        return Optional.of(new ServedFile(file, Files.size(file), changed, type));
    }

    /** Copies the visible data of a picture: to {@code clean} if it must be decoded, otherwise to {@code full}. */
    private static CheckedUpload check(Path file, Path work) throws IOException {
        ImageFormat type = type(file);
        Path unused = PrivateFiles.folder(work);
        return switch (type) {
            case JPEG, PNG -> clean(file, type, work.resolve("clean"));
            case GIF -> copied(file, type, work.resolve("full"), GifMetadataStripper::copy);
            case WEBP ->
                copied(
                        file,
                        type,
                        work.resolve("full"),
                        (in, out) -> WebpMetadataStripper.copy(in.readAllBytes(), out));
        };
    }

    private static ImageFormat type(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return ImageFormat.of(in.readNBytes(ImageFormat.MAGIC))
                    .orElseThrow(() -> new UploadRefusedException(
                            400, "This is not a picture: JPEG, PNG, GIF and WebP are accepted."));
        }
    }

    private static CheckedUpload clean(Path file, ImageFormat type, Path to) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(PrivateFiles.file(to)), 64 * 1024)) {
            DecoderInput clean =
                    type == ImageFormat.JPEG ? JpegMetadataStripper.copy(in, out) : PngMetadataStripper.copy(in, out);
            return new CheckedUpload(type, clean, new Dimension(clean.width(), clean.height()));
        }
    }

    /** Copies a picture of a format that is not decoded. */
    private interface Copier {
        Dimension copy(InputStream in, OutputStream out) throws IOException;
    }

    private static CheckedUpload copied(Path file, ImageFormat type, Path to, Copier copier) throws IOException {
        if (Files.size(file) > MAX_COPIED) {
            throw new UploadRefusedException(
                    413, "The " + (type == ImageFormat.GIF ? "GIF" : "WebP") + " is larger than 10 MB.");
        }
        Dimension[] size = new Dimension[1];
        try (InputStream in = Files.newInputStream(file)) {
            VerifiedFileWriter.write(to, out -> size[0] = copier.copy(in, out));
        }
        return new CheckedUpload(type, null, size[0]);
    }

    /** Moves finished files to their places, the full picture last. Deletes all of them if a move fails. */
    private String place(String key, ImageFormat type, Dimension size, Path work) throws IOException {
        ServedImage picture = new ServedImage(key, size.width, size.height, type.extension());
        try {
            for (int width : picture.copies()) {
                move(work.resolve(Integer.toString(width)), file(picture.path(width)));
            }
            move(work.resolve("full"), file(picture.path()));
            VerifiedFileWriter.forceFolder(directory);
            return picture.path();
        } catch (IOException | RuntimeException e) {
            boolean unused = delete(picture.path());
            throw e;
        }
    }

    private static void move(Path from, Path to) throws IOException {
        Path unused = Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    private Path file(String path) {
        return directory.resolve(path.substring(MediaRoutes.PREFIX.length()));
    }

    /** Deletes temporary files of a picture. A failure does not fail the upload; a later cleanup deletes them. */
    private static boolean isEmpty(Path folder) {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
            for (Path file : left) {
                Files.delete(file);
            }
            return Files.deleteIfExists(folder);
        } catch (IOException e) {
            LOG.warn("cannot delete {}; a later cleanup will", folder, e);
            return false;
        }
    }

    /** Converts an I/O error to {@link UnavailableException}. Returns other errors unchanged. */
    private static Throwable known(Throwable error) {
        Throwable cause = error instanceof UncheckedIOException unchecked ? unchecked.getCause() : error;
        if (!(cause instanceof IOException)) {
            return error;
        }
        return UnavailableException.ofDisk(cause);
    }

    private boolean delete(String path) throws IOException {
        boolean ours = path.startsWith(MediaRoutes.PREFIX);
        Matcher parts = NAME.matcher(ours ? path.substring(MediaRoutes.PREFIX.length()) : "");
        if (!parts.matches()) {
            return false;
        }
        for (int width : ServedImage.WIDTHS) {
            Files.deleteIfExists(directory.resolve(parts.group(1) + '-' + width + '.' + parts.group(2)));
        }
        return Files.deleteIfExists(directory.resolve(parts.group(1) + '.' + parts.group(2)));
    }

    /** Returns whether the first bytes of a file are those of a supported picture format. */
    public static boolean isPicture(byte[] head) {
        return ImageFormat.of(head).isPresent();
    }
}
