package org.starpunk.view;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Body of the type {@code multipart/form-data}: fields, and files in a directory, which are deleted when the response
 * ends.
 *
 * <p>Vert.x decodes the fields only after it has read the complete body, so a token in the body is available only after
 * the files. Until then the files stay in memory, within the limit of a form.
 */
public final class MultipartForm {

    private static final Logger LOG = LoggerFactory.getLogger(MultipartForm.class);
    private static final int MAX_FILES = 50;
    private static final int TAIL = 256;
    private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";\\s]+)", Pattern.CASE_INSENSITIVE);

    private final Promise<Void> read = Promise.promise();
    private final List<UploadedFile> uploads = new ArrayList<>();
    private final HttpServerRequest request;
    private final Vertx vertx;
    private final Path directory;
    private final boolean toDisk;
    private final long limit;
    private long bytes;
    private Buffer tail = Buffer.buffer();
    private boolean ended;

    private MultipartForm(RoutingContext ctx, Path directory, boolean toDisk, long limit) {
        this.request = ctx.request();
        this.vertx = ctx.vertx();
        this.directory = directory;
        this.toDisk = toDisk;
        this.limit = limit;
    }

    /**
     * Uploaded file.
     *
     * @param field name of the form field
     * @param path path of the file
     * @param buffered content, if it is in memory
     * @param receiver writer, if the file is streamed to disk; null otherwise
     */
    private record UploadedFile(
            String field,
            Path path,
            Buffer buffered,
            @Nullable FileUploadWriter receiver) {}

    /**
     * Reads the body of a paused request. Fails with {@link HttpException}: 400 for a malformed form, 413 for one that
     * is too large. Fails with the I/O error if a file cannot be written.
     *
     * @param directory directory for the files
     * @param toDisk whether files are streamed to disk; false keeps them in memory until {@link #write}
     * @param limit maximum size of the body, in bytes
     */
    public static Future<MultipartForm> read(RoutingContext ctx, Path directory, boolean toDisk, long limit) {
        MultipartForm form = new MultipartForm(ctx, directory, toDisk, limit);
        try {
            RequestBodyHeaders.begin(ctx.request(), limit);
        } catch (HttpException tooLarge) {
            return Future.failedFuture(tooLarge);
        }
        ctx.addEndHandler(end -> form.delete());
        return form.start()
                .compose(done -> Future.join(form.uploads.stream()
                        .filter(upload -> upload.receiver() != null)
                        .map(upload -> upload.receiver().received())
                        .toList()))
                .map(form);
    }

    /** Creates the directory for uploads if it is missing. */
    public static Future<Path> directory(Vertx vertx, Path dataDir) {
        Path directory = dataDir.resolve("media").resolve("incoming");
        return vertx.fileSystem()
                .mkdirs(directory.toString(), FileUploadWriter.OWN_FOLDER)
                .map(directory);
    }

    private static HttpException invalid(String message) {
        return new HttpException(400, message);
    }

    private Future<Void> start() {
        try {
            request.setExpectMultipart(true);
        } catch (RuntimeException e) {
            request.resume();
            return Future.failedFuture(invalid("The multipart body has no valid boundary."));
        }
        request.uploadHandler(this::upload);
        request.handler(this::count);
        request.exceptionHandler(error -> fail(invalid("The multipart body is malformed, or a field is too long.")));
        request.endHandler(end -> complete());
        request.resume();
        return read.future();
    }

    private void fail(RuntimeException error) {
        if (read.tryFail(error)) {
            discard();
        }
    }

    /**
     * Requires the closing delimiter (RFC 2046, section 5.1.1), with at most a short epilogue. Without it, the last
     * part and the write of its file would never complete.
     */
    private void complete() {
        String type = String.valueOf(request.getHeader(HttpHeaders.CONTENT_TYPE));
        Matcher boundary = BOUNDARY.matcher(type);
        if (boundary.find() && tail.toString(StandardCharsets.ISO_8859_1).contains("--" + boundary.group(1) + "--")) {
            read.tryComplete();
        } else {
            fail(invalid("The multipart body is incomplete."));
        }
    }

    private void count(Buffer part) {
        Buffer joined = Buffer.buffer().appendBuffer(tail).appendBuffer(part);
        tail = joined.getBuffer(Math.max(0, joined.length() - TAIL), joined.length());
        bytes += part.length();
        if (bytes > limit) {
            fail(new HttpException(413, RequestBodyHeaders.tooLarge(limit)));
        }
    }

    private void upload(HttpServerFileUpload file) {
        if (read.future().isComplete() || uploads.size() == MAX_FILES) {
            fail(invalid("The form has more than " + MAX_FILES + " files."));
            return;
        }
        Path path = directory.resolve(UUID.randomUUID() + ".upload");
        UploadedFile upload = new UploadedFile(
                file.name(), path, Buffer.buffer(), toDisk ? FileUploadWriter.start(vertx, file, path, limit) : null);
        uploads.add(upload);
        if (!toDisk) {
            file.handler(part -> hold(upload, part));
        }
    }

    private void hold(UploadedFile upload, Buffer part) {
        if (!read.future().isComplete()) {
            upload.buffered().appendBuffer(part);
        }
    }

    /** Writes the files in memory to disk. */
    public Future<Void> write() {
        if (toDisk) {
            return Future.succeededFuture();
        }
        return Future.join(uploads.stream().map(this::write).toList()).mapEmpty();
    }

    /** Writes a file. Deletes it if the response has ended during the write, after the cleanup of the other files. */
    private Future<Void> write(UploadedFile upload) {
        return vertx.fileSystem()
                .createFile(upload.path().toString(), FileUploadWriter.OWN_FILE)
                .compose(created -> vertx.fileSystem().writeFile(upload.path().toString(), upload.buffered()))
                .onComplete(written -> {
                    if (ended) {
                        delete(upload.path());
                    }
                });
    }

    /** Returns the fields that are not files. */
    public MultiMap fields() {
        return request.formAttributes();
    }

    /** Returns the field names of the files, in the order of the body, with duplicates. */
    public List<String> fileFields() {
        return uploads.stream().map(UploadedFile::field).toList();
    }

    /** Returns the paths of the files whose field name matches. */
    public List<String> files(Predicate<String> field) {
        return uploads.stream()
                .filter(upload -> field.test(upload.field()))
                .map(upload -> upload.path().toString())
                .toList();
    }

    private void discard() {
        for (UploadedFile upload : uploads) {
            if (upload.receiver() != null) {
                upload.receiver().discard();
            }
        }
    }

    private void delete() {
        ended = true;
        discard();
        if (!toDisk) {
            uploads.forEach(upload -> delete(upload.path()));
        }
    }

    private void delete(Path path) {
        vertx.executeBlocking(() -> Files.deleteIfExists(path), false)
                .onFailure(error -> LOG.warn("cannot delete {}; a later cleanup will", path, error));
    }
}
