package org.starpunk.server;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the disk of the data is full, for the public health check. Read at most once a second. Used on one event loop. */
final class DiskState {

    /** With less space than this, in bytes, most writes fail. */
    static final long FULL = 1L << 20;

    private static final long VALID_NANOS = 1_000_000_000L;

    private final Vertx vertx;
    private final Path dataDir;
    private Future<JsonObject> last = Future.succeededFuture(new JsonObject());
    private long askedNanos = System.nanoTime() - VALID_NANOS;

    DiskState(Vertx vertx, Path dataDir) {
        this.vertx = vertx;
        this.dataDir = dataDir;
    }

    /** Returns the fields that a full disk adds to the answer of a site that is up; none when there is space. */
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
