package org.starpunk.telemetry;

/**
 * A route under which requests are counted: a method and a pattern, never a raw URL, so that ids in URLs make no new rows.
 *
 * @param method the HTTP method, {@code GET} for instance
 * @param route the route's pattern, {@code /notes/:slug} for instance
 * @param own whether this is one of the monitor's own endpoints, which are left out of the site's numbers
 */
public record Endpoint(String method, String route, boolean own) {

    /** Requests that no route matched: all 404s of mistyped addresses are one row. */
    public static final Endpoint UNMATCHED = new Endpoint("*", "(no route)", false);

    /** {@code GET /notes/:slug}. */
    public String name() {
        return method + ' ' + route;
    }
}
