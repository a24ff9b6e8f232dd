package org.starpunk.archive;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.HtmlEscaper;

/**
 * An XML element with its content. Its name has a fixed prefix for its namespace, independent of the prefix in the
 * file: {@code atom:entry}, {@code wp:status}. RSS elements have no prefix.
 */
final class XmlElement {

    private static final Map<String, String> PREFIXES = Map.ofEntries(
            Map.entry("", ""),
            Map.entry("http://purl.org/rss/1.0/", ""),
            Map.entry("http://my.netscape.com/rdf/simple/0.9/", ""),
            Map.entry("http://backend.userland.com/rss2", ""),
            Map.entry("http://www.w3.org/2005/Atom", "atom:"),
            Map.entry("http://purl.org/atom/ns#", "atom:"),
            Map.entry("http://www.w3.org/2007/app", "app:"),
            Map.entry("http://purl.org/atom/app#", "app:"),
            Map.entry("http://purl.org/rss/1.0/modules/content/", "content:"),
            Map.entry("http://purl.org/dc/elements/1.1/", "dc:"),
            Map.entry("http://purl.org/dc/terms/", "dc:"),
            Map.entry("http://purl.org/syndication/thread/1.0", "thr:"),
            Map.entry("http://schemas.google.com/blogger/2018", "blogger:"));
    private static final String WORDPRESS = "http://wordpress.org/export/";

    /** HTML elements without an end tag. */
    private static final Set<String> VOID = Set.of(
            "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr");

    private final String name;
    private final String localName;
    private final Map<String, String> attributes = new HashMap<>();

    /** Texts and child elements, in document order. */
    private final List<Object> nodes = new ArrayList<>();

    private XmlElement(XMLStreamReader xml) {
        localName = xml.getLocalName();
        name = name(xml);
        for (int i = 0; i < xml.getAttributeCount(); i++) {
            attributes.put(xml.getAttributeLocalName(i), xml.getAttributeValue(i));
        }
    }

    /** Returns the name of the reader's current element. */
    static String name(XMLStreamReader xml) {
        String uri = xml.getNamespaceURI() == null ? "" : xml.getNamespaceURI().strip();
        if (uri.startsWith(WORDPRESS)) {
            return (uri.contains("/excerpt") ? "excerpt:" : "wp:") + xml.getLocalName();
        }
        String prefix = PREFIXES.get(uri);
        return prefix == null ? "{" + uri + "}" + xml.getLocalName() : prefix + xml.getLocalName();
    }

    /** Reads the current element to its end. */
    static XmlElement read(XMLStreamReader xml) throws XMLStreamException {
        XmlElement element = new XmlElement(xml);
        while (xml.hasNext()) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> element.nodes.add(read(xml));
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> element.nodes.add(xml.getText());
                case XMLStreamConstants.END_ELEMENT, XMLStreamConstants.END_DOCUMENT -> {
                    return element;
                }
                default -> {}
            }
        }
        return element;
    }

    String name() {
        return name;
    }

    String localName() {
        return localName;
    }

    @Nullable
    String attribute(String attribute) {
        return attributes.get(attribute);
    }

    String attribute(String attribute, String otherwise) {
        return attributes.getOrDefault(attribute, otherwise);
    }

    /** Returns the child elements. */
    List<XmlElement> children() {
        return nodes.stream()
                .filter(XmlElement.class::isInstance)
                .map(XmlElement.class::cast)
                .toList();
    }

    Stream<XmlElement> all(String wanted) {
        return children().stream().filter(child -> child.name.equals(wanted));
    }

    Optional<XmlElement> first(String wanted) {
        return all(wanted).findFirst();
    }

    /** Returns the first non-blank text among some child elements. */
    Optional<String> text(String... wanted) {
        return Stream.of(wanted)
                .flatMap(this::all)
                .map(XmlElement::text)
                .filter(text -> !text.isBlank())
                .findFirst();
    }

    /** Returns all text of the element, unchanged. */
    String text() {
        StringBuilder text = new StringBuilder();
        nodes.forEach(node -> text.append(node instanceof XmlElement element ? element.text() : (String) node));
        return text.toString();
    }

    /** Returns the content as HTML. */
    String innerHtml() {
        StringBuilder html = new StringBuilder();
        nodes.forEach(node -> {
            if (node instanceof XmlElement element) {
                element.write(html);
            } else {
                html.append(HtmlEscaper.escape((String) node));
            }
        });
        return html.toString();
    }

    private void write(StringBuilder html) {
        html.append('<').append(localName);
        attributes.forEach((attribute, value) -> html.append(' ')
                .append(attribute)
                .append("=\"")
                .append(HtmlEscaper.escape(value))
                .append('"'));
        html.append('>');
        if (!VOID.contains(localName)) {
            html.append(innerHtml()).append("</").append(localName).append('>');
        }
    }
}
