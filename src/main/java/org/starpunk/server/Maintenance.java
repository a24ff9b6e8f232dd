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
 * While a file named {@code maintenance} lies in the data directory, visitors and apps get 503 with what the file says. The
 * author's pages, static files, the health checks and the metrics go on.
 */
final class Maintenance implements Handler<RoutingContext> {

    /** Set in the context of a request that is refused: its 503 is meant, and not an error to be logged. */
    static final String MEANT = "org.starpunk.server.maintenance";

    private static final long LOOK_MILLIS = 1_000;
    private static final int MESSAGE_LENGTH = 500;
    private static final Pattern OPEN =
            Pattern.compile("/(admin|static|health|livez|readyz|metrics|favicon\\.ico)(/.*)?");

    private final String file;
    private volatile @Nullable String message;

    Maintenance(Path dataDir) {
        this.file = dataDir.resolve("maintenance").toString();
    }

    /** Looks whether the file is there, from now on. */
    void watch(Vertx vertx) {
        vertx.setPeriodic(
                0,
                LOOK_MILLIS,
                look -> vertx.fileSystem()
                        .readFile(file)
                        .map(Maintenance::text)
                        .otherwise((String) null)
                        .onSuccess(text -> message = text));
    }

    private static String text(Buffer content) {
        String text = content.toString().strip();
        return text.isEmpty()
                ? "The site is being worked on. Please come back in a few minutes."
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
