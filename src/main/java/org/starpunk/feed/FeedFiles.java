package org.starpunk.feed;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.view.SentFile;

/**
 * Whole feeds as they were last written, each in a file of the data directory, for all event loops of the process. The kernel sends
 * such a file for a five-hundredth of what it costs to write the feed anew. As a kept page, a file is as good as the revision that
 * it was made at. It has in it what every reader may see, and nothing else.
 *
 * <p>Files are a help and no more: where one cannot be written, feeds go on being written for each reader.
 */
public final class FeedFiles {

    /** What all files together may take of the disk, bytes. */
    private static final long MAX_BYTES = 256L << 20;

    /** What must be free on the disk for a file to be begun, bytes: the database needs it more. */
    private static final long FREE_BYTES = 1L << 30;

    /** How long a file that is no longer named stays, milliseconds: someone may just be about to open it. */
    private static final long LINGER_MILLIS = 5_000;

    private static final FileAttribute<?> OWN_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> OWN_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private static final Logger LOG = LoggerFactory.getLogger(FeedFiles.class);

    private final Path folder;
    private final LongSupplier revision;
    private final Map<String, Kept> kept = new ConcurrentHashMap<>();
    private final Set<String> copying = ConcurrentHashMap.newKeySet();
    private final AtomicLong bytes = new AtomicLong();

    private record Kept(SentFile file, long revision) {}

    /**
     * Deletes what an earlier process has left. Blocks.
     *
     * @param dataDir the files are in {@code tmp/feeds} of it
     * @param revision counts the changes of whatever a feed can show
     */
    public FeedFiles(Path dataDir, LongSupplier revision) {
        this.folder = dataDir.resolve("tmp").resolve("feeds").toAbsolutePath();
        this.revision = revision;
        if (Files.isDirectory(folder)) {
            try (Stream<Path> left = Files.list(folder)) {
                left.forEach(FeedFiles::deleteNow);
            } catch (IOException | UncheckedIOException e) {
                LOG.debug("{} could not be emptied", folder, e);
            }
        }
    }

    long revision() {
        return revision.getAsLong();
    }

    /** The file of a feed as it is now; null when there is none. */
    @Nullable
    SentFile fresh(Vertx vertx, String key) {
        Kept found = kept.get(key);
        if (found == null) {
            return null;
        }
        if (found.revision == revision() && new File(found.file.file()).isFile()) {
            return found.file;
        }
        if (kept.remove(key, found)) {
            discard(vertx, found);
        }
        return null;
    }

    /** Takes on to write a feed's file; false when someone else is at it. */
    boolean begin(String key) {
        return copying.add(key);
    }

    void ended(String key) {
        copying.remove(key);
    }

    /** Takes room for bytes; false when there is none left. */
    boolean reserve(long more) {
        if (bytes.addAndGet(more) <= MAX_BYTES) {
            return true;
        }
        release(more);
        return false;
    }

    void release(long less) {
        bytes.addAndGet(-less);
    }

    /** A new file, empty. Blocks. */
    FeedCopy.Target create() throws IOException {
        boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (!Files.isDirectory(folder)) {
            Path unused = posix ? Files.createDirectories(folder, OWN_FOLDER) : Files.createDirectories(folder);
        }
        if (Files.getFileStore(folder).getUsableSpace() < FREE_BYTES) {
            throw new IOException("too little is free on the disk");
        }
        Path path = folder.resolve(UUID.randomUUID().toString());
        Path unused = posix ? Files.createFile(path, OWN_FILE) : Files.createFile(path);
        return new FeedCopy.Target(path, FileChannel.open(path, StandardOpenOption.WRITE));
    }

    /** A file is whole, and holds the feed of a revision. */
    void keep(Vertx vertx, String key, SentFile file, long madeAt) {
        Kept old = kept.put(key, new Kept(file, madeAt));
        if (old != null) {
            discard(vertx, old);
        }
    }

    private void discard(Vertx vertx, Kept old) {
        release(old.file.size());
        long unused = vertx.setTimer(LINGER_MILLIS, late -> delete(vertx, Path.of(old.file.file())));
    }

    static void delete(Vertx vertx, Path file) {
        Future<Object> unused = vertx.executeBlocking(
                () -> {
                    deleteNow(file);
                    return null;
                },
                false);
    }

    private static void deleteNow(Path file) {
        try {
            boolean unused = Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.debug("{} could not be deleted", file, e);
        }
    }
}
