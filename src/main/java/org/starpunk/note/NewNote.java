package org.starpunk.note;

import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * A note to be written.
 *
 * @param content what the author wrote; tags are got or created by their normalised names
 * @param wishedSlug honoured and made unique; null to make one from the title or the first words
 * @param published when it was published; null for now
 */
public record NewNote(
        Note.Content content,
        @Nullable String wishedSlug,
        @Nullable OffsetDateTime published) {}
