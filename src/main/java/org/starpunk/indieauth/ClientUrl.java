package org.starpunk.indieauth;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The rules for the URLs that name clients and the places to go back to (IndieAuth §3.3, §5.2). */
final class ClientUrl {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern ADDRESS = Pattern.compile("\\[.*|[0-9.]+|0[xX].*");
    private static final Pattern DOTS = Pattern.compile(".*/\\.{1,2}(/.*)?");

    /** Schemes of URLs that are run or shown by the browser itself: never a place to go back to. */
    private static final Set<String> REFUSED = Set.of("javascript", "data", "vbscript", "file", "about", "blob");

    private ClientUrl() {}

    /** The canonical {@code client_id}: with a path, its host in lower case. Empty when it is not one. */
    static Optional<URI> clientId(String text) {
        return parse(text).filter(ClientUrl::isWeb).filter(ClientUrl::isClient).map(ClientUrl::canonical);
    }

    /** The canonical form of a profile URL: with a path, its host in lower case. Empty when it is no URL of the web. */
    static Optional<URI> profile(String text) {
        return parse(text).filter(uri -> isWeb(uri) && uri.getHost() != null).map(ClientUrl::canonical);
    }

    /** A place to go back to: absolute, without a fragment. Empty when it is not one. */
    static Optional<URI> redirect(String text) {
        return parse(text).filter(uri -> uri.getRawFragment() == null).filter(ClientUrl::isPlace);
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

    /** Scheme, host and port, as they were written but for case. */
    static String origin(URI uri) {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return (uri.getScheme() + "://" + uri.getHost() + port).toLowerCase(Locale.ROOT);
    }

    /** Whether two URLs are of the same scheme, host and port. */
    static boolean sameOrigin(URI one, URI other) {
        return isWeb(one) && isWeb(other) && origin(one).equals(origin(other));
    }

    /** Whether a client is on the author's own machine: nothing is ever fetched from there. */
    static boolean isLoopback(URI client) {
        return LOOPBACK.contains(client.getHost());
    }
}
