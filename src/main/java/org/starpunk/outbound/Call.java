package org.starpunk.outbound;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What is to be fetched.
 *
 * @param method redirects are followed for GET and HEAD only
 * @param url an absolute http or https URL
 * @param headers further headers
 * @param body what is sent; empty for none
 * @param maxBytes the longest answer that is read, bytes
 * @param within how long it may take from the first lookup to the last byte, redirects included
 */
public record Call(
        HttpMethod method, String url, Map<String, String> headers, Buffer body, long maxBytes, Duration within) {

    /** The longest page that is read. */
    public static final long MAX_BYTES = 1024 * 1024;

    /** How long a fetch may take. */
    public static final Duration WITHIN = Duration.ofSeconds(5);

    public Call {
        headers = Map.copyOf(headers);
    }

    /** Gets a page. */
    public static Call get(String url, String accept) {
        return new Call(HttpMethod.GET, url, Map.of("Accept", accept), Buffer.buffer(), MAX_BYTES, WITHIN);
    }

    /** Posts something. */
    public static Call post(String url, String contentType, Buffer body, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("Content-Type", contentType);
        return new Call(HttpMethod.POST, url, all, body, MAX_BYTES, WITHIN);
    }

    /** The same with other limits. */
    public Call limits(long bytes, Duration time) {
        return new Call(method, url, headers, body, bytes, time);
    }

    Call at(String other) {
        return new Call(method, other, headers, body, maxBytes, within);
    }

    boolean followsRedirects() {
        return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    }
}
