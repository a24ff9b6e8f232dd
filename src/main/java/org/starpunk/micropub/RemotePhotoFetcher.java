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
import org.starpunk.note.UploadStore;
import org.starpunk.outbound.OutboundRequest;
import org.starpunk.outbound.PublicHttpClient;
import org.starpunk.view.FileUploadWriter;
import org.starpunk.view.MultipartForm;

/** Copies pictures of other sites, so that readers' browsers send requests to this site only. */
final class RemotePhotoFetcher implements PhotoAttachments.PhotoFetcher {

    private static final Logger LOG = LoggerFactory.getLogger(RemotePhotoFetcher.class);
    private static final long MAX_BYTES = 10L * 1024 * 1024;

    private final Vertx vertx;
    private final PublicHttpClient httpClient;
    private final UploadStore uploads;
    private final Path dataDir;

    RemotePhotoFetcher(Vertx vertx, PublicHttpClient httpClient, UploadStore uploads, Path dataDir) {
        this.vertx = vertx;
        this.httpClient = httpClient;
        this.uploads = uploads;
        this.dataDir = dataDir;
    }

    @Override
    public Future<Optional<String>> fetch(String url, Duration within) {
        return MultipartForm.directory(vertx, dataDir)
                .compose(directory -> copy(url, within, directory.resolve(UUID.randomUUID() + ".copy")))
                .map(Optional::of)
                .recover(error -> {
                    LOG.info("cannot copy the photo at {}: {}", url, error.getMessage());
                    return Future.succeededFuture(Optional.empty());
                });
    }

    private Future<String> copy(String url, Duration within, Path file) {
        AtomicReference<@Nullable FileUploadWriter> receiver = new AtomicReference<>();
        return httpClient
                .send(OutboundRequest.get(url, "image/*").limits(MAX_BYTES, within), body -> {
                    FileUploadWriter started = FileUploadWriter.start(vertx, body, file, MAX_BYTES);
                    receiver.set(started);
                    return started.received();
                })
                .compose(outboundResponse -> outboundResponse.ok()
                        ? uploads.store(file.toString())
                        : Future.failedFuture("status " + outboundResponse.status()))
                .onComplete(unused -> {
                    FileUploadWriter started = receiver.get();
                    if (started != null) {
                        started.discard();
                    }
                });
    }
}
