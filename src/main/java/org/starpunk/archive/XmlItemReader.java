package org.starpunk.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads the items and entries of an XML feed, one at a time. */
final class XmlItemReader {

    private XmlItemReader() {}

    /** Receives the items. */
    @FunctionalInterface
    interface ItemHandler {
        void accept(XmlElement item) throws IOException;
    }

    /**
     * Returns a factory without document types and external entities, because these could read local files or expand
     * without limit.
     */
    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    /**
     * Reads a file.
     *
     * @return false if the root element is not that of a feed; then no item was read
     * @throws ArchiveException if the file cannot be read completely; the message contains the line
     */
    static boolean each(InputStream in, ItemHandler taker) throws IOException {
        try {
            XMLStreamReader xml = factory().createXMLStreamReader(new ControlCharacterFilter(in));
            boolean root = true;
            while (xml.hasNext()) {
                if (xml.next() != XMLStreamConstants.START_ELEMENT) {
                    continue;
                }
                String name = xml.getLocalName();
                if (root && !name.equals("rss") && !name.equals("feed") && !name.equals("RDF")) {
                    return false;
                }
                root = false;
                if (name.equals("item") || name.equals("entry")) {
                    taker.accept(XmlElement.read(xml));
                }
            }
            return true;
        } catch (XMLStreamException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNumber();
            throw new ArchiveException("it is not valid XML" + (line > 0 ? ", line " + line : ""), e);
        }
    }

    /**
     * Replaces control characters by spaces. XML forbids them, but WordPress exports contain them. Zero bytes are
     * unchanged, because UTF-16 uses them.
     */
    private static final class ControlCharacterFilter extends FilterInputStream {

        private ControlCharacterFilter(InputStream in) {
            super(in);
        }

        private static int clean(int c) {
            return c > 0 && c < ' ' && c != '\n' && c != '\r' && c != '\t' ? ' ' : c;
        }

        @Override
        public int read() throws IOException {
            return clean(super.read());
        }

        @Override
        public int read(byte[] buffer, int from, int length) throws IOException {
            int read = super.read(buffer, from, length);
            for (int i = from; i < from + read; i++) {
                buffer[i] = (byte) (buffer[i] < 0 ? buffer[i] : clean(buffer[i]));
            }
            return read;
        }
    }
}
