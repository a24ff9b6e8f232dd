package org.starpunk.micropub;

import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses URLs of this site. Accepts every spelling that leads to the same page (RFC 3986, section 6.2). */
final class SiteUrlParser {

    private static final String NOTES = "/notes/";
    private static final Pattern SLASHES = Pattern.compile("/{2,}");
    private static final Pattern AUTHORITY = Pattern.compile("([^:@]*|\\[[0-9A-Fa-f:.]+])(?::([0-9]*))?");

    private SiteUrlParser() {}

    /**
     * Returns the decoded path of a URL of this site, without dot segments, repeated slashes and a trailing slash. The
     * comparison of the origin ignores case, default ports and the encoding of international names. Query and fragment
     * are ignored.
     *
     * @param url URL in the spelling of the client
     * @param site URL of the site
     * @return empty if the text is not a URL, or a URL of another site
     */
    static Optional<String> path(String url, String site) {
        try {
            URI given = new URI(url.strip());
            if (given.getRawPath() == null || !origin(given).equals(origin(new URI(site)))) {
                return Optional.empty();
            }
            String joined = SLASHES.matcher(given.getRawPath()).replaceAll("/");
            String path = new URI(null, null, decoded(joined), null).normalize().getPath();
            return Optional.of(path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Returns the slug in the URL of a note; null for another URL. */
    static @Nullable String slug(String url, String site) {
        return path(url, site)
                .filter(path -> path.startsWith(NOTES))
                .map(path -> path.substring(NOTES.length()))
                .filter(slug -> !slug.isEmpty() && slug.indexOf('/') < 0)
                .orElse(null);
    }

    private static String decoded(String path) {
        return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static String origin(URI uri) throws URISyntaxException {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        var authority = AUTHORITY.matcher(String.valueOf(uri.getRawAuthority()));
        if (!authority.matches()) {
            throw new URISyntaxException(String.valueOf(uri.getRawAuthority()), "no host with a port");
        }
        String host = authority.group(1);
        String name = host.startsWith("[") ? host : IDN.toASCII(decoded(host), IDN.ALLOW_UNASSIGNED);
        String port = authority.group(2) == null ? "" : authority.group(2);
        boolean standard = port.isEmpty()
                || (scheme.equals("https") && port.equals("443"))
                || (scheme.equals("http") && port.equals("80"));
        return scheme + "://" + name.toLowerCase(Locale.ROOT) + (standard ? "" : ':' + port);
    }
}
