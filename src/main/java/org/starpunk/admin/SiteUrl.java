package org.starpunk.admin;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import org.starpunk.identity.WebOrigin;

/** Parses the site's address as entered by a person. */
final class SiteUrl {

    private static final int MAX_LENGTH = 300;

    private SiteUrl() {}

    /**
     * Returns the address without a trailing slash and without the default port of its scheme. Empty if it is not an
     * http(s) address, or if it contains more than a host and a port.
     */
    static Optional<String> parse(String typed) {
        try {
            URI uri = new URI(typed.contains("://") ? typed : "https://" + typed);
            // "/a://b" has no scheme.
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            boolean web = scheme.equals("http") || scheme.equals("https");
            if (!web || uri.getHost() == null || typed.length() > MAX_LENGTH || hasMore(uri)) {
                return Optional.empty();
            }
            return Optional.of(WebOrigin.of(uri));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static boolean hasMore(URI uri) {
        boolean path = !uri.getRawPath().isEmpty() && !uri.getRawPath().equals("/");
        return path || uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null;
    }
}
