package org.starpunk.identity;

import java.net.URI;
import java.util.Locale;

/** Origin of a web address: scheme, host and port, as browsers serialize it (RFC 6454, section 6.2). */
public final class WebOrigin {

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private WebOrigin() {}

    /**
     * Returns the origin in lower case, without the scheme's default port: {@code https://example.org} for {@code
     * HTTPS://Example.org:443/path}.
     *
     * @param uri an address with a scheme and a host
     */
    public static String of(URI uri) {
        return of(uri.getScheme(), uri.getHost(), uri.getPort());
    }

    /**
     * Returns the origin of the given parts.
     *
     * @param port port number; -1 for none
     */
    public static String of(String scheme, String host, int port) {
        String lower = scheme.toLowerCase(Locale.ROOT);
        boolean standard =
                port < 0 || port == (lower.equals("https") ? HTTPS_PORT : lower.equals("http") ? HTTP_PORT : -1);
        return lower + "://" + host.toLowerCase(Locale.ROOT) + (standard ? "" : ":" + port);
    }
}
