package org.starpunk.note;

import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change to a note: what is null stays as it is.
 *
 * @param content the new title, text, photos, status, visibility and references; its tags do not count, {@code tags} does
 * @param tags the new tags; null for no change, empty to remove all
 * @param slug the new slug, made unique; the old one redirects from then on
 * @param published the new time of publication
 * @param version the version that was changed: when the note has another one by now, nothing is done; null for whatever it has
 */
public record NoteUpdate(
        Note.@Nullable Content content,
        @Nullable List<Tag> tags,
        @Nullable String slug,
        @Nullable OffsetDateTime published,
        @Nullable Long version) {

    /** A change to the note as it is then. */
    public NoteUpdate(
            Note.@Nullable Content content,
            @Nullable List<Tag> tags,
            @Nullable String slug,
            @Nullable OffsetDateTime published) {
        this(content, tags, slug, published, null);
    }

    /** The same, to be done to this version only. */
    public NoteUpdate of(long changed) {
        return new NoteUpdate(content, tags, slug, published, changed);
    }
}
