package org.starpunk.server;

import io.vertx.core.Vertx;
import io.vertx.core.file.FileProps;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.util.Optional;
import org.starpunk.view.Asset;
import org.starpunk.view.Assets;
import org.starpunk.view.SentFile;

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
        ctx.response().putHeader(HttpHeaders.CACHE_CONTROL, "public, no-cache");
        new SentFile(file, props.size(), etag, props.lastModifiedTime() / 1000, Asset.contentType(file)).send(ctx);
    }
}
