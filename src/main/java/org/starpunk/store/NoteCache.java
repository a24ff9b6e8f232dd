package org.starpunk.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Note;

/**
 * Cache of notes that were read or written recently, for all verticles of the process. Thread-safe. A list is read
 * again after each change of any note, but most of its notes are unchanged. Then only ids and versions are read. Each
 * change by any process increments the version of a note, so an equal version means an equal note.
 */
final class NoteCache {

    private static final long MAX_BYTES = 4 * 1024 * 1024;
    private static final int BYTES_BESIDE_TEXT = 600;

    /**
     * Maximum length of text and HTML of a cached note, characters. A few dozen longer notes would evict all others.
     */
    private static final int MAX_NOTE_LENGTH = 100_000;

    private final Cache<Long, Note> notes = Caffeine.newBuilder()
            .maximumWeight(MAX_BYTES)
            .weigher((Long id, Note note) -> weight(note))
            .executor(Runnable::run)
            .build();

    private static int weight(Note note) {
        return BYTES_BESIDE_TEXT + bytes(note.content().text()) + bytes(note.html());
    }

    /** Estimates the retained size: a string takes two bytes per character if one is outside Latin-1. */
    private static int bytes(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xff) {
                return 2 * text.length();
            }
        }
        return text.length();
    }

    /** Returns the note if this version of it is cached; otherwise null. */
    @Nullable
    Note get(long id, long version) {
        Note note = notes.getIfPresent(id);
        return note != null && note.version() == version ? note : null;
    }

    /** Stores a committed note. */
    void put(Note note) {
        if (note.content().text().length() + note.html().length() > MAX_NOTE_LENGTH) {
            notes.invalidate(note.id());
            return;
        }
        Note unused =
                notes.asMap().merge(note.id(), note, (old, fresh) -> old.version() > fresh.version() ? old : fresh);
    }
}
