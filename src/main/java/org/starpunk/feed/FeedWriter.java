package org.starpunk.feed;

import java.util.List;
import org.starpunk.note.Note;

/** Writes a feed item by item. Each method flushes its output to the underlying writer before it returns. */
interface FeedWriter {

    void begin(FeedMetadata metadata);

    /**
     * Writes a note.
     *
     * @param enclosures pictures, sounds and videos of the note
     */
    void item(FeedMetadata metadata, Note note, List<Enclosure> enclosures);

    void end();
}
