package org.starpunk.note;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** The path that a note had on the site from which it was imported, in one form for all spellings of it. */
public final class ImportedPath {

    private static final int MAX_LENGTH = 500;
    private static final Pattern ORIGIN = Pattern.compile("^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*");
    private static final Pattern QUERY = Pattern.compile("(?s)[?#].*");
    private static final Pattern INDEX = Pattern.compile("/index\\.(?:html?|php)$");
    private static final Pattern SLASHES = Pattern.compile("/{2,}");

    private ImportedPath() {}

    /**
     * Returns the path of an address or path: decoded, without its query, its last slash and {@code index.html}. Empty for the root of
     * a site, and for what is no path.
     */
    public static Optional<String> of(String address) {
        if (address.length() > 4 * MAX_LENGTH) {
            return Optional.empty();
        }
        String raw =
                QUERY.matcher(ORIGIN.matcher(address.strip()).replaceFirst("")).replaceFirst("");
        String path =
                SLASHES.matcher(INDEX.matcher(decoded(raw)).replaceFirst("/")).replaceAll("/");
        path = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        boolean usable = path.startsWith("/")
                && path.length() > 1
                && path.length() <= MAX_LENGTH
                && path.chars().noneMatch(c -> Character.isISOControl(c) || c == 0xfffd);
        return usable ? Optional.of(path) : Optional.empty();
    }

    /** Whether a former place of a note is such a path, and no slug. */
    public static boolean isPath(String place) {
        return place.startsWith("/") && place.length() <= MAX_LENGTH;
    }

    private static String decoded(String path) {
        if (path.indexOf('%') < 0) {
            return path;
        }
        try {
            return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return path;
        }
    }
}
