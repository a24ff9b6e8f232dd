package org.starpunk.note;

import io.vertx.core.Future;
import java.util.List;

/** Finds listed notes by their words. */
public interface NoteSearch {

    /** Stands before a matched word in a {@link Hit#snippet()}. */
    char MARK_START = '\u0002';

    /** Stands after a matched word in a {@link Hit#snippet()}. */
    char MARK_END = '\u0003';

    /**
     * Looks for notes. Any text is a query: what is no search syntax is looked for as it stands.
     *
     * @param query what a person typed; not blank
     * @param offset how many of the best hits to pass over, at least 0
     * @param limit how many hits at the most, 1 to 50
     */
    Future<HitSlice> search(String query, int offset, int limit);

    /**
     * A page of hits, best first.
     *
     * @param hits the hits
     * @param more whether there are others after these
     */
    record HitSlice(List<Hit> hits, boolean more) {

        public HitSlice {
            hits = List.copyOf(hits);
        }
    }

    /**
     * A note that was found.
     *
     * @param note the note
     * @param snippet a part of its plain text (not HTML), matched words between {@link #MARK_START} and {@link #MARK_END}; it may
     *     hold any other character, and the markers too, unbalanced: whoever shows it escapes it first
     */
    record Hit(Note note, String snippet) {}
}
