package org.starpunk.feed;

import java.io.Writer;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.starpunk.note.Note;
import org.starpunk.note.Tag;

/** Writes a feed in RSS 2.0. */
final class RssWriter implements FeedWriter {

    /** Date of RFC 822, with a year of four digits and the author's UTC offset. */
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss xx", Locale.ENGLISH);

    /** Namespace of Dublin Core, for the author's name. An RSS author element requires an email address. */
    private static final String DC = "http://purl.org/dc/elements/1.1/";

    private final XmlWriter xml;

    RssWriter(Writer out) {
        xml = new XmlWriter(out);
    }

    @Override
    public void begin(FeedMetadata metadata) {
        xml.declaration();
        xml.open("rss", "version", "2.0", "xmlns:atom", "http://www.w3.org/2005/Atom", "xmlns:dc", DC);
        xml.open("channel");
        xml.element("title", metadata.title());
        xml.element("link", metadata.home());
        xml.element("description", metadata.description());
        xml.element("language", metadata.profile().language());
        xml.element("lastBuildDate", date(metadata.updated()));
        xml.element("generator", "StarPunk");
        xml.empty("atom:link", "rel", "self", "type", "application/rss+xml", "href", metadata.self());
        metadata.hubs().forEach(hub -> xml.empty("atom:link", "rel", "hub", "href", hub));
        xml.flush();
    }

    @Override
    public void item(FeedMetadata metadata, Note note, List<Enclosure> enclosures) {
        xml.open("item");
        String title = FeedItemFields.title(note);
        if (title != null) {
            xml.element("title", title);
        }
        xml.element("link", metadata.profile().absolute(note.path()));
        xml.element("guid", note.uid(), "isPermaLink", "false");
        xml.element("pubDate", date(note.published(metadata.profile().zone())));
        xml.element("dc:creator", metadata.author());
        for (Tag tag : note.content().tags()) {
            xml.element("category", tag.name());
        }
        xml.element("description", FeedItemFields.html(metadata.profile(), note));
        // Feed readers expect at most one enclosure (RSS Best Practices Profile). An unknown length is 0.
        for (Enclosure enclosure : enclosures.subList(0, Math.min(1, enclosures.size()))) {
            long length = enclosure.length() == null ? 0 : enclosure.length();
            xml.empty("enclosure", "url", enclosure.url(), "length", Long.toString(length), "type", enclosure.type());
        }
        xml.close();
        xml.flush();
    }

    @Override
    public void end() {
        xml.end();
    }

    private static String date(OffsetDateTime time) {
        return DATE.format(time);
    }
}
