package org.starpunk.view;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.handler.HttpException;

/** Reads the request headers that describe the body. */
public final class RequestBodyHeaders {

    private RequestBodyHeaders() {}

    /** Returns the declared length of the body in bytes; -1 if none is declared. */
    public static long length(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? -1 : Long.parseLong(length.strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /**
     * Requests the body from the client: responds to {@code Expect: 100-continue}. Rejects a body whose declared length
     * exceeds the limit before it reads a byte.
     *
     * @param limit maximum size of the body, in bytes
     * @throws HttpException 413 if the declared length exceeds the limit
     */
    public static void begin(HttpServerRequest request, long limit) {
        if (length(request) > limit) {
            throw new HttpException(413, tooLarge(limit));
        }
        String expected = request.getHeader(HttpHeaders.EXPECT);
        if ("100-continue".equalsIgnoreCase(expected) && request.version() != HttpVersion.HTTP_1_0) {
            var unused = request.response().writeContinue();
        }
    }

    /** Returns the message for a body over the limit. */
    public static String tooLarge(long limit) {
        return "The body is larger than " + limit + " bytes.";
    }
}
