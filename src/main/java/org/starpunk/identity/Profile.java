package org.starpunk.identity;

import java.net.URI;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whose site it is, and what it is called.
 *
 * @param siteName the site's name
 * @param siteUrl its address, absolute, without a slash at the end: {@code https://example.org}
 * @param authorName the author's name
 * @param bio a sentence about the author; may be empty
 * @param photo the URL of the author's picture; may be empty
 * @param language the language that the site is mostly written in, as a BCP 47 tag: {@code en}
 */
public record Profile(String siteName, String siteUrl, String authorName, String bio, String photo, String language) {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern ADDRESS = Pattern.compile("\\[.*|[0-9.]+");

    /** What a site shows before it is set up. */
    public static Profile unset(String siteUrl) {
        return new Profile("StarPunk", siteUrl, "", "", "", "en");
    }

    /** The author's own URL, {@code me} in IndieAuth: the home page, with its slash. */
    public String me() {
        return siteUrl + '/';
    }

    /** An absolute address from a path of this site. */
    public String absolute(String path) {
        return siteUrl + path;
    }

    public boolean isSet() {
        return !authorName.isEmpty();
    }

    /**
     * Whether other sites may know the author by {@link #me}: IndieAuth §3.2 allows neither a port nor an IP address in it. On a
     * loopback address, where a site is tried out, both are let pass.
     */
    public boolean identifies() {
        URI uri = URI.create(siteUrl);
        String host = uri.getHost();
        return host != null
                && (LOOPBACK.contains(host)
                        || (uri.getPort() < 0 && !ADDRESS.matcher(host).matches()));
    }
}
