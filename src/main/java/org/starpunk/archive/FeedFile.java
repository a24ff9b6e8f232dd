package org.starpunk.archive;

import java.io.IOException;
import java.io.InputStream;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jsoup.Jsoup;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.ArchivedNote;
import org.starpunk.note.Excerpt;
import org.starpunk.note.Html;
import org.starpunk.note.Markdown;
import org.starpunk.note.Note;
import org.starpunk.note.Slug;
import org.starpunk.note.TagNames;

/** The entries of an RSS 2.0 or Atom file (RFC 4287), WordPress's export among them, one at a time, as notes in HTML. */
final class FeedFile {

    private static final String WORDPRESS = "wp:";
    private static final int MAX_EXCERPT = 120;

    private final ZoneId zone;
    private final Taker taker;
    private final Consumer<String> skipped;

    /** Takes a note, with the name that its feed has for it. */
    @FunctionalInterface
    interface Taker {
        void take(String name, ArchivedNote note) throws IOException;
    }

    FeedFile(ZoneId zone, Taker taker, Consumer<String> skipped) {
        this.zone = zone;
        this.taker = taker;
        this.skipped = skipped;
    }

    /** Without document types and entities of a file's own: they could ask for files, or grow without end. */
    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    void read(InputStream in) throws IOException {
        boolean feed = false;
        try {
            XMLStreamReader xml = factory().createXMLStreamReader(in);
            while (xml.hasNext()) {
                if (xml.next() == XMLStreamConstants.START_ELEMENT) {
                    String name = xml.getLocalName();
                    feed = feed || name.equals("rss") || name.equals("feed") || name.equals("RDF");
                    if (feed && (name.equals("item") || name.equals("entry"))) {
                        take(entry(xml));
                    }
                }
            }
        } catch (XMLStreamException e) {
            throw new PackException(
                    "it is no XML that can be read"
                            + (e.getLocation() == null
                                    ? ""
                                    : ", line " + e.getLocation().getLineNumber()),
                    e);
        }
        if (!feed) {
            throw new PackException("it is no RSS or Atom feed", null);
        }
    }

    private static final class Entry {
        private final Map<String, String> texts = new HashMap<>();
        private final List<String> categories = new ArrayList<>();
        private boolean plain;
    }

    private static Entry entry(XMLStreamReader xml) throws XMLStreamException {
        Entry entry = new Entry();
        while (xml.next() != XMLStreamConstants.END_DOCUMENT) {
            if (xml.isEndElement()) {
                return entry;
            }
            if (xml.isStartElement()) {
                element(xml, entry);
            }
        }
        return entry;
    }

    private static void element(XMLStreamReader xml, Entry entry) throws XMLStreamException {
        String prefix = xml.getPrefix() == null || xml.getPrefix().isEmpty() ? "" : xml.getPrefix() + ":";
        String name = prefix + xml.getLocalName();
        String type = Optional.ofNullable(xml.getAttributeValue(null, "type")).orElse("");
        String rel = Optional.ofNullable(xml.getAttributeValue(null, "rel")).orElse("alternate");
        String href = xml.getAttributeValue(null, "href");
        String label = Optional.ofNullable(xml.getAttributeValue(null, "label"))
                .orElse(Optional.ofNullable(xml.getAttributeValue(null, "term")).orElse(""));
        String text = inner(xml);
        if (name.equals("category")) {
            entry.categories.add(label.isEmpty() ? text.strip() : label);
        } else if (name.equals("link") && href != null) {
            if (rel.equals("alternate")) {
                entry.texts.putIfAbsent("link", href);
            }
        } else if (!text.isBlank()) {
            entry.texts.putIfAbsent(name, text);
            entry.plain = entry.plain || (name.equals("content") && type.equals("text"));
        }
    }

