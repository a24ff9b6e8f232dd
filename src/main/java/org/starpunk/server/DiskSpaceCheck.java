package org.starpunk.server;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether the disk of the data directory is full, for the public health check. It is read at most once a second. Not
 * thread-safe: it belongs to one event loop.
 */
final class DiskSpaceCheck {

    /** Free space below which most writes fail, bytes. */
    static final long FULL = 1L << 20;

    private static final long VALID_NANOS = 1_000_000_000L;

    private final Vertx vertx;
    private final Path dataDir;
    private Future<JsonObject> last = Future.succeededFuture(new JsonObject());
    private long askedNanos = System.nanoTime() - VALID_NANOS;

    DiskSpaceCheck(Vertx vertx, Path dataDir) {
        this.vertx = vertx;
        this.dataDir = dataDir;
    }

    /** Returns the fields that a full disk adds to the response of a site that is up; empty if there is space. */
    Future<JsonObject> state() {
        long now = System.nanoTime();
        if (now - askedNanos >= VALID_NANOS) {
            askedNanos = now;
            last = vertx.executeBlocking(() -> Files.getFileStore(dataDir).getUsableSpace() < FULL, false)
                    .otherwise(false) // the database check reports a missing directory
                    .map(full ->
                            full ? new JsonObject().put("status", "degraded").put("disk", "full") : new JsonObject());
        }
        return last;
    }
}
