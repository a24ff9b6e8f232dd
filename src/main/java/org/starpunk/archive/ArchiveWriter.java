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
 * A folder or a ZIP file that is being written. It has a temporary name until it is whole and on the disk: whoever finds it under
 * its own name has all of it. Beside the files it holds {@code SHA256SUMS}, as {@code sha256sum -c} reads it, and
 * {@code manifest.json}, which says what it is.
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

    /** What writes an entry's bytes. */
    @FunctionalInterface
    public interface ContentWriter {
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Begins to write; only this user may read what is written. A name that ends in {@code .zip} gets a ZIP file, any other a folder.
     *
     * @param watch is told of each piece how many bytes it has; may throw to end the work
     * @throws FileAlreadyExistsException when the ZIP file, or a folder that is not empty, is there already
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
     * @param path its name, with slashes
     * @param squeezed whether a ZIP is to compress it; pictures are compressed already
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

    /** How many files were added. */
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

    /** An entry of the ZIP: closing it leaves the ZIP open. */
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

    /** Writes the checksums and the manifest, sees to it that all is on the disk, and gives it its name. */
    public Path finish(JsonObject manifest) throws IOException {
        write(SUMS, sums.toString());
        write(MANIFEST, manifest.encodePrettily() + "\n");
        if (zip != null) {
            zip.close();
            DurableFiles.force(partial);
        } else {
            DurableFiles.forceAll(partial);
            Files.deleteIfExists(target); // an empty folder of that name
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

    /** Leaves nothing behind when it was not finished. */
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
            // It is thrown away in any case.
        }
        try {
            DurableFiles.deleteAll(partial);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
