package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.FileUpload;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.starpunk.note.Uploads;

/** {@code POST /admin/photos}: takes a picture that was dropped into the composer, and answers with its address. */
final class PhotoUpload {

    private final Uploads uploads;

    PhotoUpload(Uploads uploads) {
        this.uploads = uploads;
    }

    void save(RoutingContext ctx) {
        List<FileUpload> files = ctx.fileUploads();
        if (files.size() != 1) {
            answer(ctx, 400, "error", "Send one picture at a time.").onFailure(gone -> {});
            return;
        }
        uploads.keep(files.get(0).uploadedFileName())
                .compose(path -> answer(ctx, 201, "url", path))
                .recover(failure -> refuse(ctx, failure))
                .onFailure(ctx::fail);
    }

    private static Future<Void> refuse(RoutingContext ctx, Throwable failure) {
        if (failure instanceof Uploads.Refused refused) {
            return answer(ctx, refused.status(), "error", String.valueOf(refused.getMessage()));
        }
        return Future.failedFuture(failure);
    }

    private static Future<Void> answer(RoutingContext ctx, int status, String name, String value) {
        return ctx.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(new JsonObject().put(name, value).toBuffer());
    }
}
