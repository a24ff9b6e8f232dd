package org.starpunk.telemetry;

import java.util.Set;

/**
 * Route under which requests are counted: a method and a pattern. It never contains a raw URL or an invented method, so
 * that clients cannot create rows.
 *
 * @param method a known HTTP method such as {@code GET}, or {@link #OTHER_METHOD}
 * @param route pattern of the route such as {@code /notes/:slug}, or {@link #NO_ROUTE}
 * @param internal whether it is one of the monitor's own endpoints, which are excluded from the site's numbers
 */
public record Endpoint(String method, String route, boolean internal) {

    /** Method of requests with an unknown method, as in OpenTelemetry. */
    public static final String OTHER_METHOD = "_OTHER";

    /** Route of requests that match no route, so that all mistyped addresses form one row per method. */
    public static final String NO_ROUTE = "(no route)";

    /** Known methods of OpenTelemetry's semantic conventions for HTTP: those of RFC 9110 and RFC 5789. */
    private static final Set<String> KNOWN_METHODS =
            Set.of("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE");

    /** Returns the name under which a method is counted. */
    public static String methodName(String method) {
        return KNOWN_METHODS.contains(method) ? method : OTHER_METHOD;
    }

    /** Returns whether a route matched. */
    public boolean hasRoute() {
        return !route.equals(NO_ROUTE);
    }

    /** Returns method and route: {@code GET /notes/:slug}. */
    public String name() {
        return method + ' ' + route;
    }
}
