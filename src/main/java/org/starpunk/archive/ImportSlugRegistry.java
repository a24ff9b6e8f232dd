package org.starpunk.archive;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.starpunk.note.ArchivedNote;
import org.starpunk.note.Slug;

/**
 * Assigns unique slugs to the notes of an import. The site treats two items with the same slug and time as one note, so
 * the second item gets a number. A repeated import assigns the same numbers.
 */
final class ImportSlugRegistry {

    private final Map<String, List<ClaimedSlug>> bySlug = new HashMap<>();

    /** @param content hash of the content */
    private record ClaimedSlug(String name, int content, Instant published, boolean dated) {}

    /**
     * Returns the name of an earlier item with the same note, for example from another file; empty if there is none.
     */
    Optional<String> twin(ArchivedNote note) {
        return bySlug.getOrDefault(note.slug(), List.of()).stream()
                .filter(taken -> taken.published().equals(note.published().toInstant())
                        && taken.content() == note.content().hashCode())
                .map(ClaimedSlug::name)
                .findFirst();
    }

    /** Returns the note with a slug that no other note with the same time has. */
    ArchivedNote distinct(String name, ArchivedNote note) {
        String slug = note.slug();
        for (int number = 2; isTaken(slug, note); number++) {
            slug = Slug.numbered(note.slug(), number);
        }
        ClaimedSlug taken = new ClaimedSlug(
                name, note.content().hashCode(), note.published().toInstant(), note.dated());
        bySlug.computeIfAbsent(slug, unused -> new ArrayList<>()).add(taken);
        if (slug.equals(note.slug())) {
            return note;
        }
        bySlug.computeIfAbsent(note.slug(), unused -> new ArrayList<>()).add(taken);
        return note.withSlug(slug);
    }

    private boolean isTaken(String slug, ArchivedNote note) {
        return bySlug.getOrDefault(slug, List.of()).stream()
                .anyMatch(taken -> !taken.dated()
                        || !note.dated()
                        || taken.published().equals(note.published().toInstant()));
    }
}
