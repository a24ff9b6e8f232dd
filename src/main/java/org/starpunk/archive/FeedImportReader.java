package org.starpunk.archive;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Excerpt;
import org.starpunk.note.HtmlEscaper;
import org.starpunk.note.ImportedPath;
import org.starpunk.note.MarkdownRenderer;
import org.starpunk.note.Note;

/** Reads the entries of an RSS or Atom file (RFC 4287) as notes, including exports of Blogger and WordPress. */
final class FeedImportReader {

    private static final int MAX_EXCERPT = 120;
    private static final String KIND = "http://schemas.google.com/g/2005#kind";
    private static final Pattern PICTURE = Pattern.compile("(?i)image/.*|.*\\.(?:jpe?g|png|gif|webp)");

    private final ZoneId zone;
    private final Instant now;
    private final ImportedItemHandler receiver;

    FeedImportReader(ZoneId zone, Instant now, ImportedItemHandler receiver) {
        this.zone = zone;
        this.now = now;
        this.receiver = receiver;
    }

    /**
     * Reads a file.
     *
     * @return false if it is not a feed
     */
    boolean read(ImportFileReader.ByteSource source) throws IOException {
        WordPressItem wordPress = new WordPressItem(zone, now, receiver);
        try (InputStream in = source.open()) {
            boolean unused = XmlItemReader.each(in, wordPress::collect);
        } catch (ArchiveException e) {
            // The second pass reports the error, after the items before it.
        }
        try (InputStream in = source.open()) {
            return XmlItemReader.each(in, item -> {
                if (item.first("wp:post_type").isPresent()) {
                    wordPress.accept(item);
                } else {
                    accept(item);
                }
            });
        }
    }

    private void accept(XmlElement item) throws IOException {
        String link = link(item);
        String name = link.isEmpty()
                ? item.text("atom:id", "guid", "title", "atom:title")
                        .orElse("an entry")
                        .strip()
                : link;
        Optional<String> kind = blogger(item).filter(found -> !found.equals("post"));
        if (kind.isPresent()) {
            receiver.skip(name, "it is of Blogger's kind " + kind.get() + ", not a post");
            return;
        }
        ImportVisibility importVisibility = new ImportVisibility(now, zone);
        readVisibility(item, importVisibility);
        if (importVisibility.isLeftOut()) {
            receiver.skip(name, importVisibility.reasons());
            return;
        }
        ImportedItem note = new ImportedItem(name, importVisibility);
        text(item, note);
        title(item, note);
        Optional<OffsetDateTime> published = time(
                item,
                "atom:published",
                "pubDate",
                "atom:issued",
                "dc:date",
                "dc:created",
                "atom:created",
                "published",
                "atom:updated");
        note.published(published).updated(time(item, "atom:updated", "dc:modified", "atom:modified", "updated"));
        item.all("category").forEach(category -> note.tags(List.of(category.text())));
        item.all("atom:category")
                .filter(category -> !KIND.equals(category.attribute("scheme")))
                .forEach(category -> note.tags(List.of(term(category))));
        item.all("dc:subject").forEach(subject -> note.tags(List.of(subject.text())));
        if (!link.isEmpty()) {
            note.address(link).slug(lastPart(link));
        }
        item.text("blogger:filename").ifPresent(path -> note.address(path).slug(lastPart(path)));
        note.inReplyTo(item.first("thr:in-reply-to")
                .map(reply -> reply.attribute("href", reply.attribute("ref", "")))
                .filter(url -> url.matches("https?://\\S+")));
        enclosures(item, note);
        receiver.accept(note);
    }

    /** Returns Blogger's kind of an entry in lower case; empty for entries of other programs. */
    private static Optional<String> blogger(XmlElement item) {
        return item.all("atom:category")
                .filter(category -> KIND.equals(category.attribute("scheme")))
                .map(category -> category.attribute("term", "").replaceFirst(".*#", ""))
                .findFirst()
                .or(() -> item.text("blogger:type").map(String::strip))
                .map(kind -> kind.toLowerCase(Locale.ROOT));
    }