    /** An element's text; elements in it (XHTML) as they are written. */
    private static String inner(XMLStreamReader xml) throws XMLStreamException {
        StringBuilder text = new StringBuilder();
        boolean nested = false;
        int depth = 1;
        while (depth > 0) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    depth++;
                    if (!nested) {
                        nested = true;
                        text.replace(0, text.length(), Html.escape(text.toString()));
                    }
                    text.append('<').append(xml.getLocalName());
                    for (int i = 0; i < xml.getAttributeCount(); i++) {
                        text.append(' ').append(xml.getAttributeLocalName(i)).append("=\"");
                        text.append(Html.escape(xml.getAttributeValue(i))).append('"');
                    }
                    text.append('>');
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    depth--;
                    if (depth > 0) {
                        text.append("</").append(xml.getLocalName()).append('>');
                    }
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA ->
                    text.append(nested ? Html.escape(xml.getText()) : xml.getText());
                case XMLStreamConstants.END_DOCUMENT -> depth = 0;
                default -> {}
            }
        }
        return text.toString();
    }

    private void take(Entry entry) throws IOException {
        Map<String, String> texts = entry.texts;
        String link = first(texts, "link", "id", "guid").orElse("");
        String name = link.isEmpty() ? first(texts, "title").orElse("an entry") : link;
        String kind = texts.getOrDefault(WORDPRESS + "post_type", "post");
        if (!kind.equals("post")) {
            skipped.accept(name + " is of WordPress's type " + kind + ", and no post");
            return;
        }
        String text = first(texts, "content:encoded", "content", "description", "summary")
                .orElse("");
        String title =
                title(first(texts, "title").map(FeedFile::plain).orElse(null), entry.plain ? Html.escape(text) : text);
        Note.Content content = new Note.Content(
                title,
                text.strip(),
                entry.plain ? Note.Format.TEXT : Note.Format.HTML,
                TagNames.tags(entry.categories),
                List.of(),
                texts.getOrDefault(WORDPRESS + "status", "publish").equals("publish")
                        ? Note.Status.PUBLISHED
                        : Note.Status.DRAFT,
                Note.Visibility.PUBLIC,
                null,
                null,
                null);
        Optional<OffsetDateTime> published = time(texts, "published", "pubDate", "dc:date", "updated");
        OffsetDateTime time = published.orElse(OffsetDateTime.now(zone));
        String slug = first(texts, WORDPRESS + "post_name")
                .or(() -> Optional.of(link).map(FeedFile::lastPart))
                .flatMap(Slug::wished)
                .orElseGet(() -> Slug.of(title, plain(text), time));
        OffsetDateTime updated = time(texts, "updated", "atom:updated")
                .filter(later -> later.isAfter(time))
                .orElse(null);
        taker.take(name, new ArchivedNote(content, slug, List.of(), time, updated, null, null, published.isPresent()));
    }

    private Optional<OffsetDateTime> time(Map<String, String> texts, String... names) {
        return first(texts, names).flatMap(written -> Times.read(written, zone));
    }

    private static Optional<String> first(Map<String, String> texts, String... names) {
        for (String name : names) {
            String text = texts.get(name);
            if (text != null) {
                return Optional.of(text);
            }
        }
        return Optional.empty();
    }

    /** Feeds give a note without a title its first words as one: they are in the text already. */
    private static @Nullable String title(@Nullable String title, String html) {
        if (title == null || title.isBlank()) {
            return null;
        }
        String words = title.strip().replaceFirst("(?:…|\\.\\.\\.|\\[…])$", "").strip();
        String begin = Excerpt.of(Markdown.sanitise(html), Math.max(MAX_EXCERPT, 2 * words.length() + 10));
        return begin.startsWith(words) ? null : title.strip();
    }

    private static String plain(String html) {
        return Jsoup.parse(html).text();
    }

    private static String lastPart(String url) {
        String path = url.replaceFirst("^[a-z]+://[^/]*", "")
                .replaceFirst("[?#].*$", "")
                .replaceFirst("/+$", "");
        return path.substring(path.lastIndexOf('/') + 1).replaceFirst("\\.[a-z]{2,5}$", "");
    }
}
