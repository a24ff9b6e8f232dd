package org.starpunk.indieauth;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.starpunk.outbound.Page;

/** Finds where a page says that something is (RFC 8288): the first {@code Link} header counts, else the first {@code <link>}. */
final class Rel {

    private static final Pattern LINK = Pattern.compile("<([^>]*)>([^,]*)");
    private static final Pattern REL =
            Pattern.compile(";\\s*rel\\s*=\\s*(?:\"([^\"]*)\"|([^;\\s]+))", Pattern.CASE_INSENSITIVE);

    private Rel() {}

    /** The absolute URL of a relation, empty when the page has none. */
    static Optional<String> find(Page page, String rel) {
        return page.headers().getAll("Link").stream()
                .flatMap(header -> LINK.matcher(header).results().map(link -> new Link(link.group(1), link.group(2))))
                .filter(link -> link.has(rel))
                .map(Link::target)
                .findFirst()
                .or(() -> inPage(page, rel))
                .map(target -> URI.create(page.url()).resolve(target).toString());
    }

    private static Optional<String> inPage(Page page, String rel) {
        Element link = Jsoup.parse(page.body().toString(), page.url())
                .selectFirst("link[rel~=(?i)(^|\\s)" + Pattern.quote(rel) + "(\\s|$)][href]");
        return Optional.ofNullable(link).map(found -> found.attr("href"));
    }

    /** A value of the header. */
    private record Link(String target, String parameters) {

        boolean has(String rel) {
            Matcher found = REL.matcher(parameters);
            if (!found.find()) {
                return false;
            }
            String names = found.group(1) == null ? found.group(2) : found.group(1);
            return Stream.of(names.toLowerCase(Locale.ROOT).split("\\s+")).anyMatch(rel::equals);
        }
    }
}
