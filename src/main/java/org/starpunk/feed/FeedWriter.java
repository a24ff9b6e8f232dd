package org.starpunk.feed;

import org.starpunk.note.Note;

/** Writes a feed, piece by piece: after each call what it wrote so far is in its writer. */
interface FeedWriter {

    void begin(Head head);

    void item(Head head, Note note);

    void end();
}
