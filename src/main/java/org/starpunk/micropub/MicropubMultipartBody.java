package org.starpunk.micropub;

import io.vertx.core.Future;
import io.vertx.core.file.FileSystemException;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.starpunk.micropub.UrlEncodedForm.Field;
import org.starpunk.note.UnavailableException;
import org.starpunk.view.MultipartForm;

/** Multipart body of a Micropub request: fields with strictly validated text, and photos as files. */
final class MicropubMultipartBody {

    private final MultipartForm form;

    private MicropubMultipartBody(MultipartForm form) {
        this.form = form;
    }

    /**
     * Reads the body of a paused request.
     *
     * @param dataDir data directory; incoming files are written to {@code media/incoming} in it
     * @param toDisk whether files are streamed to disk; false keeps them in memory until {@link #write}
     * @param limit maximum size of the body, in bytes
     */
    static Future<MicropubMultipartBody> read(RoutingContext ctx, Path dataDir, boolean toDisk, long limit) {
        return MultipartForm.directory(ctx.vertx(), dataDir)
                .compose(directory -> MultipartForm.read(ctx, directory, toDisk, limit))
                .map(MicropubMultipartBody::new)
                .recover(error -> Future.failedFuture(known(error)));
    }

    private static Throwable known(Throwable error) {
        if (error instanceof HttpException invalid) {
            return new MicropubException(invalid.getStatusCode(), String.valueOf(invalid.getPayload()));
        }
        return error instanceof IOException || error instanceof FileSystemException
                ? UnavailableException.ofDisk(error)
                : error;
    }

    /** Writes the files in memory to disk. */
    Future<Void> write() {
        return form.write().recover(error -> Future.failedFuture(known(error)));
    }

    /** Returns the form fields, in order. */
    List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        form.fields()
                .forEach(field -> fields.add(
                        new Field(StrictUtf8.checked(field.getKey()), StrictUtf8.checked(field.getValue()))));
        return fields;
    }

    /**
     * Returns the paths of the files in a field named {@code photo}, {@code photo[]} or {@code photo[0]}, sorted by
     * index.
     *
     * @throws MicropubException with status 400 if there are files in other fields, which would be lost
     */
    List<String> files(String field) {
        Pattern name = Pattern.compile(Pattern.quote(field) + "(?:\\[([0-9]{0,9})](?:\\[value])?)?");
        for (String other : form.fileFields()) {
            if (!name.matcher(other).matches()) {
                throw MicropubException.invalid("This site accepts pictures in the field \"" + field
                        + "\" and no other files. For a video or audio file, send its URL.");
            }
        }
        return form.fileFields().stream()
                .distinct()
                .sorted(Comparator.comparingInt(other -> index(name, other)))
                .flatMap(other -> form.files(other::equals).stream())
                .toList();
    }

    private static int index(Pattern name, String field) {
        Matcher parts = name.matcher(field);
        String index = parts.matches() ? parts.group(1) : null;
        return index == null || index.isEmpty() ? 0 : Integer.parseInt(index);
    }
}