    /** Applies the visibility elements of every program. */
    private static void readVisibility(XmlElement item, ImportVisibility importVisibility) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (XmlElement child : item.children()) {
            boolean known = !child.name().startsWith("{") && !child.name().startsWith("dc:");
            if (known && child.children().isEmpty()) {
                fields.put(
                        child.localName().toLowerCase(Locale.ROOT), child.text().strip());
            }
        }
        importVisibility.fields(fields);
        Stream.concat(item.all("app:control"), Stream.of(item))
                .flatMap(control -> control.all("app:draft"))
                .forEach(draft ->
                        importVisibility.fields(Map.of("draft", draft.text().strip())));
    }

    private static String link(XmlElement item) {
        return item.all("atom:link")
                .filter(link -> link.attribute("rel", "alternate").equals("alternate"))
                .map(link -> link.attribute("href", ""))
                .filter(href -> !href.isBlank())
                .findFirst()
                .or(() -> item.text("link"))
                .or(() -> item.first("guid")
                        .filter(guid -> !"false".equals(guid.attribute("isPermaLink")))
                        .map(XmlElement::text))
                .or(() -> item.text("atom:id"))
                .map(String::strip)
                .filter(url -> url.matches("https?://\\S+|/\\S+"))
                .orElse("");
    }

    private static void text(XmlElement item, ImportedItem note) throws IOException {
        Optional<XmlElement> content = Stream.of(
                        "content:encoded", "atom:content", "description", "atom:summary", "content")
                .flatMap(item::all)
                .filter(element -> !element.text().isBlank()
                        || element.attribute("src") != null
                        || !element.children().isEmpty())
                .findFirst();
        if (content.isEmpty()) {
            return;
        }
        XmlElement element = content.get();
        if (element.attribute("src") != null && element.text().isBlank()) {
            note.remark("its content is elsewhere, and is a link now");
            String src = HtmlEscaper.escape(element.attribute("src", ""));
            note.text("<p><a href=\"" + src + "\">" + src + "</a></p>", Note.Format.HTML);
            return;
        }
        boolean plain = element.name().startsWith("atom:") && isText(element.attribute("type", "text"));
        if (plain) {
            note.text(element.text(), Note.Format.TEXT);
        } else {
            note.text(EmbedLinkReplacer.toLinks(html(element), note::remark), Note.Format.HTML);
        }
    }

    private static boolean isText(String type) {
        return type.equals("text") || (type.startsWith("text/") && !type.equals("text/html"));
    }

    /**
     * Returns the HTML of an element: from escaped text, or from XHTML elements without their enclosing {@code div}.
     */
    private static String html(XmlElement element) {
        List<XmlElement> children = element.children();
        if (children.isEmpty()) {
            return element.text();
        }
        boolean wrapped = element.attribute("type", "").equals("xhtml")
                && children.size() == 1
                && children.get(0).localName().equals("div");
        return wrapped ? children.get(0).innerHtml() : element.innerHtml();
    }

    /**
     * Sets the title, unless it only repeats the first words of the text. Feeds use these as the title of an untitled
     * note.
     */
    private static void title(XmlElement item, ImportedItem note) {
        Optional<XmlElement> element = item.first("title").or(() -> item.first("atom:title"));
        boolean text = element.filter(
                        title -> title.name().startsWith("atom:") && isText(title.attribute("type", "text")))
                .isPresent();
        String title = element.map(
                        found -> text ? found.text() : Jsoup.parse(html(found)).text())
                .orElse("")
                .strip();
        String html = note.format() == Note.Format.TEXT ? HtmlEscaper.escape(note.text()) : note.text();
        note.title(title.isBlank() || isBeginning(title, html) ? null : title);
    }

    /** Returns whether a title only repeats the first words of the text. */
    static boolean isBeginning(String title, String html) {
        String words = title.replaceFirst("(?:…|\\.\\.\\.|\\[…])$", "").strip();
        String begin = Excerpt.of(MarkdownRenderer.sanitise(html), Math.max(MAX_EXCERPT, 2 * words.length() + 10));
        return begin.startsWith(words);
    }

    private static void enclosures(XmlElement item, ImportedItem note) {
        Stream.concat(
                        item.all("enclosure")
                                .map(found -> found.attribute("url", "") + "\n" + found.attribute("type", "")),
                        item.all("atom:link")
                                .filter(link -> link.attribute("rel", "").equals("enclosure"))
                                .map(link -> link.attribute("href", "") + "\n" + link.attribute("type", "")))
                .map(pair -> pair.split("\n", 2))
                .filter(pair -> !pair[0].isBlank() && !note.text().contains(pair[0]))
                .forEach(pair -> enclosure(pair[0], pair[1], note));
    }

    private static void enclosure(String url, String type, ImportedItem note) {
        if (PICTURE.matcher(type).matches() || PICTURE.matcher(url).matches()) {
            note.photo(url, "");
        } else {
            note.remark("it has the file " + url + ", which was not fetched");
        }
    }

    private static String term(XmlElement category) {
        @Nullable String label = category.attribute("label");
        return label == null || label.isBlank() ? category.attribute("term", category.text()) : label;
    }

    private Optional<OffsetDateTime> time(XmlElement item, String... names) {
        return Stream.of(names)
                .flatMap(name -> item.all(name))
                .flatMap(element -> LenientDateTimeParser.read(element.text(), zone).stream())
                .findFirst();
    }

    /** Returns the last segment of an address, decoded and without its extension. */
    static String lastPart(String url) {
        String path = ImportedPath.of(url).orElse("");
        return path.substring(path.lastIndexOf('/') + 1).replaceFirst("\\.[a-z]{2,5}$", "");
    }
}
