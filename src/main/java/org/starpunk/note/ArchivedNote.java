package org.starpunk.note;

import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A note with all data that an export contains and an import restores.
 *
 * @param content content by the author
 * @param uid id in feeds, a URI; null to assign a new one
 * @param slug slug in {@code /notes/:slug}
 * @param oldSlugs earlier addresses that redirect: slugs, and paths of another site ({@link ImportedPath}), which start
 *     with a slash
 * @param published time of publication with the author's offset, milliseconds precision
 * @param updated time of the last change; null if there was none
 * @param deletedAt time of deletion; null if the note is not deleted
 * @param previewToken opens a draft without login; null unless it is a draft
 * @param dated false if the source has no time of publication, so that the time is an estimate
 */
public record ArchivedNote(
        Note.Content content,
        @Nullable String uid,
        String slug,
        List<String> oldSlugs,
        OffsetDateTime published,
        @Nullable OffsetDateTime updated,
        @Nullable OffsetDateTime deletedAt,
        @Nullable String previewToken,
        boolean dated) {

    public ArchivedNote {
        oldSlugs = List.copyOf(oldSlugs);
        published = published.truncatedTo(ChronoUnit.MILLIS);
        updated = updated == null ? null : updated.truncatedTo(ChronoUnit.MILLIS);
        deletedAt = deletedAt == null ? null : deletedAt.truncatedTo(ChronoUnit.MILLIS);
    }

    /** Returns a copy with other content. */
    public ArchivedNote with(Note.Content other) {
        return new ArchivedNote(other, uid, slug, oldSlugs, published, updated, deletedAt, previewToken, dated);
    }

    /** Returns a copy with another slug. */
    public ArchivedNote withSlug(String other) {
        return new ArchivedNote(content, uid, other, oldSlugs, published, updated, deletedAt, previewToken, dated);
    }

    /** Returns a copy without an id in feeds, so that it gets a new one. */
    public ArchivedNote withNewUid() {
        return new ArchivedNote(content, null, slug, oldSlugs, published, updated, deletedAt, previewToken, dated);
    }

    /** A note of the site with its id. */
    public record Numbered(long id, ArchivedNote note) {}

    /** Effect of an import on a note. */
    public enum ImportAction {
        /** The note is inserted with its own slug. */
        ADDED,
        /** The note is inserted with another slug, because its own belongs to another note. */
        RENAMED,
        /** The note exists and does not change. */
        HERE
    }

    /**
     * Result of an import for one note.
     *
     * @param kind effect of the import
     * @param slug slug on this site
     * @param otherUid whether its id in feeds differs from the imported one
     */
    public record ImportOutcome(ImportAction kind, String slug, boolean otherUid) {}
}
