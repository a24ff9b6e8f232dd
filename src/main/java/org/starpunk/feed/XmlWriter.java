package org.starpunk.feed;

import java.io.Writer;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes XML as a stream. Omits the characters that XML 1.0 does not allow. */
final class XmlWriter {

    private static final XMLOutputFactory FACTORY = XMLOutputFactory.newDefaultFactory();

    private final XMLStreamWriter out;

    XmlWriter(Writer writer) {
        try {
            out = FACTORY.createXMLStreamWriter(writer);
        } catch (XMLStreamException e) {
            throw new IllegalStateException("cannot create an XML writer", e);
        }
    }

    /** Operation on the XML stream. */
    @FunctionalInterface
    private interface XmlStep {
        void run() throws XMLStreamException;
    }

    /**
     * Runs an operation. Element names are constants and the output is in memory, so a failure is a programming error.
     */
    private XmlWriter run(XmlStep step) {
        try {
            step.run();
            return this;
        } catch (XMLStreamException e) {
            throw new IllegalStateException("the XML is not well-formed", e);
        }
    }

    XmlWriter declaration() {
        return run(() -> out.writeStartDocument("utf-8", "1.0"));
    }

    XmlWriter open(String name, String... attributes) {
        return run(() -> {
            out.writeStartElement(name);
            attributes(attributes);
        });
    }

    XmlWriter empty(String name, String... attributes) {
        return run(() -> {
            out.writeEmptyElement(name);
            attributes(attributes);
        });
    }

    private void attributes(String... attributes) throws XMLStreamException {
        for (int i = 0; i < attributes.length; i += 2) {
            out.writeAttribute(attributes[i], legal(attributes[i + 1]));
        }
    }

    XmlWriter element(String name, String text, String... attributes) {
        return open(name, attributes)
                .run(() -> out.writeCharacters(legal(text)))
                .close();
    }

    XmlWriter close() {
        return run(out::writeEndElement);
    }

    /** Flushes the written XML to the underlying writer, followed by a newline. */
    void flush() {
        run(() -> {
            out.writeCharacters("\n");
            out.flush();
        });
    }

    /** Ends the document. */
    void end() {
        run(() -> {
            out.writeEndDocument();
            out.flush();
        });
    }

    /**
     * Returns the text without the characters that XML 1.0, section 2.2, does not allow: most control characters, lone
     * surrogates, U+FFFE and U+FFFF.
     */
    static String legal(String text) {
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (!legal(c)) {
                return onlyLegal(text);
            }
            i += Character.charCount(c);
        }
        return text;
    }

    private static String onlyLegal(String text) {
        StringBuilder kept = new StringBuilder(text.length());
        text.codePoints().filter(XmlWriter::legal).forEach(kept::appendCodePoint);
        return kept.toString();
    }

    private static boolean legal(int c) {
        return (c >= 0x20 && c <= 0xd7ff)
                || (c >= 0xe000 && c <= 0xfffd)
                || c >= 0x10000
                || c == '\n'
                || c == '\t'
                || c == '\r';
    }
}
