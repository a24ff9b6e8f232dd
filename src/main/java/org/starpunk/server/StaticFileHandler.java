package org.starpunk.server;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.starpunk.view.FileResponse;
import org.starpunk.view.StaticAsset;
import org.starpunk.view.StaticAssets;

/**
 * Serves {@code /static/…}: the application's files from memory, and other files of the data directory's {@code static}
 * folder with sendfile. The monitor does not read their content.
 */
final class StaticFileHandler {

    private static final String PREFIX = "/static/";

    private final Vertx vertx;
    private final StaticAssets assets;
    private final Path folder;

    StaticFileHandler(Vertx vertx, StaticAssets assets, Path folder) {
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
        String path = ctx.normalizedPath();
        send(ctx, path.startsWith(PREFIX) ? path.substring(PREFIX.length()) : "");
    }

    private void send(RoutingContext ctx, String path) {
        Optional<StaticAsset> cached = assets.cached(path);
        if (cached.isPresent()) {
            cached.get().send(ctx);
        } else if (StaticAssets.isPlain(path)) {
            vertx.executeBlocking(() -> assets.find(path), false)
                    .onSuccess(found -> found.ifPresentOrElse(asset -> asset.send(ctx), () -> own(ctx, path)))
                    .onFailure(ctx::fail);
        } else {
            ctx.fail(404);
        }
    }

    /** Serves a file of the data directory. Symbolic links are not followed, because their target may be outside. */
    private void own(RoutingContext ctx, String path) {
        Path file = folder.resolve(path);
        vertx.executeBlocking(() -> found(file), false)
                .onSuccess(found ->
                        found.ifPresentOrElse(props -> stream(ctx, file.toString(), props), () -> ctx.fail(404)))
                .onFailure(ctx::fail);
    }

    private Optional<BasicFileAttributes> found(Path file) throws IOException {
        return assets.isOwn(file)
                ? Optional.of(Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS))
                : Optional.empty();
    }

    private static void stream(RoutingContext ctx, String file, BasicFileAttributes props) {
        long changed = props.lastModifiedTime().toMillis();
        String etag = '"' + Long.toHexString(changed) + '-' + Long.toHexString(props.size()) + '"';
        ctx.response().putHeader(HttpHeaders.CACHE_CONTROL, "public, no-cache");
        new FileResponse(file, props.size(), etag, changed / 1000, StaticAsset.contentType(file)).send(ctx);
    }
}
