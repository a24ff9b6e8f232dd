package org.starpunk.server;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.UnavailableException;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.RequestWrites;

/** Outcome of a write whose request failed with a server error. */
enum WriteOutcomeMessage {
    /** The request was not a write, or was refused before any write. */
    NOT_ASKED(""),
    NOTHING("not_saved"),
    PARTLY("partly_saved"),
    UNKNOWN("unknown");

    /** Key in the context of a request that was aborted during its work. Its writes may still be executed. */
    static final String MAY_BE_SAVED = "org.starpunk.server.may-be-saved";

    private final String code;

    WriteOutcomeMessage(String code) {
        this.code = code;
    }

    static WriteOutcomeMessage of(RoutingContext ctx, int status) {
        HttpMethod method = ctx.request().method();
        if (status < 500
                || method.equals(HttpMethod.GET)
                || method.equals(HttpMethod.HEAD)
                || ctx.get(MaintenanceMode.MEANT) != null) {
            return NOT_ASKED;
        }
        boolean unknown = ctx.get(MAY_BE_SAVED) != null
                || (ctx.failure() instanceof UnavailableException unavailable && unavailable.outcomeUnknown());
        return switch (unknown ? RequestWrites.WriteOutcome.UNKNOWN : RequestTiming.currentOutcome()) {
            case UNKNOWN -> UNKNOWN;
            case SAVED -> PARTLY;
            case NOT_SAVED -> ctx.failure() instanceof UnavailableException ? NOTHING : NOT_ASKED;
        };
    }

    String title(String otherwise) {
        return this == UNKNOWN ? "It may have been saved" : this == PARTLY ? "Partly saved" : otherwise;
    }

    /** Returns the value of {@code outcome} in the error JSON; empty if the request was not a write. */
    String code() {
        return code;
    }

    /** Returns the message to the client, with the reason of the failure. */
    String cure(RoutingContext ctx, String otherwise) {
        String reason = ctx.failure() instanceof UnavailableException unavailable
                ? String.valueOf(unavailable.getMessage())
                : ctx.failure() instanceof HttpException
                        ? "the answer took too long"
                        : "the server has an error, which was logged";
        return switch (this) {
            case NOTHING -> "Nothing was saved: " + reason + ". Try again in a few seconds.";
            case PARTLY -> "Some of it was saved, and perhaps not all: " + reason + ". Look before you send it again.";
            case UNKNOWN -> "It may have been saved: " + reason + ". Look before you send it again.";
            case NOT_ASKED -> {
                @Nullable String payload = ctx.failure() instanceof HttpException http ? http.getPayload() : null;
                yield payload == null || payload.isEmpty() ? otherwise : payload;
            }
        };
    }
}
