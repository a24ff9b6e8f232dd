package org.starpunk.archive;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Set;

/** Reads a file with many items: a feed, or the export of another program. The content determines the format. */
final class ImportFileReader {

    private static final Set<String> XML = Set.of("xml", "rss", "atom", "rdf");

    private ImportFileReader() {}

    /** Content of a file. Each call opens a new stream at its start. */
    @FunctionalInterface
    interface ByteSource {
        InputStream open() throws IOException;
    }

    private static String ending(String path) {
        return path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /** Returns whether the extension of a file permits such content. */
    static boolean isItemFile(String path) {
        return XML.contains(ending(path)) || ending(path).equals("json");
    }

    /**
     * Reads a file.
     *
     * @return false if the format is unknown; then the receiver got no item
     * @throws ArchiveException if the file cannot be read completely
     */
    static boolean read(String path, ByteSource source, ZoneId zone, Instant now, ImportedItemHandler receiver)
            throws IOException {
        return ending(path).equals("json")
                ? JsonImportReader.read(source, zone, now, receiver)
                : new FeedImportReader(zone, now, receiver).read(source);
    }
}
