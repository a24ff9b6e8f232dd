package org.starpunk.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Note;

/**
 * Notes that were read or written lately, for all verticles of the process. A list is made anew after each change of any note, and
 * nineteen of its twenty notes are as they were: only their ids and versions are read then. Each change gives a note another
 * version, whichever process makes it, so a note of the version that the database names is the note.
 */
final class NoteCache {

    private static final long MAX_BYTES = 4 * 1024 * 1024;
    private static final int BYTES_BESIDE_TEXT = 600;

    private final Cache<Long, Note> notes = Caffeine.newBuilder()
            .maximumWeight(MAX_BYTES)
            .weigher((Long id, Note note) -> weight(note))
            .executor(Runnable::run)
            .build();

    private static int weight(Note note) {
        return BYTES_BESIDE_TEXT + note.content().text().length() + note.html().length();
    }

    /** The note, if it is kept in just this version. */
    @Nullable
    Note get(long id, long version) {
        Note note = notes.getIfPresent(id);
        return note != null && note.version() == version ? note : null;
    }

    /** Keeps a note as it was committed. */
    void keep(Note note) {
        Note unused =
                notes.asMap().merge(note.id(), note, (old, fresh) -> old.version() > fresh.version() ? old : fresh);
    }
}
