package org.starpunk.note;

import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change to a note. Fields that are null do not change.
 *
 * @param content new title, text, photos, status, visibility and references; its tags are ignored
 * @param tags new tags; null for no change, empty to remove all
 * @param slug new slug, made unique; the old one then redirects
 * @param published new time of publication
 * @param version expected version of the note; the update fails if it differs; null for any version
 */
public record NoteUpdate(
        Note.@Nullable Content content,
        @Nullable List<Tag> tags,
        @Nullable String slug,
        @Nullable OffsetDateTime published,
        @Nullable Long version) {

    /** Creates a change to any version of the note. */
    public NoteUpdate(
            Note.@Nullable Content content,
            @Nullable List<Tag> tags,
            @Nullable String slug,
            @Nullable OffsetDateTime published) {
        this(content, tags, slug, published, null);
    }

    /** Returns a copy for this version of the note only. */
    public NoteUpdate of(long changed) {
        return new NoteUpdate(content, tags, slug, published, changed);
    }
}
