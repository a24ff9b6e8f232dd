package org.starpunk.indieauth;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.starpunk.outbound.Page;

/** Finds where a page says that something is (RFC 8288): the first {@code Link} header counts, else the first {@code <link>}. */
final class Rel {

    private static final Pattern LINK = Pattern.compile("<([^>]*)>([^,]*)");
    private static final Pattern REL =
            Pattern.compile(";\\s*rel\\s*=\\s*(?:\"([^\"]*)\"|([^;\\s]+))", Pattern.CASE_INSENSITIVE);

    private Rel() {}

    /** The absolute URL of a relation, empty when the page has none. */
    static Optional<String> find(Page page, String rel) {
        return inHeader(page, rel).findFirst().or(() -> inPage(page, rel).findFirst());
    }

    /** The absolute URLs that the {@code Link} headers name. */
    static Stream<String> inHeader(Page page, String rel) {
        return page.headers().getAll("Link").stream()
                .flatMap(header -> LINK.matcher(header).results().map(link -> new Link(link.group(1), link.group(2))))
                .filter(link -> link.has(rel))
                .map(link -> URI.create(page.url()).resolve(link.target()).toString());
    }

    /** The absolute URLs that the page's own {@code <link>} elements name. */
    static Stream<String> inPage(Page page, String rel) {
        return Jsoup.parse(page.body().toString(), page.url()).select("link[rel][href]").stream()
                .filter(link -> has(link.attr("rel"), rel))
                .map(link -> link.absUrl("href"));
    }

    private static boolean has(String names, String rel) {
        return Stream.of(names.toLowerCase(Locale.ROOT).split("\\s+")).anyMatch(rel::equals);
    }

    /** A value of the header. */
    private record Link(String target, String parameters) {

        boolean has(String rel) {
            Matcher found = REL.matcher(parameters);
            return found.find() && Rel.has(found.group(1) == null ? found.group(2) : found.group(1), rel);
        }
    }
}
