package org.starpunk.indieauth;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.starpunk.identity.WebOrigin;

/** Rules for client ids and redirect URIs (IndieAuth §3.3, §5.2). */
final class ClientUrlRules {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern ADDRESS = Pattern.compile("\\[.*|[0-9.]+|0[xX].*");
    private static final Pattern DOTS = Pattern.compile(".*/\\.{1,2}(/.*)?");

    /** Schemes that the browser itself executes or displays, which are never allowed in a redirect URI. */
    private static final Set<String> REFUSED = Set.of("javascript", "data", "vbscript", "file", "about", "blob");

    private ClientUrlRules() {}

    /**
     * Returns the canonical {@code client_id}: with a path, host in lower case, without a default port. Empty if it is
     * invalid.
     */
    static Optional<URI> clientId(String text) {
        return parse(text)
                .filter(ClientUrlRules::isWeb)
                .filter(ClientUrlRules::isClient)
                .map(ClientUrlRules::canonical);
    }

    /**
     * Returns the canonical form of a profile URL: with a path, host in lower case. Empty if it is not an http or https
     * URL.
     */
    static Optional<URI> profile(String text) {
        return parse(text).filter(uri -> isWeb(uri) && uri.getHost() != null).map(ClientUrlRules::canonical);
    }

    /** Returns an absolute redirect URI without a fragment. Empty if it is invalid. */
    static Optional<URI> redirect(String text) {
        return parse(text).filter(uri -> uri.getRawFragment() == null).filter(ClientUrlRules::isPlace);
    }

    private static boolean isPlace(URI uri) {
        if (isWeb(uri)) {
            return uri.getHost() != null && uri.getRawUserInfo() == null;
        }
        return uri.isAbsolute() && !REFUSED.contains(uri.getScheme().toLowerCase(Locale.ROOT));
    }

    private static Optional<URI> parse(String text) {
        try {
            return Optional.of(new URI(text));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static boolean isWeb(URI uri) {
        return "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
    }

    private static boolean isClient(URI uri) {
        String host = uri.getHost();
        return host != null
                && uri.getRawUserInfo() == null
                && uri.getRawFragment() == null
                && !DOTS.matcher(uri.getRawPath()).matches()
                && (LOOPBACK.contains(host) || !ADDRESS.matcher(host).matches());
    }

    private static URI canonical(URI uri) {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : '?' + uri.getRawQuery();
        return URI.create(origin(uri) + path + query);
    }

    /** Returns scheme, host and port, without the scheme's default port. */
    static String origin(URI uri) {
        return WebOrigin.of(uri);
    }

    /** Returns whether two URLs have the same scheme, host and port. */
    static boolean sameOrigin(URI one, URI other) {
        return isWeb(one) && isWeb(other) && origin(one).equals(origin(other));
    }

    /** Returns whether a client runs on the author's computer. The server sends no request to such a client. */
    static boolean isLoopback(URI client) {
        return LOOPBACK.contains(client.getHost());
    }
}
