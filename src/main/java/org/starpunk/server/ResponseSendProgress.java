package org.starpunk.server;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.RequestTiming;

/** Progress of one response: how much of it was sent, and how long its bytes have waited for the client. */
final class ResponseSendProgress {

    /**
     * Minimum size of a response, bytes, for which a request lasts until the last byte is accepted. A smaller response
     * fits into the socket's buffer.
     */
    private static final int LARGE = 64 * 1024;

    /** Number of characters of a status line without its reason, and of the empty line after the head. */
    private static final int STATUS_LINE = "HTTP/1.1 200 \r\n\r\n".length();

    private final HttpServerRequest request;
    private final boolean http2;
    private @Nullable SendProgress sending;
    private long acceptedBefore;
    private long waitedBefore;

    ResponseSendProgress(HttpServerRequest request) {
        this.request = request;
        this.http2 = request.version() == HttpVersion.HTTP_2;
    }

    /** Sets the counter of the bytes. */
    void setProgress(@Nullable SendProgress counter) {
        sending = counter;
    }

    /** Starts the response. Bytes that its connection has sent before belong to other responses. */
    void begin() {
        if (sending != null) {
            acceptedBefore = sending.written();
            waitedBefore = sending.waitedNanos(System.nanoTime());
        }
    }

    /**
     * Returns whether a whole HTTP/2 response was accepted. Its stream may close before Vert.x ends the response of a
     * file.
     */
    boolean isComplete() {
        if (sending == null || !http2 || !request.response().headWritten()) {
            return false;
        }
        long whole = whole();
        return whole > 0 && sending.accepted() >= whole;
    }

    /**
     * Calls a handler when the rest of a large response is accepted. Vert.x ends a response when it has taken the last
     * byte. A slow client may need seconds after that, or disconnect.
     *
     * @return whether some bytes are not accepted yet; otherwise the handler is not called
     */
    boolean isLeft(Runnable accepted) {
        if (sending == null || request.response().bytesWritten() < LARGE) {
            return false;
        }
        long end = http2 ? whole() : sending.written();
        if (sending.accepted() >= end) {
            return false;
        }
        sending.whenAccepted(end, accepted);
        return true;
    }

    /**
     * Ends the response.
     *
     * @param broken whether it is incomplete
     * @param timing receives the sending time, and the sent part of an incomplete response
     * @return number of sent bytes of the body
     */
    long end(boolean broken, RequestTiming timing) {
        long bytes = request.response().bytesWritten();
        if (sending == null || !request.response().headWritten()) {
            return bytes;
        }
        timing.sent(sending.waitedNanos(System.nanoTime()) - waitedBefore);
        if (broken) {
            long sent = accepted(sending.accepted() - acceptedBefore);
            timing.setSentPercent(percent(sent));
            return sent;
        }
        // Vert.x ends the response of a file over HTTP/2 before it has counted the last part.
        return http2 ? Math.max(bytes, sending.accepted()) : bytes;
    }

    /** @param bytes accepted bytes since the start of the response, including its head over HTTP/1 */
    private long accepted(long bytes) {
        HttpServerResponse response = request.response();
        long body = http2 ? bytes : bytes - head(response);
        long whole = whole();
        return Math.max(0, Math.min(body, whole < 0 ? response.bytesWritten() : whole));
    }

    private int percent(long bytes) {
        long whole = whole();
        return whole <= 0 ? RequestTiming.UNKNOWN_PERCENT : (int) Math.min(99, bytes * 100 / whole);
    }

    /** Returns the size of the whole body; -1 if it is not known yet. */
    private long whole() {
        HttpServerResponse response = request.response();
        if (request.method().equals(HttpMethod.HEAD)) {
            return 0;
        }
        String declared = response.headers().get(HttpHeaders.CONTENT_LENGTH);
        if (declared != null) {
            return Long.parseLong(declared);
        }
        return response.ended() ? response.bytesWritten() : -1;
    }

    private static long head(HttpServerResponse response) {
        long head = STATUS_LINE;
        head += response.getStatusMessage().length();
        for (Map.Entry<String, String> header : response.headers()) {
            head += header.getKey().length() + header.getValue().length() + ": \r\n".length();
        }
        return head;
    }
}
