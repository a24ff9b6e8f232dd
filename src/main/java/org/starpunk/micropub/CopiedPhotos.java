package org.starpunk.micropub;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.note.Uploads;
import org.starpunk.outbound.Call;
import org.starpunk.outbound.Outbound;
import org.starpunk.view.FileReceiver;
import org.starpunk.view.MultipartForm;

/** Gets copies of pictures on other sites, so that a reader's browser asks nobody but this site. */
final class CopiedPhotos implements PhotoIntake.PhotoFetcher {

    private static final Logger LOG = LoggerFactory.getLogger(CopiedPhotos.class);
    private static final long MAX_BYTES = 10L * 1024 * 1024;

    private final Vertx vertx;
    private final Outbound outbound;
    private final Uploads uploads;
    private final Path dataDir;

    CopiedPhotos(Vertx vertx, Outbound outbound, Uploads uploads, Path dataDir) {
        this.vertx = vertx;
        this.outbound = outbound;
        this.uploads = uploads;
        this.dataDir = dataDir;
    }

    @Override
    public Future<Optional<String>> fetch(String url, Duration within) {
        return MultipartForm.directory(vertx, dataDir)
                .compose(directory -> copy(url, within, directory.resolve(UUID.randomUUID() + ".copy")))
                .map(Optional::of)
                .recover(error -> {
                    LOG.info("the photo at {} is not copied: {}", url, error.getMessage());
                    return Future.succeededFuture(Optional.empty());
                });
    }

    private Future<String> copy(String url, Duration within, Path file) {
        AtomicReference<@Nullable FileReceiver> receiver = new AtomicReference<>();
        return outbound.send(Call.get(url, "image/*").limits(MAX_BYTES, within), body -> {
                    FileReceiver started = FileReceiver.start(vertx, body, file, MAX_BYTES);
                    receiver.set(started);
                    return started.received();
                })
                .compose(page ->
                        page.ok() ? uploads.keep(file.toString()) : Future.failedFuture("status " + page.status()))
                .onComplete(done -> {
                    FileReceiver started = receiver.get();
                    if (started != null) {
                        started.discard();
                    }
                });
    }
}
