package org.starpunk.feed;

import java.io.Writer;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.starpunk.note.Note;
import org.starpunk.note.Tag;

/** Writes a feed in Atom (RFC 4287). */
final class AtomWriter implements FeedWriter {

    private final XmlWriter xml;

    AtomWriter(Writer out) {
        xml = new XmlWriter(out);
    }

    @Override
    public void begin(FeedMetadata metadata) {
        xml.declaration();
        xml.open(
                "feed",
                "xmlns",
                "http://www.w3.org/2005/Atom",
                "xml:lang",
                metadata.profile().language());
        xml.element("id", metadata.id());
        xml.element("title", metadata.title());
        xml.element("subtitle", metadata.description());
        xml.element("updated", date(metadata.updated()));
        xml.open("author").element("name", metadata.author());
        xml.element("uri", metadata.profile().me()).close();
        xml.empty("link", "rel", "alternate", "type", "text/html", "href", metadata.home());
        xml.empty("link", "rel", "self", "type", "application/atom+xml", "href", metadata.self());
        metadata.hubs().forEach(hub -> xml.empty("link", "rel", "hub", "href", hub));
        xml.element("generator", "StarPunk");
        xml.flush();
    }

    @Override
    public void item(FeedMetadata metadata, Note note, List<Enclosure> enclosures) {
        xml.open("entry");
        xml.element("id", note.uid());
        xml.element("title", FeedItemFields.someTitle(note));
        xml.element("published", date(note.published(metadata.profile().zone())));
        xml.element("updated", date(FeedItemFields.updated(metadata.profile(), note)));
        xml.empty(
                "link",
                "rel",
                "alternate",
                "type",
                "text/html",
                "href",
                metadata.profile().absolute(note.path()));
        for (Enclosure enclosure : enclosures) {
            enclosure(enclosure);
        }
        for (Tag tag : note.content().tags()) {
            xml.empty("category", "term", tag.slug(), "label", tag.name());
        }
        xml.element("content", FeedItemFields.html(metadata.profile(), note), "type", "html");
        xml.close();
        xml.flush();
    }

    private void enclosure(Enclosure enclosure) {
        List<String> attributes =
                new ArrayList<>(List.of("rel", "enclosure", "type", enclosure.type(), "href", enclosure.url()));
        if (enclosure.length() != null) {
            attributes.addAll(List.of("length", enclosure.length().toString()));
        }
        xml.empty("link", attributes.toArray(String[]::new));
    }

    @Override
    public void end() {
        xml.end();
    }

    private static String date(OffsetDateTime time) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time.truncatedTo(ChronoUnit.SECONDS));
    }
}
