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
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.note.PrivateFiles;
import org.starpunk.view.FileResponse;

/**
 * Cache of feeds of all notes, each in a file of the data directory. All event loops of the process share it. The
 * kernel sends such a file at about 1/500 of the cost of writing the feed again. Like a cached page, a file is valid
 * for the revision at which it was written. It contains only what every reader may see.
 *
 * <p>If a file cannot be written, the feed is written for each reader.
 */
public final class FullFeedCache {

    /** Maximum size of all files together, in bytes. */
    private static final long MAX_BYTES = 256L << 20;

    /** Minimum free space on the disk, in bytes. The rest is reserved for the database. */
    private static final long FREE_BYTES = 1L << 30;

    /** Time until a replaced file is deleted, in milliseconds. A response may be about to open it. */
    private static final long LINGER_MILLIS = 5_000;

    /** Maximum number of readers of unfinished files. Each has one part of a file in memory. */
    private static final int MOST_FOLLOWERS = 64;

    /** Maximum number of readers without a file. Each has one page of notes in memory. */
    private static final int MOST_STREAMS = 4;

    private static final Logger LOG = LoggerFactory.getLogger(FullFeedCache.class);

    private final Path folder;
    private final LongSupplier revision;
    private final Map<String, CachedFeedFile> cachedFiles = new ConcurrentHashMap<>();
    private final Map<String, FullFeedCacheWriter> copies = new ConcurrentHashMap<>();
    private final AtomicInteger followers = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    private record CachedFeedFile(FileResponse file, long revision) {}

    /**
     * Deletes the files of an earlier process. Blocks.
     *
     * @param dataDir data directory; the files are in its folder {@code tmp/feeds}
     * @param revision returns a number that increases with each change of the data that a feed can show
     */
    public FullFeedCache(Path dataDir, LongSupplier revision) {
        this.folder = dataDir.resolve("tmp").resolve("feeds").toAbsolutePath();
        this.revision = revision;
        if (Files.isDirectory(folder)) {
            try (Stream<Path> left = Files.list(folder)) {
                left.forEach(FullFeedCache::deleteNow);
            } catch (IOException | UncheckedIOException e) {
                LOG.debug("cannot empty {}", folder, e);
            }
        }
    }

    long revision() {
        return revision.getAsLong();
    }

    /** Returns the file of a feed for the current revision; null if there is none. */
    @Nullable
    FileResponse fresh(Vertx vertx, String key) {
        CachedFeedFile found = cachedFiles.get(key);
        if (found == null) {
            return null;
        }
        if (found.revision == revision() && new File(found.file.file()).isFile()) {
            return found.file;
        }
        if (cachedFiles.remove(key, found)) {
            discard(vertx, found);
        }
        return null;
    }

    /** Returns the active writer of a feed; registers the given one if there is none. */
    FullFeedCacheWriter startOrJoin(String key, FullFeedCacheWriter own) {
        FullFeedCacheWriter other = copies.putIfAbsent(key, own);
        return other == null ? own : other;
    }

    void completed(String key, FullFeedCacheWriter copy) {
        copies.remove(key, copy);
    }

    /** Reserves a place for a reader of an unfinished file. Returns false if all places are in use. */
    boolean acquireFollower() {
        return tryAcquire(followers, MOST_FOLLOWERS);
    }

    void releaseFollower() {
        followers.decrementAndGet();
    }

    /** Reserves a place for a reader without a file. Returns false if all places are in use. */
    boolean acquireStream() {
        return tryAcquire(streams, MOST_STREAMS);
    }

    void releaseStream() {
        streams.decrementAndGet();
    }

    private static boolean tryAcquire(AtomicInteger count, int max) {
        if (count.incrementAndGet() <= max) {
            return true;
        }
        count.decrementAndGet();
        return false;
    }

    /** Reserves bytes of the maximum size of all files. Returns false if they exceed it. */
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

    /** Creates an empty file. Blocks. */
    FullFeedCacheWriter.FeedFileTarget create() throws IOException {
        Path unused = PrivateFiles.folder(folder);
        checkSpace();
        Path path = PrivateFiles.file(folder.resolve(UUID.randomUUID().toString()));
        return new FullFeedCacheWriter.FeedFileTarget(
                path, FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    /**
     * Checks the free space on the disk. Blocks.
     *
     * @throws IOException if less than 1 GiB is free
     */
    void checkSpace() throws IOException {
        if (Files.getFileStore(folder).getUsableSpace() < FREE_BYTES) {
            throw new IOException("less than 1 GiB is free on the disk");
        }
    }

    /** Closes a complete file, and deletes it if {@code delete} is true. */
    static void close(Vertx vertx, FullFeedCacheWriter.FeedFileTarget target, boolean delete) {
        Future<Object> unused = vertx.executeBlocking(
                () -> {
                    target.channel().close();
                    if (delete) {
                        deleteNow(target.path());
                    }
                    return null;
                },
                false);
        unused.onFailure(failure -> LOG.debug("cannot close {}", target.path(), failure));
    }

    /**
     * Adds a complete file to the cache and discards the previous file of the feed.
     *
     * @param madeAt revision at which the feed was written
     */
    void store(Vertx vertx, String key, FileResponse file, long madeAt) {
        CachedFeedFile old = cachedFiles.put(key, new CachedFeedFile(file, madeAt));
        if (old != null) {
            discard(vertx, old);
        }
    }

    private void discard(Vertx vertx, CachedFeedFile old) {
        release(old.file.size());
        long unused = vertx.setTimer(LINGER_MILLIS, ignored -> delete(vertx, Path.of(old.file.file())));
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
            LOG.debug("cannot delete {}", file, e);
        }
    }
}
