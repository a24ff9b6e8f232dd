package org.starpunk.indieauth;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.starpunk.outbound.Page;

/** Finds link relations (RFC 8288): the first {@code Link} header, otherwise the first {@code <link>} element. */
final class Rel {

    private static final Pattern LINK = Pattern.compile("<([^>]*)>([^,]*)");
    private static final Pattern REL =
            Pattern.compile(";\\s*rel\\s*=\\s*(?:\"([^\"]*)\"|([^;\\s]+))", Pattern.CASE_INSENSITIVE);

    private Rel() {}

    /** Returns the absolute URL of a relation; empty if the page has none. */
    static Optional<String> find(Page page, String rel) {
        return inHeader(page, rel).findFirst().or(() -> inPage(page, rel).findFirst());
    }

    /** Returns the absolute URLs in the {@code Link} headers. */
    static Stream<String> inHeader(Page page, String rel) {
        return page.headers().getAll("Link").stream()
                .flatMap(header -> LINK.matcher(header).results().map(link -> new Link(link.group(1), link.group(2))))
                .filter(link -> link.has(rel))
                .map(link -> URI.create(page.url()).resolve(link.target()).toString());
    }

    /** Returns the absolute URLs in the page's {@code <link>} elements. */
    static Stream<String> inPage(Page page, String rel) {
        return Jsoup.parse(page.body().toString(), page.url()).select("link[rel][href]").stream()
                .filter(link -> has(link.attr("rel"), rel))
                .map(link -> link.absUrl("href"));
    }

    private static boolean has(String names, String rel) {
        return Stream.of(names.toLowerCase(Locale.ROOT).split("\\s+")).anyMatch(rel::equals);
    }

    /** A link of the header. */
    private record Link(String target, String parameters) {

        boolean has(String rel) {
            Matcher found = REL.matcher(parameters);
            return found.find() && Rel.has(found.group(1) == null ? found.group(2) : found.group(1), rel);
        }
    }
}
