package org.starpunk.admin;

import io.vertx.core.file.FileSystemException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.note.UnavailableException;
import org.starpunk.note.UploadStore;
import org.starpunk.view.MultipartForm;

/** {@code POST /admin/photos}: stores a picture from the composer and returns its address. */
final class PhotoUploadHandler {

    private static final Logger LOG = LoggerFactory.getLogger(PhotoUploadHandler.class);
    private static final String FORM = PhotoUploadHandler.class.getName();

    private final UploadStore uploads;
    private final Path dataDir;
    private final long limit;

    /**
     * @param dataDir parent of {@code media/incoming}, the directory of incomplete uploads
     * @param limit maximum size of a request body, in bytes
     */
    PhotoUploadHandler(UploadStore uploads, Path dataDir, long limit) {
        this.uploads = uploads;
        this.dataDir = dataDir;
        this.limit = limit;
    }

    /**
     * Reads the form and writes its file to the disk. The next handler checks the CSRF token. A failure is sent as
     * JSON.
     */
    void read(RoutingContext ctx) {
        read(ctx, error -> fail(ctx, error));
    }

    /** Does the same for a form without a script. A failure is sent as a page. */
    void readForPage(RoutingContext ctx) {
        read(ctx, ctx::fail);
    }

    private void read(RoutingContext ctx, Consumer<Throwable> failed) {
        if (!isMultipart(ctx)) {
            // The next handler rejects the request, because it has no CSRF token.
            ctx.next();
            return;
        }
        ctx.request().pause();
        MultipartForm.directory(ctx.vertx(), dataDir)
                .compose(directory -> MultipartForm.read(ctx, directory, true, limit))
                .onSuccess(form -> {
                    ctx.put(FORM, form);
                    ctx.next();
                })
                .onFailure(error -> {
                    ctx.request().resume();
                    failed.accept(error);
                });
    }

    private static boolean isMultipart(RoutingContext ctx) {
        String type = ctx.request().getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
    }

    void save(RoutingContext ctx) {
        MultipartForm form = Objects.requireNonNull(ctx.get(FORM), "read by an earlier handler");
        List<String> files = form.files(unused -> true);
        if (files.size() != 1) {
            answer(ctx, 400, "error", "Send one picture at a time.");
            return;
        }
        uploads.store(files.get(0))
                .onSuccess(path -> answer(ctx, 201, "url", path))
                .onFailure(error -> fail(ctx, error));
    }

    /** Returns the path of the only file of the form; empty if there is none or more than one. */
    static Optional<String> only(RoutingContext ctx) {
        MultipartForm form = Objects.requireNonNull(ctx.get(FORM), "read by an earlier handler");
        List<String> files = form.files(unused -> true);
        return files.size() == 1 ? Optional.of(files.get(0)) : Optional.empty();
    }

    private static void fail(RoutingContext ctx, Throwable error) {
        if (error instanceof UploadStore.UploadRefusedException refused) {
            answer(ctx, refused.status(), "error", String.valueOf(refused.getMessage()));
        } else if (error instanceof HttpException invalid && invalid.getStatusCode() < 500) {
            answer(ctx, invalid.getStatusCode(), "error", String.valueOf(invalid.getPayload()));
        } else if (error instanceof UnavailableException unavailable) {
            unavailable(ctx, unavailable);
        } else if (error instanceof IOException || error instanceof FileSystemException) {
            unavailable(ctx, UnavailableException.ofDisk(error));
        } else if (!ctx.response().ended()) {
            ctx.fail(error);
        }
    }

    private static void unavailable(RoutingContext ctx, UnavailableException error) {
        LOG.warn("a picture was not stored: {}", error.getMessage());
        ctx.response().putHeader(HttpHeaders.RETRY_AFTER, "5");
        answer(
                ctx,
                503,
                "error",
                "The picture was not stored: " + error.getMessage() + ". Try again in a few seconds.");
    }

    private static void answer(RoutingContext ctx, int status, String name, String value) {
        if (ctx.response().ended() || ctx.response().closed()) {
            return;
        }
        ctx.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(new JsonObject().put(name, value).toBuffer())
                .onFailure(gone -> LOG.debug("the client went away", gone));
    }
}
