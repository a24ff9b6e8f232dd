package org.starpunk.server;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.regex.Pattern;

/** Progress of the arrival of a request's body. */
final class BodyProgressMonitor {

    /**
     * Maximum size of a body that is read and discarded after an early response, bytes, so that the connection can be
     * reused.
     */
    private static final long DISCARDED_BYTES = 64 * 1024;

    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");

    private final HttpServerRequest request;
    private long bytesSeen;
    private long bytesSeenAt;

    BodyProgressMonitor(HttpServerRequest request) {
        this.request = request;
    }

    /**
     * Returns whether the request has a body by its headers. Over HTTP/2 a body needs no header, so any request that
     * has not ended may have one.
     */
    boolean isExpected() {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null
                ? request.version() == HttpVersion.HTTP_2 || request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                : !length.equals("0");
    }

    /** Returns whether the declared body is short enough to read it instead of closing the connection. */
    boolean isShort() {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length != null && DIGITS.matcher(length).matches() && Long.parseLong(length) <= DISCARDED_BYTES;
    }

    /**
     * Returns whether no byte of the body has arrived for a duration.
     *
     * @param now current time on the clock of {@link System#nanoTime()}, nanoseconds
     * @param timeout the duration, nanoseconds
     */
    boolean isStalled(long now, long timeout) {
        long bytes = request.bytesRead();
        if (bytes != bytesSeen || bytesSeenAt == 0) {
            bytesSeen = bytes;
            bytesSeenAt = now;
        }
        return !request.isEnded() && isExpected() && now - bytesSeenAt > timeout;
    }
}
