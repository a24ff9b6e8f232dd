package org.starpunk.note;

import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Data of a note to be created.
 *
 * @param content content by the author; tags are looked up or created by their normalised names
 * @param wishedSlug preferred slug, made unique; null to derive it from the title or the first words
 * @param published time of publication; null for the current time
 */
public record NewNote(
        Note.Content content,
        @Nullable String wishedSlug,
        @Nullable OffsetDateTime published) {}
