package org.starpunk.server;

import io.vertx.core.Vertx;
import io.vertx.core.file.FileProps;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.MimeMapping;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.starpunk.view.Assets;

/**
 * {@code /static/…}: first what the author has put into the data directory's {@code static} folder, sent as a stream by the
 * kernel (sendfile), then the program's own few files, which are kept in memory. Neither is read to be measured.
 */
final class StaticFiles {

    private static final Pattern SAFE =
            Pattern.compile("(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*");
    private static final String FOREVER = "public, max-age=31536000, immutable";
    private static final String ASK_AGAIN = "public, no-cache";

    private final Vertx vertx;
    private final Assets assets;
    private final Path folder;

    StaticFiles(Vertx vertx, Assets assets, Path dataDir) {
        this.vertx = vertx;
        this.assets = assets;
        this.folder = dataDir.resolve("static").toAbsolutePath();
    }

    void mount(Router router) {
        router.route("/static/*").method(HttpMethod.GET).method(HttpMethod.HEAD).handler(this::serve);
        router.route("/favicon.ico")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(this::icon);
    }

    private void icon(RoutingContext ctx) {
        send(ctx, "icon.svg");
    }

    private void serve(RoutingContext ctx) {
        String path = ctx.normalizedPath().substring("/static/".length());
        // Hidden files, empty steps and steps upwards do not match.
        if (SAFE.matcher(path).matches()) {
            send(ctx, path);
        } else {
            ctx.fail(404);
        }
    }

    private void send(RoutingContext ctx, String path) {
        String file = folder.resolve(path).toString();
        vertx.fileSystem()
                .lprops(file)
                .map(Optional::of)
                .otherwise(Optional.empty())
                .onSuccess(found -> found.filter(FileProps::isRegularFile)
                        .ifPresentOrElse(props -> stream(ctx, file, props), () -> bundled(ctx, path)));
    }

    /** Links are not followed: what they name may lie outside. */
    private void stream(RoutingContext ctx, String file, FileProps props) {
        String etag = '"' + Long.toHexString(props.lastModifiedTime()) + '-' + Long.toHexString(props.size()) + '"';
        HttpServerResponse response = head(ctx, file, etag, ASK_AGAIN);
        if (isKnown(ctx, etag)) {
            end(ctx, response.setStatusCode(304));
        } else if (ctx.request().method().equals(HttpMethod.HEAD)) {
            end(ctx, response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(props.size())));
        } else {
            response.sendFile(file).onFailure(failure -> broken(ctx, failure));
        }
    }

    private static void broken(RoutingContext ctx, Throwable failure) {
        if (!ctx.response().headWritten() && !ctx.response().closed()) {
            ctx.fail(failure);
        }
    }

    private void bundled(RoutingContext ctx, String path) {
        Optional<Assets.Asset> cached = assets.cached(path);
        if (cached.isPresent()) {
            answer(ctx, path, cached.get());
            return;
        }
        vertx.executeBlocking(() -> assets.find(path), false)
                .onSuccess(found -> found.ifPresentOrElse(asset -> answer(ctx, path, asset), () -> ctx.fail(404)))
                .onFailure(ctx::fail);
    }

    private static void answer(RoutingContext ctx, String path, Assets.Asset asset) {
        String etag = '"' + asset.hash() + '"';
        boolean named = asset.hash().equals(ctx.request().getParam("v"));
        HttpServerResponse response = head(ctx, path, etag, named ? FOREVER : ASK_AGAIN);
        if (isKnown(ctx, etag)) {
            end(ctx, response.setStatusCode(304));
        } else if (ctx.request().method().equals(HttpMethod.HEAD)) {
            end(
                    ctx,
                    response.putHeader(
                            HttpHeaders.CONTENT_LENGTH,
                            Integer.toString(asset.body().length())));
        } else {
            response.end(asset.body()).onFailure(failure -> broken(ctx, failure));
        }
    }

    private static HttpServerResponse head(RoutingContext ctx, String path, String etag, String caching) {
        HttpServerResponse response =
                ctx.response().putHeader(HttpHeaders.ETAG, etag).putHeader(HttpHeaders.CACHE_CONTROL, caching);
        String type = MimeMapping.mimeTypeForFilename(path);
        if (type != null) {
            boolean text = type.startsWith("text/") || type.endsWith("javascript");
            response.putHeader(HttpHeaders.CONTENT_TYPE, text ? type + "; charset=utf-8" : type);
        }
        return response;
    }

    private static boolean isKnown(RoutingContext ctx, String etag) {
        String known = ctx.request().getHeader(HttpHeaders.IF_NONE_MATCH);
        return known != null && (known.contains(etag) || known.strip().equals("*"));
    }

    private static void end(RoutingContext ctx, HttpServerResponse response) {
        response.end().onFailure(failure -> broken(ctx, failure));
    }
}
