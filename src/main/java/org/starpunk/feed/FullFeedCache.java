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
 * Whole feeds as they were last written, each in a file of the data directory, for all event loops of the process. The kernel sends
 * such a file for a five-hundredth of what it costs to write the feed again. As a kept page, a file is as good as the revision that
 * it was made at. It has in it what every reader may see, and nothing else.
 *
 * <p>Files are a help and no more: where one cannot be written, feeds go on being written for each reader.
 */
public final class FullFeedCache {

    /** What all files together may take of the disk, bytes. */
    private static final long MAX_BYTES = 256L << 20;

    /** What must be free on the disk for a file to be begun, bytes: the database needs it more. */
    private static final long FREE_BYTES = 1L << 30;

    /** How long a file that is no longer named stays, milliseconds: someone may just be about to open it. */
    private static final long LINGER_MILLIS = 5_000;

    /** Largest number of readers of files that are being written; each has a part of a file in memory. */
    private static final int MOST_FOLLOWERS = 64;

    /** Largest number of readers without a file; each has a page of notes in memory. */
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
     * Deletes what an earlier process has left. Blocks.
     *
     * @param dataDir the files are in {@code tmp/feeds} of it
     * @param revision counts the changes of whatever a feed can show
     */
    public FullFeedCache(Path dataDir, LongSupplier revision) {
        this.folder = dataDir.resolve("tmp").resolve("feeds").toAbsolutePath();
        this.revision = revision;
        if (Files.isDirectory(folder)) {
            try (Stream<Path> left = Files.list(folder)) {
                left.forEach(FullFeedCache::deleteNow);
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

    /** Returns the copy of a feed that is being written: the given one if there was none. */
    FullFeedCacheWriter startOrJoin(String key, FullFeedCacheWriter own) {
        FullFeedCacheWriter other = copies.putIfAbsent(key, own);
        return other == null ? own : other;
    }

    void completed(String key, FullFeedCacheWriter copy) {
        copies.remove(key, copy);
    }

    /** Takes a place among the readers of files that are being written. Returns false when all are taken. */
    boolean acquireFollower() {
        return tryAcquire(followers, MOST_FOLLOWERS);
    }

    void releaseFollower() {
        followers.decrementAndGet();
    }

    /** Takes a place among the readers without a file. Returns false when all are taken. */
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
    FullFeedCacheWriter.FeedFileTarget create() throws IOException {
        Path unused = PrivateFiles.folder(folder);
        checkSpace();
        Path path = PrivateFiles.file(folder.resolve(UUID.randomUUID().toString()));
        return new FullFeedCacheWriter.FeedFileTarget(
                path, FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    /** Fails when too little is free on the disk. Blocks. */
    void checkSpace() throws IOException {
        if (Files.getFileStore(folder).getUsableSpace() < FREE_BYTES) {
            throw new IOException("too little is free on the disk");
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
        unused.onFailure(failure -> LOG.debug("{} could not be closed", target.path(), failure));
    }

    /** A file is whole, and holds the feed of a revision. */
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
            LOG.debug("{} could not be deleted", file, e);
        }
    }
}
