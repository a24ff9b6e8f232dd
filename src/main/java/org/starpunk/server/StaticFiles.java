package org.starpunk.server;

import io.vertx.core.Vertx;
import io.vertx.core.file.FileProps;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.util.Optional;
import org.starpunk.view.Asset;
import org.starpunk.view.Assets;
import org.starpunk.view.Preconditions;

/**
 * {@code /static/…}: the program's own few files, which are kept in memory, and whatever else the author has put into the data
 * directory's {@code static} folder, which the kernel sends (sendfile). Neither is read to be measured.
 */
final class StaticFiles {

    private final Vertx vertx;
    private final Assets assets;
    private final Path folder;

    StaticFiles(Vertx vertx, Assets assets, Path folder) {
        this.vertx = vertx;
        this.assets = assets;
        this.folder = folder;
    }

    void mount(Router router) {
        router.route("/static/*").method(HttpMethod.GET).method(HttpMethod.HEAD).handler(this::serve);
        router.route("/favicon.ico")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(ctx -> send(ctx, "icon.svg"));
    }

    private void serve(RoutingContext ctx) {
        send(ctx, ctx.normalizedPath().substring("/static/".length()));
    }

    private void send(RoutingContext ctx, String path) {
        Optional<Asset> cached = assets.cached(path);
        if (cached.isPresent()) {
            cached.get().send(ctx);
        } else if (Assets.isPlain(path)) {
            vertx.executeBlocking(() -> assets.find(path), false)
                    .onSuccess(found -> found.ifPresentOrElse(asset -> asset.send(ctx), () -> own(ctx, path)))
                    .onFailure(ctx::fail);
        } else {
            ctx.fail(404);
        }
    }

    /** Links are not followed: what they name may lie outside. */
    private void own(RoutingContext ctx, String path) {
        String file = folder.resolve(path).toString();
        vertx.fileSystem()
                .lprops(file)
                .map(props -> Optional.of(props).filter(FileProps::isRegularFile))
                .otherwise(Optional.empty())
                .onSuccess(found -> found.ifPresentOrElse(props -> stream(ctx, file, props), () -> ctx.fail(404)));
    }

    private static void stream(RoutingContext ctx, String file, FileProps props) {
        String etag = '"' + Long.toHexString(props.lastModifiedTime()) + '-' + Long.toHexString(props.size()) + '"';
        long changed = props.lastModifiedTime() / 1000;
        HttpServerResponse response = ctx.response()
                .putHeader(HttpHeaders.ETAG, etag)
                .putHeader(HttpHeaders.LAST_MODIFIED, Preconditions.date(changed))
                .putHeader(HttpHeaders.CACHE_CONTROL, "public, no-cache");
        if (Preconditions.notModified(ctx.request().headers(), etag, changed)) {
            response.setStatusCode(304).end().onFailure(failure -> broken(ctx, failure));
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, Asset.contentType(file));
        if (ctx.request().method().equals(HttpMethod.HEAD)) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(props.size()))
                    .end()
                    .onFailure(failure -> broken(ctx, failure));
        } else {
            response.sendFile(file).onFailure(failure -> broken(ctx, failure));
        }
    }

    private static void broken(RoutingContext ctx, Throwable failure) {
        if (!ctx.response().headWritten() && !ctx.response().closed()) {
            ctx.fail(failure);
        }
    }
}
