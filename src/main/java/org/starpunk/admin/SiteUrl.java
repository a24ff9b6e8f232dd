package org.starpunk.admin;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import org.starpunk.identity.WebOrigin;

/** Reads the site's address as a person types it. */
final class SiteUrl {

    private static final int MAX_LENGTH = 300;

    private SiteUrl() {}

    /** The address without a slash at the end and without its scheme's default port; empty when it is no http(s) address of a host, or has more than a host and a port. */
    static Optional<String> parse(String typed) {
        try {
            URI uri = new URI(typed.contains("://") ? typed : "https://" + typed);
            String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
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
