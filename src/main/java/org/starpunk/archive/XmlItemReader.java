package org.starpunk.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** The items and entries of a feed in XML, one at a time. */
final class XmlItemReader {

    private XmlItemReader() {}

    /** Takes an item. */
    @FunctionalInterface
    interface ItemHandler {
        void accept(XmlElement item) throws IOException;
    }

    /** Without document types and entities of a file's own: they could read files, or grow without end. */
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
     * @return false when its root is that of no feed; then nothing else was read
     * @throws ArchiveException when it cannot be read to its end; the message names the line
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
            throw new ArchiveException("it is no XML that can be read" + (line > 0 ? ", line " + line : ""), e);
        }
    }

    /** Control characters, which XML forbids and exports of WordPress have, read as spaces. Files in UTF-16 have bytes of zero. */
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
