package org.starpunk.indieauth;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.starpunk.outbound.OutboundResponse;

/** Finds link relations (RFC 8288): the first {@code Link} header, otherwise the first {@code <link>} element. */
final class LinkRelDiscovery {

    private static final Pattern LINK = Pattern.compile("<([^>]*)>([^,]*)");
    private static final Pattern REL =
            Pattern.compile(";\\s*rel\\s*=\\s*(?:\"([^\"]*)\"|([^;\\s]+))", Pattern.CASE_INSENSITIVE);

    private LinkRelDiscovery() {}

    /** Returns the absolute URL of a relation; empty if the response has none. */
    static Optional<String> find(OutboundResponse outboundResponse, String rel) {
        return inHeader(outboundResponse, rel)
                .findFirst()
                .or(() -> inPage(outboundResponse, rel).findFirst());
    }

    /** Returns the absolute URLs in the {@code Link} headers. */
    static Stream<String> inHeader(OutboundResponse outboundResponse, String rel) {
        return outboundResponse.headers().getAll("Link").stream()
                .flatMap(header ->
                        LINK.matcher(header).results().map(link -> new HeaderLink(link.group(1), link.group(2))))
                .filter(link -> link.has(rel))
                .map(link -> URI.create(outboundResponse.url())
                        .resolve(link.target())
                        .toString());
    }

    /** Returns the absolute URLs in the page's {@code <link>} elements. */
    static Stream<String> inPage(OutboundResponse outboundResponse, String rel) {
        return Jsoup.parse(outboundResponse.body().toString(), outboundResponse.url())
                .select("link[rel][href]")
                .stream()
                .filter(link -> has(link.attr("rel"), rel))
                .map(link -> link.absUrl("href"));
    }

    private static boolean has(String names, String rel) {
        return Stream.of(names.toLowerCase(Locale.ROOT).split("\\s+")).anyMatch(rel::equals);
    }

    /** Link in the {@code Link} header. */
    private record HeaderLink(String target, String parameters) {

        boolean has(String rel) {
            Matcher found = REL.matcher(parameters);
            return found.find() && LinkRelDiscovery.has(found.group(1) == null ? found.group(2) : found.group(1), rel);
        }
    }
}
