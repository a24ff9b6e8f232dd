package org.starpunk.outbound;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.Locale;

/**
 * What came back.
 *
 * @param url where it came from in the end, after redirects
 * @param status the status of the answer
 * @param headers its headers
 * @param body its body
 */
public record Page(String url, int status, MultiMap headers, Buffer body) {

    public boolean ok() {
        return status >= 200 && status < 300;
    }

    /** The media type without parameters, in lower case; empty when it does not say. */
    public String mediaType() {
        String type = headers.get(HttpHeaders.CONTENT_TYPE);
        return type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }
}
