package org.starpunk.identity;

import java.net.URI;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Profile of the site and its author.
 *
 * @param siteName name of the site
 * @param siteUrl absolute address of the site, without a trailing slash: {@code https://example.org}
 * @param authorName name of the author; empty before the site is set up
 * @param bio a sentence about the author; may be empty
 * @param photo URL of the author's photo; may be empty
 * @param language main language of the site, as a BCP 47 tag: {@code en}
 * @param zone time zone in which the site shows times, and reads those without an offset
 * @param links addresses of the author's profiles on other sites, shown as {@code rel=me}
 * @param aiCrawlers whether {@code robots.txt} allows crawlers that collect texts for AI
 */
public record Profile(
        String siteName,
        String siteUrl,
        String authorName,
        String bio,
        String photo,
        String language,
        ZoneId zone,
        List<String> links,
        boolean aiCrawlers) {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final Pattern ADDRESS = Pattern.compile("\\[.*|[0-9.]+");

    /** Removes the scheme's default port from the address (RFC 9110, section 4.2.3). Earlier versions stored it. */
    public Profile {
        boolean standard = (siteUrl.startsWith("https://") && siteUrl.endsWith(":443"))
                || (siteUrl.startsWith("http://") && siteUrl.endsWith(":80"));
        links = List.copyOf(links);
        zone = zone.equals(ZoneOffset.UTC) ? UTC : zone; // the one that has a name
        siteUrl = standard ? siteUrl.substring(0, siteUrl.lastIndexOf(':')) : siteUrl;
    }

    /** Makes the profile of a site in UTC. */
    public Profile(String siteName, String siteUrl, String authorName, String bio, String photo, String language) {
        this(siteName, siteUrl, authorName, bio, photo, language, UTC);
    }

    /** Makes the profile of a site without links that allows all crawlers. */
    public Profile(
            String siteName,
            String siteUrl,
            String authorName,
            String bio,
            String photo,
            String language,
            ZoneId zone) {
        this(siteName, siteUrl, authorName, bio, photo, language, zone, List.of(), true);
    }

    /** Returns a copy with another address of the site. */
    public Profile withSiteUrl(String url) {
        return new Profile(siteName, url, authorName, bio, photo, language, zone, links, aiCrawlers);
    }

    /** Returns a copy with another photo. */
    public Profile withPhoto(String url) {
        return new Profile(siteName, siteUrl, authorName, bio, url, language, zone, links, aiCrawlers);
    }

    /** Returns the profile of a site that is not set up yet. */
    public static Profile unset(String siteUrl, ZoneId zone) {
        return new Profile("StarPunk", siteUrl, "", "", "", "en", zone);
    }

    /** Returns the author's URL, {@code me} in IndieAuth: the home page, with its slash. */
    public String me() {
        return siteUrl + '/';
    }

    /** Returns the absolute address of a path of this site. */
    public String absolute(String path) {
        return siteUrl + path;
    }

    public boolean isSet() {
        return !authorName.isEmpty();
    }

    /**
     * Returns whether {@link #me} is a valid profile URL: IndieAuth §3.2 allows neither a port nor an IP address. Both
     * are accepted for a loopback host, for trying a site out.
     */
    public boolean identifies() {
        URI uri = URI.create(siteUrl);
        String host = uri.getHost();
        return host != null
                && (LOOPBACK.contains(host)
                        || (uri.getPort() < 0 && !ADDRESS.matcher(host).matches()));
    }
}
