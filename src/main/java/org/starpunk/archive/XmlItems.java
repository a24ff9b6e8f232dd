package org.starpunk.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** The items and entries of a feed in XML, one at a time. */
final class XmlItems {

    private XmlItems() {}

    /** Takes an item. */
    @FunctionalInterface
    interface Taker {
        void take(XmlElement item) throws IOException;
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
     * @throws PackException when it cannot be read to its end; the message names the line
     */
    static boolean each(InputStream in, Taker taker) throws IOException {
        try {
            XMLStreamReader xml = factory().createXMLStreamReader(new WithoutControls(in));
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
                    taker.take(XmlElement.read(xml));
                }
            }
            return true;
        } catch (XMLStreamException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNumber();
            throw new PackException("it is no XML that can be read" + (line > 0 ? ", line " + line : ""), e);
        }
    }

    /** Control characters, which XML forbids and exports of WordPress have, read as spaces. Files in UTF-16 have bytes of zero. */
    private static final class WithoutControls extends FilterInputStream {

        private WithoutControls(InputStream in) {
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
