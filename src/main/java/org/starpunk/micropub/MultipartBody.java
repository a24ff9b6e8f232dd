package org.starpunk.micropub;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.starpunk.micropub.FormFields.Field;

/**
 * A {@code multipart/form-data} body: fields, and files in a directory, which are deleted when the response ends.
 *
 * <p>Vert.x decodes the fields only when everything has been read. So a token in the body is known only when the files have
 * gone by: until someone has shown a token, files are held in memory, within the limit of a form, and none is written.
 */
final class MultipartBody {

    private static final int MAX_FILES = 50;
    private static final int TAIL = 256;
    private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";\\s]+)", Pattern.CASE_INSENSITIVE);

    private final Promise<Void> read = Promise.promise();
    private final List<Upload> uploads = new ArrayList<>();
    private final List<Future<Void>> writing = new ArrayList<>();
    private final HttpServerRequest request;
    private final FileSystem files;
    private final Path directory;
    private final boolean toDisk;
    private final long limit;
    private long received;
    private Buffer tail = Buffer.buffer();

    private MultipartBody(RoutingContext ctx, Path directory, boolean toDisk, long limit) {
        this.request = ctx.request();
        this.files = ctx.vertx().fileSystem();
        this.directory = directory;
        this.toDisk = toDisk;
        this.limit = limit;
    }

    /**
     * A file of the form.
     *
     * @param field the name of its field
     * @param path where it is, or will be
     * @param held what of it is in memory: all, or nothing
     */
    private record Upload(String field, String path, Buffer held) {}

    /**
     * Reads the body of a paused request.
     *
     * @param directory where files go
     * @param toDisk whether files are streamed there at once; false holds them in memory until {@link #write}
     * @param limit the largest body, bytes
     */
    static Future<MultipartBody> read(RoutingContext ctx, Path directory, boolean toDisk, long limit) {
        MultipartBody body = new MultipartBody(ctx, directory, toDisk, limit);
        ctx.addEndHandler(end -> body.delete());
        return body.start()
                .compose(done -> Future.join(new ArrayList<>(body.writing)))
                .map(body);
    }

    private Future<Void> start() {
        try {
            request.setExpectMultipart(true);
        } catch (RuntimeException e) {
            request.resume();
            return Future.failedFuture(MicropubException.invalid("The multipart body has no valid boundary."));
        }
        request.uploadHandler(this::upload);
        request.handler(this::count);
        request.exceptionHandler(error ->
                read.tryFail(MicropubException.invalid("The multipart body is broken, or has a field too long.")));
        request.endHandler(end -> ended());
        request.resume();
        return read.future();
    }

    /**
     * A file whose part has no end is never said to be complete, and whoever waits for it waits for ever: so a body must have the
     * delimiter that closes it (RFC 2046, 5.1.1), with at most a short epilogue behind it.
     */
    private void ended() {
        String type = String.valueOf(request.getHeader(HttpHeaders.CONTENT_TYPE));
        Matcher boundary = BOUNDARY.matcher(type);
        if (boundary.find() && tail.toString(StandardCharsets.ISO_8859_1).contains("--" + boundary.group(1) + "--")) {
            read.tryComplete();
        } else {
            read.tryFail(MicropubException.invalid("The multipart body is cut off."));
        }
    }

    private void count(Buffer part) {
        Buffer joined = Buffer.buffer().appendBuffer(tail).appendBuffer(part);
        tail = joined.getBuffer(Math.max(0, joined.length() - TAIL), joined.length());
        received += part.length();
        if (received > limit) {
            read.tryFail(new MicropubException(413, "The body is larger than " + limit + " bytes."));
        }
    }

    private void upload(HttpServerFileUpload file) {
        if (read.future().isComplete() || uploads.size() == MAX_FILES) {
            read.tryFail(MicropubException.invalid("The form has more than " + MAX_FILES + " files."));
            return;
        }
        Upload upload = new Upload(
                file.name(), directory.resolve(UUID.randomUUID() + ".upload").toString(), Buffer.buffer());
        uploads.add(upload);
        if (toDisk) {
            writing.add(file.streamToFileSystem(upload.path()));
            read.future().onFailure(error -> file.cancelStreamToFileSystem());
        } else {
            file.handler(part -> hold(upload, part));
        }
    }

    private void hold(Upload upload, Buffer part) {
        if (!read.future().isComplete()) {
            upload.held().appendBuffer(part);
        }
    }

    /** Writes the files that were held in memory. */
    Future<Void> write() {
        if (toDisk) {
            return Future.succeededFuture();
        }
        return Future.join(uploads.stream()
                        .map(upload -> files.writeFile(upload.path(), upload.held()))
                        .toList())
                .mapEmpty();
    }

    /** The form's fields, in order. */
    List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        request.formAttributes()
                .forEach(field -> fields.add(
                        new Field(StrictText.checked(field.getKey()), StrictText.checked(field.getValue()))));
        return fields;
    }

    /** Where the files of a field are, whether it is called {@code photo} or {@code photo[]}. */
    List<String> files(String field) {
        return uploads.stream()
                .filter(upload -> upload.field().equals(field) || upload.field().equals(field + "[]"))
                .map(Upload::path)
                .toList();
    }

    private void delete() {
        for (Upload upload : uploads) {
            Future<Void> unused = files.delete(upload.path());
        }
    }

    /** The directory for uploads on their way; made when it is not there. */
    static Future<Path> directory(Vertx vertx, Path dataDir) {
        Path directory = dataDir.resolve("media").resolve("incoming");
        return vertx.fileSystem().mkdirs(directory.toString()).map(directory);
    }
}
