package org.starpunk.note;

import io.vertx.core.Future;
import java.util.List;

/** Full-text search of listed notes. */
public interface NoteSearch {

    /** Marks the start of a match in a {@link Hit#snippet()}. */
    char MARK_START = '\u0002';

    /** Marks the end of a match in a {@link Hit#snippet()}. */
    char MARK_END = '\u0003';

    /**
     * Searches notes. Every text is a valid query; invalid search syntax is searched as text.
     *
     * @param query query from a visitor; not blank
     * @param offset number of best hits to skip, at least 0
     * @param limit maximum number of hits, 1 to 50
     */
    Future<HitSlice> search(String query, int offset, int limit);

    /**
     * A page of hits, best first.
     *
     * @param hits the hits
     * @param more whether there are more hits after these
     */
    record HitSlice(List<Hit> hits, boolean more) {

        public HitSlice {
            hits = List.copyOf(hits);
        }
    }

    /**
     * A note that matches a query.
     *
     * @param note the note
     * @param snippet a part of its plain text (not HTML), with matches between {@link #MARK_START} and {@link
     *     #MARK_END}. It may contain any other character, and unbalanced markers: callers must escape it
     */
    record Hit(Note note, String snippet) {}
}
