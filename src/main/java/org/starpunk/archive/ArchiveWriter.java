package org.starpunk.archive;

import io.vertx.core.json.JsonObject;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.function.LongConsumer;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.PrivateFiles;

/**
 * Writes a folder or a ZIP file. It has a temporary name until it is complete and flushed to the disk, so a file under
 * the final name is always complete. It also contains {@code SHA256SUMS}, in the format of {@code sha256sum -c}, and
 * {@code manifest.json} with its description.
 */
public final class ArchiveWriter implements Closeable {

    static final String MANIFEST = "manifest.json";
    static final String SUMS = "SHA256SUMS";
    private static final String PARTIAL = ".partial";

    private final Path target;
    private final Path partial;
    private final @Nullable ZipOutputStream zip;
    private final LongConsumer watch;
    private final StringBuilder sums = new StringBuilder();
    private long files;
    private boolean finished;

    private ArchiveWriter(Path target, Path partial, @Nullable ZipOutputStream zip, LongConsumer watch) {
        this.target = target;
        this.partial = partial;
        this.zip = zip;
        this.watch = watch;
    }

    /** Writes the content of an entry. */
    @FunctionalInterface
    public interface ContentWriter {
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Starts an archive that only this user can read. A name that ends in {@code .zip} creates a ZIP file, any other
     * name a folder.
     *
     * @param watch receives the size of each part in bytes; may throw to cancel
     * @throws FileAlreadyExistsException if the file exists, or a folder that is not empty
     */
    public static ArchiveWriter begin(Path wanted, LongConsumer watch) throws IOException {
        Path target = wanted.toAbsolutePath().normalize();
        if (Files.exists(target) && !DurableFiles.isEmptyFolder(target)) {
            throw new FileAlreadyExistsException(target.toString());
        }
        Path partial = target.resolveSibling(target.getFileName() + PARTIAL);
        DurableFiles.deleteAll(partial);
        Files.createDirectories(partial.getParent() == null ? target : partial.getParent());
        if (!target.toString().toLowerCase(Locale.ROOT).endsWith(".zip")) {
            return new ArchiveWriter(target, PrivateFiles.folder(partial), null, watch);
        }
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(PrivateFiles.file(partial)), 1 << 16);
        return new ArchiveWriter(target, partial, new ZipOutputStream(out), watch);
    }

    /**
     * Adds a file.
     *
     * @param path path in the archive, with slashes
     * @param squeezed whether to compress it in a ZIP; pictures are already compressed
     */
    public void add(String path, boolean squeezed, ContentWriter content) throws IOException {
        MessageDigest digest = DurableFiles.sha256();
        try (OutputStream out = open(path, squeezed)) {
            content.writeTo(new CountingStream(new DigestOutputStream(out, digest), watch));
        }
        files++;
        sums.append(HexFormat.of().formatHex(digest.digest()))
                .append("  ")
                .append(path)
                .append('\n');
    }

    /** Adds a file of this machine. */
    public void add(String path, boolean squeezed, Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            add(path, squeezed, out -> in.transferTo(out));
        }
    }

    /** Returns the number of added files. */
    public long files() {
        return files;
    }

    private OutputStream open(String path, boolean squeezed) throws IOException {
        ZipOutputStream packing = zip;
        if (packing == null) {
            Path file = partial.resolve(path);
            Path unused = PrivateFiles.folder(Objects.requireNonNull(file.getParent(), "a file is in a folder"));
            return new BufferedOutputStream(Files.newOutputStream(PrivateFiles.file(file)));
        }
        packing.setLevel(squeezed ? Deflater.BEST_SPEED : Deflater.NO_COMPRESSION);
        packing.putNextEntry(new ZipEntry(path));
        return new ZipEntryStream(packing);
    }

    private static final class CountingStream extends FilterOutputStream {

        private final LongConsumer watch;

        private CountingStream(OutputStream out, LongConsumer watch) {
            super(out);
            this.watch = watch;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
            watch.accept(length);
        }
    }

    /** ZIP entry. Closing it does not close the ZIP. */
    private static final class ZipEntryStream extends FilterOutputStream {

        private ZipEntryStream(ZipOutputStream zip) {
            super(zip);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
        }

        @Override
        public void close() throws IOException {
            ((ZipOutputStream) out).closeEntry();
        }
    }

    /**
     * Writes the checksums and the manifest, flushes everything to the disk, and renames the archive to its final name.
     *
     * @return final path
     */
    public Path finish(JsonObject manifest) throws IOException {
        write(SUMS, sums.toString());
        write(MANIFEST, manifest.encodePrettily() + "\n");
        if (zip != null) {
            zip.close();
            DurableFiles.force(partial);
        } else {
            DurableFiles.forceAll(partial);
            Files.deleteIfExists(target); // an empty folder with that name
        }
        try {
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("the disk of " + target + " cannot rename a file in one step", e);
        }
        finished = true;
        DurableFiles.force(target.getParent());
        return target;
    }

    private void write(String path, String text) throws IOException {
        try (OutputStream out = open(path, true)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Deletes an unfinished archive. */
    @Override
    public void close() {
        if (finished) {
            return;
        }
        try {
            if (zip != null) {
                zip.close();
            }
        } catch (IOException e) {
            // The file is deleted below.
        }
        try {
            DurableFiles.deleteAll(partial);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
