package org.starpunk.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Note;

/**
 * Notes that were read or written lately, for all verticles of the process. A list is made again after each change of any note, and
 * nineteen of its twenty notes are as they were: only their ids and versions are read then. Each change gives a note another
 * version, whichever process makes it, so a note of the version that the database names is the note.
 */
final class NoteCache {

    private static final long MAX_BYTES = 4 * 1024 * 1024;
    private static final int BYTES_BESIDE_TEXT = 600;

    /** Length of text and HTML of the longest cached note, characters: a few dozen longer ones would evict all others. */
    private static final int MAX_NOTE_LENGTH = 100_000;

    private final Cache<Long, Note> notes = Caffeine.newBuilder()
            .maximumWeight(MAX_BYTES)
            .weigher((Long id, Note note) -> weight(note))
            .executor(Runnable::run)
            .build();

    private static int weight(Note note) {
        return BYTES_BESIDE_TEXT + bytes(note.content().text()) + bytes(note.html());
    }

    /** Estimates the size from the first characters: a string takes two bytes per character if one is outside Latin-1. */
    private static int bytes(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xff) {
                return 2 * text.length();
            }
        }
        return text.length();
    }

    /** The note, if it is kept in just this version. */
    @Nullable
    Note get(long id, long version) {
        Note note = notes.getIfPresent(id);
        return note != null && note.version() == version ? note : null;
    }

    /** Keeps a note as it was committed. */
    void put(Note note) {
        if (note.content().text().length() + note.html().length() > MAX_NOTE_LENGTH) {
            notes.invalidate(note.id());
            return;
        }
        Note unused =
                notes.asMap().merge(note.id(), note, (old, fresh) -> old.version() > fresh.version() ? old : fresh);
    }
}
