package org.starpunk.feed;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.view.FileResponse;

/**
 * Writes a feed of all notes to a file, as fast as the disk allows. The readers read the part that is already written:
 * one rendering serves all concurrent readers, and a slow reader does not delay the others.
 *
 * <p>Thread-safe. The event loop of the first request writes; all event loops read.
 */
final class FullFeedCacheWriter {

    private static final Logger LOG = LoggerFactory.getLogger(FullFeedCacheWriter.class);

    /** Size of the part that one reader has in memory, in bytes. */
    private static final int PART = 64 * 1024;

    private final Vertx vertx;
    private final FullFeedCache files;
    private final String key;
    private final String etag;
    private final String type;
    private final long revision;
    private final Promise<Void> end = Promise.promise();
    private final List<Promise<Void>> waiting = new ArrayList<>();
    private @Nullable FeedFileTarget target;
    private @Nullable Throwable failure;
    private long size;
    private long reserved;
    private int readers;
    private boolean room = true;
    private boolean complete;
    private boolean kept;

    /**
     * @param key identifies the feed
     * @param etag strong, quoted entity tag of the feed at the revision
     * @param type Content-Type
     * @param revision revision of the site before the first note is read
     */
    FullFeedCacheWriter(Vertx vertx, FullFeedCache files, String key, String etag, String type, long revision) {
        this.vertx = vertx;
        this.files = files;
        this.key = key;
        this.etag = etag;
        this.type = type;
        this.revision = revision;
    }

    /** Open file of a feed. */
    record FeedFileTarget(Path path, FileChannel channel) {

        private void append(Buffer part) throws IOException {
            ByteBuffer rest = ByteBuffer.wrap(part.getBytes());
            while (rest.hasRemaining()) {
                int unused = channel.write(rest);
            }
        }

        private Buffer read(long position, int length) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, position + bytes.position()) < 0) {
                    throw new EOFException("the file of a feed was truncated");
                }
            }
            return Buffer.buffer(bytes.array());
        }
    }

    long revision() {
        return revision;
    }

    /** Completes when the file is complete or writing has failed. Always succeeds. */
    Future<Void> end() {
        return end.future();
    }

    /** Writes the feed in a loop of callbacks, because a chain of futures would grow with the number of notes. */
    void write(FullFeedRenderer pages) {
        vertx.executeBlocking(files::create, false)
                .onSuccess(opened -> {
                    open(opened);
                    writeNext(pages, opened);
                })
                .onFailure(this::fail);
    }

    private synchronized void open(FeedFileTarget opened) {
        target = opened;
    }

    private void writeNext(FullFeedRenderer pages, FeedFileTarget opened) {
        if (isAbandoned()) {
            fail(new IOException("the feed has no readers left, and the site has changed"));
            return;
        }
        pages.nextPage()
                .compose(part -> vertx.executeBlocking(
                                () -> {
                                    files.checkSpace();
                                    opened.append(part);
                                    return null;
                                },
                                false)
                        .onSuccess(unused -> grow(part.length())))
                .onSuccess(unused -> {
                    if (pages.isEnded()) {
                        finish(opened);
                    } else {
                        writeNext(pages, opened);
                    }
                })
                .onFailure(this::fail);
    }

    private synchronized boolean isAbandoned() {
        return readers == 0 && revision != files.revision();
    }

    private void grow(int bytes) {
        List<Promise<Void>> told;
        synchronized (this) {
            size += bytes;
            room = room && files.reserve(bytes);
            reserved += room ? bytes : 0;
            told = List.copyOf(waiting);
            waiting.clear();
        }
        told.forEach(Promise::tryComplete);
    }

    /** Adds the complete file to the cache, unless the site has changed or the files exceed the maximum size. */
    private void finish(FeedFileTarget opened) {
        boolean keep;
        synchronized (this) {
            complete = true;
            keep = room && revision == files.revision();
            kept = keep;
        }
        if (keep) {
            files.store(vertx, key, FileResponse.undated(opened.path().toString(), size, etag, type), revision);
        }
        complete();
    }

    private void fail(Throwable cause) {
        LOG.debug("the feed {} is not cached in a file", key, cause);
        synchronized (this) {
            failure = cause;
        }
        complete();
    }

    private void complete() {
        List<Promise<Void>> told;
        synchronized (this) {
            told = List.copyOf(waiting);
            waiting.clear();
        }
        files.completed(key, this);
        told.forEach(Promise::tryComplete);
        end.complete();
        clean();
    }

    /** Adds a reader, which must call {@link #leave}. Returns false if the file may already be deleted. */
    synchronized boolean addReader() {
        if (failure != null || (complete && readers == 0)) {
            return false;
        }
        readers++;
        return true;
    }

    void leave() {
        synchronized (this) {
            readers--;
        }
        clean();
    }

    /** Closes the file when it is complete and has no readers. Deletes it if it is not in the cache. */
    private void clean() {
        FeedFileTarget closed;
        boolean delete;
        synchronized (this) {
            if (readers > 0 || !(complete || failure != null) || target == null) {
                return;
            }
            closed = target;
            target = null;
            delete = !kept;
            if (delete) {
                files.release(reserved);
            }
        }
        FullFeedCache.close(vertx, closed, delete);
    }

    /** Returns the complete file for a registered reader; null if writing has failed. */
    synchronized @Nullable FileResponse file() {
        return complete && target != null ? FileResponse.undated(target.path().toString(), size, etag, type) : null;
    }

    /**
     * Reads the next part, and waits for the writer if necessary. Completes on the caller's event loop.
     *
     * @param position offset of the part, in bytes
     * @return an empty buffer at the end of the feed
     */
    Future<Buffer> read(long position) {
        Promise<Void> more;
        synchronized (this) {
            FeedFileTarget opened = target;
            if (failure != null) {
                return Future.failedFuture(failure);
            }
            if (position < size && opened != null) {
                int length = (int) Math.min(PART, size - position);
                return vertx.executeBlocking(() -> opened.read(position, length), false);
            }
            if (complete) {
                return Future.succeededFuture(Buffer.buffer());
            }
            more = ((ContextInternal) vertx.getOrCreateContext()).promise();
            waiting.add(more);
        }
        return more.future().compose(unused -> read(position));
    }
}
