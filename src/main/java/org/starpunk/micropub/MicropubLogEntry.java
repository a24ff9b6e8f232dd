package org.starpunk.micropub;

import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Map;
import org.starpunk.identity.Token;
import org.starpunk.note.Excerpt;
import org.starpunk.telemetry.Recorder;

/** Collects the log entry of a request, and records it in the log and the monitor at the end of the response. */
final class MicropubLogEntry {

    private static final int MAX_TEXT = 300;

    private final RoutingContext ctx;
    private final long start = System.nanoTime();
    private String client = "";
    private String action = "";
    private String detail = "";
    private String error = "";

    MicropubLogEntry(RoutingContext ctx) {
        this.ctx = ctx;
    }

    /** Registers the entry to be recorded at the end of the response. */
    void recordAtEnd(MicropubLog log, Recorder recorder) {
        ctx.addEndHandler(unused -> {
            int status = ctx.response().getStatusCode();
            log.add(entry(status));
            recorder.business(
                    "micropub",
                    System.nanoTime() - start,
                    Map.of("action", action.isEmpty() ? "unreadable" : action, "status", status));
        });
    }

    private MicropubLog.LoggedRequest entry(int status) {
        String id = ctx.response().headers().get("X-Request-ID");
        return new MicropubLog.LoggedRequest(
                Instant.now().truncatedTo(ChronoUnit.SECONDS),
                cut(client),
                ctx.request().method() + " " + ctx.request().path(),
                cut(MicropubRequestReader.contentType(ctx.request())),
                cut(detail.isEmpty() ? action : action + ": " + detail),
                status,
                error,
                id == null ? "" : id);
    }

    void setToken(Token token) {
        client = token.clientId();
    }

    /**
     * Sets the action.
     *
     * @param name one of a fixed set of names, such as {@code create}
     * @param properties names of the affected properties, which are untrusted input
     */
    void setRequest(String name, Collection<String> properties) {
        action = name;
        detail = String.join(" ", properties);
    }

    void failed(String why) {
        error = why;
    }

    private static String cut(String text) {
        return Excerpt.ofText(text, MAX_TEXT);
    }
}
