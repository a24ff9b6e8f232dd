package org.starpunk.view;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.streams.ReadStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a stream from the network to a new file. Vert.x's {@code streamToFileSystem} does not report the error of a
 * write that is still in progress when the last part arrives. This class waits for every write, then compares size and
 * checksum of the file with the received bytes. It must be used on the event loop that created it.
 */
public final class FileUploadWriter {

    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    /** Permissions of a received file; null if the file system does not support permissions. */
    static final @Nullable String OWN_FILE = POSIX ? "rw-------" : null;

    /** Permissions of the folder of received files; null if the file system does not support permissions. */
    static final @Nullable String OWN_FOLDER = POSIX ? "rwx------" : null;

    private static final Logger LOG = LoggerFactory.getLogger(FileUploadWriter.class);
    private static final int BUFFER = 64 * 1024;

    private final Vertx vertx;
    private final ReadStream<Buffer> from;
    private final Path path;
    private final long limit;
    private final Promise<Void> received = Promise.promise();
    private final Promise<Void> closed = Promise.promise();
    private final CRC32C checksum = new CRC32C();
    private @Nullable AsyncFile file;
    private @Nullable Throwable failure;

    /** Error of the stream. The rest of the stream may still arrive after it. */
    private @Nullable Throwable lost;

    private long size;
    private int writing;
    private boolean ended;
    private boolean closing;

    private FileUploadWriter(Vertx vertx, ReadStream<Buffer> from, Path path, long limit) {
        this.vertx = vertx;
        this.from = from;
        this.path = path;
        this.limit = limit;
    }

    /**
     * Starts receiving. Pauses the stream when writes are slower than the network.
     *
     * @param path path of the new file, which must not exist
     * @param limit maximum size, in bytes; a larger stream fails
     */
    public static FileUploadWriter start(Vertx vertx, ReadStream<Buffer> from, Path path, long limit) {
        FileUploadWriter receiver = new FileUploadWriter(vertx, from, path, limit);
        receiver.open();
        return receiver;
    }

    /** Completes when the file contains all received bytes. Fails with the first error of reading or writing. */
    public Future<Void> received() {
        return received.future();
    }

    /** Returns the path of the file. */
    public Path path() {
        return path;
    }

    /** Stops receiving, and deletes the file after it is closed. */
    public void discard() {
        fail(new IOException("the upload was cancelled"));
        closed.future()
                .onComplete(unused -> vertx.executeBlocking(() -> Files.deleteIfExists(path), false)
                        .onFailure(error -> LOG.warn("cannot delete {}; a later cleanup will", path, error)));
    }

    private void open() {
        from.pause();
        from.exceptionHandler(this::lost);
        OpenOptions options =
                new OpenOptions().setRead(false).setCreateNew(true).setPerms(OWN_FILE);
        vertx.fileSystem()
                .open(path.toString(), options)
                .onSuccess(this::opened)
                .onFailure(error -> {
                    closing = true;
                    closed.complete();
                    fail(error);
                });
    }

    private void opened(AsyncFile opened) {
        file = opened;
        from.handler(part -> receive(opened, part));
        from.endHandler(unused -> {
            ended = true;
            complete();
        });
        if (lost != null) {
            readRest(lost);
        } else {
            from.resume();
        }
        complete();
    }

    /**
     * Reads the rest after an error of the stream. Vert.x reports a closed connection before it delivers the data that
     * arrived while the stream was paused, and this data often includes the end of the stream.
     */
    private void lost(Throwable error) {
        if (lost == null) {
            lost = error;
            if (file != null) {
                readRest(error);
            }
        }
    }

    /**
     * Resumes the stream, which delivers the rest in a task of this event loop. The next task fails a stream that has
     * not ended.
     */
    private void readRest(Throwable error) {
        from.resume();
        vertx.runOnContext(unused -> {
            if (!ended) {
                fail(error);
            }
        });
    }

    private void receive(AsyncFile to, Buffer part) {
        if (failure != null) {
            return;
        }
        size += part.length();
        if (size > limit) {
            fail(new IOException("more than " + limit + " bytes"));
            return;
        }
        checksum.update(part.getBytes());
        writing++;
        to.write(part).onComplete(written -> {
            writing--;
            if (written.failed()) {
                fail(written.cause());
            }
            complete();
        });
        if (to.writeQueueFull() && lost == null) {
            from.pause();
            to.drainHandler(unused -> from.resume());
        }
    }

    /**
     * Stores the first failure. Reads and discards the rest of the stream, so that the client receives the response.
     */
    private void fail(Throwable error) {
        if (failure == null) {
            failure = error;
            if (file == null) {
                from.handler(unused -> {});
            }
            from.resume();
        }
        received.tryFail(failure);
        complete();
    }

    private void complete() {
        if (file == null || closing || writing > 0 || (!ended && failure == null)) {
            return;
        }
        closing = true;
        file.close().onComplete(done -> {
            closed.complete();
            if (failure != null || done.failed()) {
                received.tryFail(failure == null ? done.cause() : failure);
            } else {
                vertx.executeBlocking(() -> compare(size, checksum.getValue()), false)
                        .onSuccess(unused -> received.tryComplete())
                        .onFailure(received::tryFail);
            }
        });
    }

    private boolean compare(long expectedSize, long expectedChecksum) throws IOException {
        CRC32C found = new CRC32C();
        long bytes = 0;
        try (InputStream in = Files.newInputStream(path)) {
            byte[] buffer = new byte[BUFFER];
            int read = in.read(buffer);
            while (read >= 0) {
                found.update(buffer, 0, read);
                bytes += read;
                read = in.read(buffer);
            }
        }
        if (bytes != expectedSize || found.getValue() != expectedChecksum) {
            throw new IOException(path.getFileName() + " differs from the received bytes");
        }
        return true;
    }
}
