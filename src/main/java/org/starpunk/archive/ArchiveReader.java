package org.starpunk.archive;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of a folder or a ZIP file. The content is not trusted: links are not followed, the JDK's ZIP file
 * system rejects names that lead out of the ZIP, and a file is read only up to its declared size.
 */
public final class ArchiveReader implements Closeable {

    private static final long MAX_ENTRIES = 2_000_000;
    private static final long MAX_TEXT = 16L << 20;

    private final Path root;
    private final @Nullable FileSystem zip;
    private final Map<String, Long> sizes = new HashMap<>();
    private final List<String> paths = new ArrayList<>();
    private long bytes;

    private ArchiveReader(Path root, @Nullable FileSystem zip) {
        this.root = root;
        this.zip = zip;
    }

    /**
     * Opens a folder or a ZIP file.
     *
     * @throws ArchiveException if it is neither, is damaged, or contains names that lead out of it
     */
    public static ArchiveReader open(Path source) throws IOException {
        if (!Files.exists(source)) {
            throw new NoSuchFileException(source.toString());
        }
        ArchiveReader reader;
        if (Files.isDirectory(source)) {
            reader = new ArchiveReader(source, null);
        } else {
            FileSystem opened = openZip(source);
            reader = new ArchiveReader(opened.getPath("/"), opened);
        }
        try {
            reader.list();
            return reader;
        } catch (IOException | RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    private static FileSystem openZip(Path source) throws IOException {
        try {
            return FileSystems.newFileSystem(source, Map.of());
        } catch (ProviderNotFoundException e) {
            throw new ArchiveException(source + " is not a ZIP file", e);
        } catch (IOException | IllegalArgumentException e) {
            throw new ArchiveException(source + " is not a readable ZIP file: " + e.getMessage(), e);
        }
    }

    private void list() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    add(file);
                }
            }
        }
        paths.sort(null);
    }

    private void add(Path file) throws IOException {
        if (paths.size() >= MAX_ENTRIES) {
            throw new ArchiveException("it contains more than " + MAX_ENTRIES + " files", null);
        }
        String path = root.relativize(file).toString().replace('\\', '/');
        long size = Files.size(file);
        paths.add(path);
        sizes.put(path, size);
        bytes += size;
    }

    /** Returns the paths of all files, with slashes, sorted. */
    public List<String> paths() {
        return paths;
    }

    /** Returns the total declared size of all files, uncompressed, in bytes. */
    public long bytes() {
        return bytes;
    }

    public boolean has(String path) {
        return sizes.containsKey(path);
    }

    /** Returns the declared size of a file, in bytes; 0 if it does not exist. */
    public long size(String path) {
        return sizes.getOrDefault(path, 0L);
    }

    /** Returns the declared time of the last change of a file. */
    public Instant changed(String path) throws IOException {
        return Files.getLastModifiedTime(root.resolve(path)).toInstant();
    }

    /**
     * Opens a file. Reading fails after its declared size.
     *
     * @throws ArchiveException if the file does not exist
     */
    public InputStream read(String path) throws IOException {
        if (!has(path)) {
            throw new ArchiveException("it does not contain the file " + path, null);
        }
        return new LengthCheckedStream(Files.newInputStream(root.resolve(path)), path, size(path));
    }

    /**
     * Returns the text of a file.
     *
     * @throws ArchiveException if it is not UTF-8, or larger than 16 MB
     */
    public String text(String path) throws IOException {
        if (size(path) > MAX_TEXT) {
            throw new ArchiveException(path + " is larger than " + (MAX_TEXT >> 20) + " MB", null);
        }
        try (InputStream in = read(path)) {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(in.readAllBytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ArchiveException(path + " is not UTF-8 text", e);
        }
    }

    /** Returns the manifest; empty if there is none. */
    public Optional<JsonObject> manifest() throws IOException {
        if (!has(ArchiveWriter.MANIFEST)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new JsonObject(text(ArchiveWriter.MANIFEST)));
        } catch (DecodeException e) {
            throw new ArchiveException(ArchiveWriter.MANIFEST + " is not JSON", e);
        }
    }

    /** Returns the SHA-256 checksums of the files at the time of writing, in the order of writing. */
    public Map<String, String> sums() throws IOException {
        Map<String, String> sums = new LinkedHashMap<>();
        for (String line : text(ArchiveWriter.SUMS).split("\n")) {
            if (line.length() > 66) {
                sums.put(line.substring(66), line.substring(0, 64));
            }
        }
        return sums;
    }

    /**
     * Reads a file and compares its checksum.
     *
     * @param watch receives the size of each part in bytes; may throw to cancel
     * @throws ArchiveException if the checksum differs
     */
    public void verify(String path, Map<String, String> sums, LongConsumer watch) throws IOException {
        try (InputStream in = read(path)) {
            if (!DurableFiles.sha256(in, watch).equals(sums.get(path))) {
                throw new ArchiveException(path + " was changed: its checksum differs", null);
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (zip != null) {
            zip.close();
        }
    }

    private static final class LengthCheckedStream extends FilterInputStream {

        private final String path;
        private long left;

        private LengthCheckedStream(InputStream in, String path, long size) {
            super(in);
            this.path = path;
            this.left = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int from, int length) throws IOException {
            int read = super.read(buffer, from, length);
            left -= Math.max(0, read);
            if (left < 0) {
                throw new ArchiveException(
                        path + " has more bytes than its declared size: the ZIP file is invalid", null);
            }
            return read;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
