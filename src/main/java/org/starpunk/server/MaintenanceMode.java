package org.starpunk.server;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Maintenance mode, enabled by a file named {@code maintenance} in the data directory. Visitors and apps get 503 with
 * the text of the file. The author's pages, static files, health checks and metrics stay available.
 */
final class MaintenanceMode implements Handler<RoutingContext> {

    /** Key in the context of a refused request. Its 503 is intended, so it is not logged as an error. */
    static final String MEANT = "org.starpunk.server.maintenance";

    private static final long CHECK_INTERVAL_MILLIS = 1_000;
    private static final int MESSAGE_LENGTH = 500;
    private static final Pattern OPEN =
            Pattern.compile("/(admin|static|health|livez|readyz|metrics|favicon\\.ico)(/.*)?");

    private final String file;
    private volatile @Nullable String message;

    MaintenanceMode(Path dataDir) {
        this.file = dataDir.resolve("maintenance").toString();
    }

    /** Starts to watch the file. */
    void watch(Vertx vertx) {
        vertx.setPeriodic(
                0,
                CHECK_INTERVAL_MILLIS,
                unused -> vertx.fileSystem()
                        .readFile(file)
                        .map(MaintenanceMode::text)
                        .otherwise((String) null)
                        .onSuccess(text -> message = text));
    }

    private static String text(Buffer content) {
        String text = content.toString().strip();
        return text.isEmpty()
                ? "The site is under maintenance. Please come back in a few minutes."
                : text.substring(0, Math.min(text.length(), MESSAGE_LENGTH));
    }

    boolean isOn() {
        return message != null;
    }

    @Override
    public void handle(RoutingContext ctx) {
        String text = message;
        if (text == null || OPEN.matcher(ctx.normalizedPath()).matches()) {
            ctx.next();
        } else {
            ctx.response().putHeader(HttpHeaders.RETRY_AFTER, "60");
            ctx.put(MEANT, true).fail(new HttpException(503, text));
        }
    }
}
