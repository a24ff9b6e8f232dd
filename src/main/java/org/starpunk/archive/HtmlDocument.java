package org.starpunk.archive;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.select.Elements;
import org.jspecify.annotations.Nullable;

/** Converts a complete HTML document to front matter and body. The fields come from its head and its microformats. */
final class HtmlDocument {

    private static final Pattern DOCUMENT = Pattern.compile(
            "(?i)\\A\\s*+(?:<\\?xml[^>]*>\\s*+)?(?:<!--.{0,2000}?-->\\s*+)*+<(?:!doctype|html|head|body|title|meta)\\b",
            Pattern.DOTALL);
    private static final Pattern SITE_NAME = Pattern.compile("\\s+(?:[|·•–—:»«]|::|-)\\s+.*");

    private HtmlDocument() {}

    static boolean isDocument(String text) {
        return DOCUMENT.matcher(text).find();
    }

    /** Returns whether the document redirects the browser to another address. */
    static boolean isRedirect(String text) {
        return !Jsoup.parse(text).select("meta[http-equiv=refresh]").isEmpty();
    }

    /** Returns the metadata under the field names of front matter, and the HTML of the main content. */
    static FrontMatter read(String text) {
        Document document = Jsoup.parse(text);
        document.outputSettings().prettyPrint(false);
        Map<String, Object> fields = new LinkedHashMap<>();
        put(
                fields,
                "date",
                first(document, "datetime", ".dt-published[datetime]")
                        .or(() -> meta(
                                document,
                                "article:published_time",
                                "date",
                                "dcterms.created",
                                "dc.date",
                                "dcterms.date",
                                "pubdate"))
                        .or(() -> onlyTime(document)));
        put(
                fields,
                "updated",
                first(document, "datetime", ".dt-updated[datetime]")
                        .or(() -> meta(document, "article:modified_time", "last-modified")));
        put(fields, "in-reply-to", first(document, "href", "a.u-in-reply-to[href]"));
        put(fields, "canonical", first(document, "href", "link[rel=canonical][href]"));
        meta(document, "robots")
                .filter(robots -> robots.toLowerCase(Locale.ROOT).matches(".*\\b(?:noindex|none)\\b.*"))
                .ifPresent(unused -> fields.put("unlisted", "true"));
        List<String> tags = Stream.concat(
                        document.select(".p-category").eachText().stream(),
                        meta(document, "keywords").stream().flatMap(line -> Stream.of(line.split(","))))
                .toList();
        if (!tags.isEmpty()) {
            fields.put("tags", tags);
        }
        Element body = body(document);
        put(fields, "title", Optional.ofNullable(title(document, body)));
        return new FrontMatter(fields, body.html());
    }

    private static void put(Map<String, Object> fields, String name, Optional<String> value) {
        value.filter(text -> !text.isBlank()).ifPresent(text -> fields.put(name, text.strip()));
    }

    private static Optional<String> first(Document document, String attribute, String selector) {
        return Optional.ofNullable(document.selectFirst(selector)).map(element -> element.attr(attribute));
    }

    private static Optional<String> meta(Document document, String... names) {
        return Stream.of(names)
                .flatMap(name -> document.select("meta[name=" + name + "], meta[property=" + name + "]").stream())
                .map(element -> element.attr("content"))
                .filter(content -> !content.isBlank())
                .findFirst();
    }

    private static Optional<String> onlyTime(Document document) {
        Elements times = document.select("time[datetime]");
        return times.size() == 1 ? Optional.of(times.get(0).attr("datetime")) : Optional.empty();
    }

    private static Element body(Document document) {
        document.select("script, style, noscript, template").remove();
        for (String selector : List.of(".e-content", "article", "main", "[role=main]")) {
            Elements found = document.select(selector);
            if (found.size() == 1) {
                return found.get(0);
            }
        }
        Element body = document.body();
        body.select("> nav, > aside, > footer, > header nav").remove();
        return body;
    }

    /** Returns the title, and removes a heading from the body that repeats it. */
    private static @Nullable String title(Document document, Element body) {
        String title = document.title().strip();
        Element heading = body.selectFirst("h1");
        String words = heading == null ? "" : heading.text().strip();
        if (words.isEmpty()) {
            return title.isEmpty() ? null : title;
        }
        boolean same = title.isEmpty()
                || title.equalsIgnoreCase(words)
                || (title.startsWith(words)
                        && SITE_NAME.matcher(title.substring(words.length())).matches());
        if (same && heading != null) {
            heading.remove();
            return words;
        }
        return title;
    }
}
