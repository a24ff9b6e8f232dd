package org.starpunk.outbound;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.Locale;

/**
 * Response to an outbound request.
 *
 * @param url final URL, after redirects
 * @param status HTTP status code
 * @param headers response headers
 * @param body response body
 */
public record OutboundResponse(String url, int status, MultiMap headers, Buffer body) {

    public boolean ok() {
        return status >= 200 && status < 300;
    }

    /** Returns the media type without parameters, in lower case; empty if the response has no Content-Type. */
    public String mediaType() {
        String type = headers.get(HttpHeaders.CONTENT_TYPE);
        return type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }
}
