package org.starpunk.feed;

import java.util.List;
import org.starpunk.note.Note;

/** Writes a feed, piece by piece: after each call what it wrote so far is in its writer. */
interface FeedWriter {

    void begin(FeedMetadata metadata);

    /** Writes a note.
     *
     * @param enclosures pictures, sounds and films of the note
     */
    void item(FeedMetadata metadata, Note note, List<Enclosure> enclosures);

    void end();
}
