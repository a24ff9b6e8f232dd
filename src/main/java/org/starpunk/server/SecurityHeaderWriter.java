package org.starpunk.server;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.function.BooleanSupplier;

/** Security headers of all responses. Pages run only scripts of this site, and cannot be framed. */
final class SecurityHeaderWriter implements Handler<RoutingContext> {

    private static final CharSequence CSP = HttpHeaders.createOptimized("Content-Security-Policy");
    private static final CharSequence DEFAULT_POLICY = policy("img-src 'self'");
    private static final CharSequence READERS = policy("img-src 'self' https: http:");
    private static final CharSequence TYPE_OPTIONS = HttpHeaders.createOptimized("X-Content-Type-Options");
    private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence REFERRER = HttpHeaders.createOptimized("Referrer-Policy");
    private static final CharSequence SAME_ORIGIN = HttpHeaders.createOptimized("same-origin");
    private static final CharSequence OPENER = HttpHeaders.createOptimized("Cross-Origin-Opener-Policy");
    private static final CharSequence HSTS = HttpHeaders.createOptimized("Strict-Transport-Security");
    private static final CharSequence TWO_YEARS = HttpHeaders.createOptimized("max-age=63072000");

    private final BooleanSupplier tls;

    private static CharSequence policy(String images) {
        return HttpHeaders.createOptimized("default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
                + images + "; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'");
    }

    /** @param tls returns whether the public address uses https; known after the setup */
    SecurityHeaderWriter(BooleanSupplier tls) {
        this.tls = tls;
    }

    @Override
    public void handle(RoutingContext ctx) {
        add(ctx.response(), ctx.normalizedPath());
        ctx.next();
    }

    /**
     * @param path path as the router matches it: {@code //admin}, {@code /./admin} and {@code /%61dmin} are {@code
     *     /admin}
     */
    void add(HttpServerResponse response, String path) {
        MultiMap headers = response.headers();
        // A note may contain an image from another site, also by http if it could not be copied. The author's pages
        // load nothing from other sites.
        headers.set(CSP, path.startsWith("/admin") ? DEFAULT_POLICY : READERS);
        headers.set(TYPE_OPTIONS, NOSNIFF);
        headers.set(REFERRER, SAME_ORIGIN);
        headers.set(OPENER, SAME_ORIGIN);
        if (tls.getAsBoolean()) {
            headers.set(HSTS, TWO_YEARS);
        }
    }

    /** Adds the headers to the response of a request that failed before routing. */
    void addMissing(HttpServerResponse response, String path) {
        if (!response.headers().contains(CSP)) {
            add(response, path);
        }
    }
}
