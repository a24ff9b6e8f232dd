package org.starpunk.feed;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.view.SentFile;

/** A feed on its way into a file, while it is sent to its first reader. Belongs to one event loop. Whatever fails, fails quietly. */
final class FeedCopy {

    private static final Logger LOG = LoggerFactory.getLogger(FeedCopy.class);

    private final Vertx vertx;
    private final FeedFiles files;
    private final String key;
    private final String etag;
    private final String type;
    private final long revision;
    private Future<Target> written;
    private long size;
    private boolean over;

    private FeedCopy(Vertx vertx, FeedFiles files, String key, String etag, String type, long revision) {
        this.vertx = vertx;
        this.files = files;
        this.key = key;
        this.etag = etag;
        this.type = type;
        this.revision = revision;
        this.written = vertx.executeBlocking(files::create, false);
    }

    /** An open file. */
    record Target(Path path, FileChannel channel) {

        Target write(byte[] bytes) throws IOException {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                int unused = channel.write(rest);
            }
            return this;
        }

        Target close() throws IOException {
            channel.close();
            return this;
        }
    }

    /**
     * Begins to copy.
     *
     * @param key names the feed
     * @param etag the strong, quoted tag of the feed at the revision
     * @param revision of when the feed's first note is not yet read
     * @return null when someone else is at it
     */
    static @Nullable FeedCopy begin(Vertx vertx, FeedFiles files, String key, String etag, String type, long revision) {
        return files.begin(key) ? new FeedCopy(vertx, files, key, etag, type, revision) : null;
    }

    /** Adds the next part; completes when it is written, or not wanted any longer. */
    Future<?> write(byte[] part) {
        if (over) {
            return Future.succeededFuture();
        }
        if (revision != files.revision() || !files.reserve(part.length)) {
            drop();
            return Future.succeededFuture();
        }
        size += part.length;
        written = written.compose(target -> vertx.executeBlocking(() -> target.write(part), false));
        return written.onFailure(this::failed).otherwiseEmpty();
    }

    private void failed(Throwable failure) {
        if (!over) {
            LOG.debug("the feed {} is not kept in a file", key, failure);
            drop();
        }
    }

    /** That was all: from now on the file answers, unless the site has changed meanwhile. */
    void keep() {
        if (over) {
            return;
        }
        over = true;
        Future<Target> unused = written.compose(target -> vertx.executeBlocking(target::close, false))
                .onSuccess(this::closed)
                .onFailure(failure -> {
                    LOG.debug("the feed {} is not kept in a file", key, failure);
                    throwAway();
                });
    }

    private void closed(Target target) {
        if (revision != files.revision()) {
            throwAway();
            return;
        }
        SentFile file = SentFile.undated(target.path().toString(), size, etag, type);
        files.keep(vertx, key, file, revision);
        files.ended(key);
    }

    /** The feed will not come to its end. */
    void drop() {
        if (!over) {
            over = true;
            throwAway();
        }
    }

    private void throwAway() {
        files.release(size);
        files.ended(key);
        Future<Target> unused = written.compose(target -> vertx.executeBlocking(target::close, false)
                .onComplete(closed -> FeedFiles.delete(vertx, target.path())));
    }
}
