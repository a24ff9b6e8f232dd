package org.starpunk.outbound;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * An outbound request.
 *
 * @param method HTTP method; redirects are followed for GET and HEAD only
 * @param url absolute http or https URL
 * @param headers additional headers
 * @param body request body; may be empty
 * @param maxBytes maximum size of the response body, in bytes
 * @param within timeout from the DNS lookup to the last byte, including redirects
 */
public record OutboundRequest(
        HttpMethod method, String url, Map<String, String> headers, Buffer body, long maxBytes, Duration within) {

    /** Default maximum size of a response body, in bytes. */
    public static final long MAX_BYTES = 1024 * 1024;

    /** Default timeout. */
    public static final Duration WITHIN = Duration.ofSeconds(5);

    public OutboundRequest {
        headers = Map.copyOf(headers);
    }

    /** Returns a GET request with the default limits. */
    public static OutboundRequest get(String url, String accept) {
        return new OutboundRequest(HttpMethod.GET, url, Map.of("Accept", accept), Buffer.buffer(), MAX_BYTES, WITHIN);
    }

    /** Returns a POST request with the default limits. */
    public static OutboundRequest post(String url, String contentType, Buffer body, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("Content-Type", contentType);
        return new OutboundRequest(HttpMethod.POST, url, all, body, MAX_BYTES, WITHIN);
    }

    /** Returns this request with other limits. */
    public OutboundRequest limits(long bytes, Duration time) {
        return new OutboundRequest(method, url, headers, body, bytes, time);
    }

    OutboundRequest at(String other) {
        return new OutboundRequest(method, other, headers, body, maxBytes, within);
    }

    boolean followsRedirects() {
        return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    }
}
