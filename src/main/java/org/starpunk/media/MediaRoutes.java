package org.starpunk.media;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import org.starpunk.view.FileResponse;

/** Serves pictures with sendfile. The content of a name never changes, so clients may cache it for ever. */
public final class MediaRoutes {

    static final String PREFIX = "/media/";

    private final MediaStore files;

    public MediaRoutes(MediaStore files) {
        this.files = files;
    }

    public void mount(Router router) {
        router.route(PREFIX + ":name")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(this::serve);
    }

    private void serve(RoutingContext ctx) {
        String name = String.valueOf(ctx.pathParam("name"));
        ctx.vertx()
                .executeBlocking(() -> files.find(name), false)
                .onSuccess(found -> answer(ctx, found))
                .onFailure(ctx::fail);
    }

    private static void answer(RoutingContext ctx, Optional<MediaStore.ServedFile> found) {
        if (found.isEmpty()) {
            ctx.fail(404);
            return;
        }
        MediaStore.ServedFile picture = found.get();
        ctx.response()
                .putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=31536000, immutable")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Content-Security-Policy", "default-src 'none'; sandbox");
        String etag = '"' + String.valueOf(picture.file().getFileName()) + '"';
        new FileResponse(picture.file().toString(), picture.size(), etag, picture.changed(), picture.mediaType())
                .send(ctx);
    }
}
