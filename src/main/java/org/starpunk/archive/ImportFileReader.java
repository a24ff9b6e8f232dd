package org.starpunk.archive;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Set;

/** A file with many items: a feed, or the export of another program. What it is, is found by its content. */
final class ImportFileReader {

    private static final Set<String> XML = Set.of("xml", "rss", "atom", "rdf");

    private ImportFileReader() {}

    /** The file's bytes, from the first one on each time. */
    @FunctionalInterface
    interface ByteSource {
        InputStream open() throws IOException;
    }

    private static String ending(String path) {
        return path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /** Whether a file of this name may be one. */
    static boolean isItemFile(String path) {
        return XML.contains(ending(path)) || ending(path).equals("json");
    }

    /**
     * Reads a file.
     *
     * @return false when it is of no known kind; then nothing was received
     * @throws ArchiveException when it cannot be read to its end
     */
    static boolean read(String path, ByteSource source, ZoneId zone, Instant now, ImportedItemHandler receiver)
            throws IOException {
        return ending(path).equals("json")
                ? JsonImportReader.read(source, zone, now, receiver)
                : new FeedImportReader(zone, now, receiver).read(source);
    }
}
