package org.starpunk.note;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** Normalised path of a note on the site from which it was imported. */
public final class ImportedPath {

    private static final int MAX_LENGTH = 500;
    private static final Pattern ORIGIN = Pattern.compile("^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*");
    private static final Pattern QUERY = Pattern.compile("(?s)[?#].*");
    private static final Pattern INDEX = Pattern.compile("/index\\.(?:html?|php)$");
    private static final Pattern SLASHES = Pattern.compile("/{2,}");

    private ImportedPath() {}

    /**
     * Normalises an address or path: decodes it, and removes the query, the trailing slash and {@code index.html}.
     * Returns empty for the root of a site and for an invalid path.
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

    /** Returns whether an earlier address of a note is a path and not a slug. */
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
