package org.starpunk.note;

import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A note with all that has to outlive its database: what an archive keeps, and an import brings.
 *
 * @param content what the author wrote
 * @param uid its id in feeds, a URI; null to give it a new one
 * @param slug its place in {@code /notes/:slug}
 * @param oldSlugs places that it had before, which redirect: slugs, and paths of another site ({@link ImportedPath}), which begin with a slash
 * @param published when it was published, with the author's offset, to the millisecond
 * @param updated when it was last changed, null if never
 * @param deletedAt when it was deleted, null while it stands
 * @param previewToken opens a draft without login; null unless it is a draft
 * @param dated false when nothing said when it was published, and the time is a guess
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

    /** The same with another content. */
    public ArchivedNote with(Note.Content other) {
        return new ArchivedNote(other, uid, slug, oldSlugs, published, updated, deletedAt, previewToken, dated);
    }

    /** The same under another slug. */
    public ArchivedNote withSlug(String other) {
        return new ArchivedNote(content, uid, other, oldSlugs, published, updated, deletedAt, previewToken, dated);
    }

    /** The same with a new id in feeds. */
    public ArchivedNote withNewUid() {
        return new ArchivedNote(content, null, slug, oldSlugs, published, updated, deletedAt, previewToken, dated);
    }

    /** A note of the site and its number. */
    public record Numbered(long id, ArchivedNote note) {}

    /** What becomes of a note that is brought. */
    public enum ImportAction {
        /** It is written, under the slug that it brings. */
        ADDED,
        /** It is written, under another slug, because another note has its own. */
        RENAMED,
        /** It was there already, and is left as it is. */
        HERE
    }

    /**
     * What became of a note.
     *
     * @param slug its slug
     * @param otherUid whether its id in feeds is not the one that it brought
     */
    public record ImportOutcome(ImportAction kind, String slug, boolean otherUid) {}
}
