package org.starpunk.note;

import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A note, as it is kept.
 *
 * @param id its number, which never changes
 * @param version counts its changes, from 1
 * @param uid its id in feeds: a URI that never changes, wherever the site moves
 * @param slug its place in {@code /notes/:slug}
 * @param content what the author wrote: title, text, tags, photos and references
 * @param html its text as sanitised HTML, made when it was written
 * @param published when it was published, with the author's offset
 * @param updated when it was last changed after that, null if never
 * @param deletedAt when it was deleted, null while it stands
 * @param previewToken opens a draft or a scheduled note without login, as {@code ?preview=…}; null for a published one
 */
public record Note(
        long id,
        long version,
        String uid,
        String slug,
        Content content,
        String html,
        OffsetDateTime published,
        @Nullable OffsetDateTime updated,
        @Nullable OffsetDateTime deletedAt,
        @Nullable String previewToken) {

    /**
     * What the author wrote.
     *
     * @param extra properties that an app sent and that have no field of their own
     */
    public record Content(
            @Nullable String title,
            String text,
            Format format,
            List<Tag> tags,
            List<Photo> photos,
            Status status,
            Visibility visibility,
            @Nullable String inReplyTo,
            @Nullable String likeOf,
            @Nullable String repostOf,
            ExtraProperties extra) {

        public Content {
            tags = List.copyOf(tags);
            photos = List.copyOf(photos);
        }

        /** Content without other properties. */
        public Content(
                @Nullable String title,
                String text,
                Format format,
                List<Tag> tags,
                List<Photo> photos,
                Status status,
                Visibility visibility,
                @Nullable String inReplyTo,
                @Nullable String likeOf,
                @Nullable String repostOf) {
            this(
                    title,
                    text,
                    format,
                    tags,
                    photos,
                    status,
                    visibility,
                    inReplyTo,
                    likeOf,
                    repostOf,
                    ExtraProperties.NONE);
        }

        /** Returns a copy with other properties. */
        public Content with(ExtraProperties others) {
            return new Content(
                    title, text, format, tags, photos, status, visibility, inReplyTo, likeOf, repostOf, others);
        }

        /** Returns a copy with another text and other photos. */
        public Content with(String other, List<Photo> others) {
            return new Content(
                    title, other, format, tags, others, status, visibility, inReplyTo, likeOf, repostOf, extra);
        }

        /** Returns a copy with another status. */
        public Content with(Status other) {
            return new Content(
                    title, text, format, tags, photos, other, visibility, inReplyTo, likeOf, repostOf, extra);
        }

        /** The same with other tags. */
        public Content with(List<Tag> others) {
            return new Content(
                    title, text, format, others, photos, status, visibility, inReplyTo, likeOf, repostOf, extra);
        }
    }

    /** How the text was written. */
    public enum Format {
        MARKDOWN,
        HTML,
        TEXT
    }

    public enum Status {
        DRAFT,
        /** Only the author sees it until its time of publication, which publishes it. */
        SCHEDULED,
        PUBLISHED;

        /** Returns the status of a note for which this one was chosen: a note with a time ahead is scheduled, not published. */
        public Status at(OffsetDateTime published, OffsetDateTime now) {
            return this == DRAFT ? DRAFT : published.isAfter(now) ? SCHEDULED : PUBLISHED;
        }
    }

    /** Who finds it: everyone; everyone who has its URL; the author only. */
    public enum Visibility {
        PUBLIC,
        UNLISTED,
        PRIVATE
    }

    /** Returns when it was published, by the clock of a zone. */
    public OffsetDateTime published(ZoneId zone) {
        return in(zone, published);
    }

    /** Returns when it was last changed, by the clock of a zone; null if never. */
    public @Nullable OffsetDateTime updated(ZoneId zone) {
        return updated == null ? null : in(zone, updated);
    }

    private static OffsetDateTime in(ZoneId zone, OffsetDateTime time) {
        return time.atZoneSameInstant(zone).toOffsetDateTime();
    }

    public boolean deleted() {
        return deletedAt != null;
    }

    /** Returns whether strangers can open its page. */
    public boolean open() {
        return !deleted() && content.status() == Status.PUBLISHED && content.visibility() != Visibility.PRIVATE;
    }

    /** Whether it stands in lists, feeds and search. */
    public boolean listed() {
        return !deleted() && content.status() == Status.PUBLISHED && content.visibility() == Visibility.PUBLIC;
    }

    /** {@code /notes/first-words}. */
    public String path() {
        return path(slug);
    }

    /** Returns the path of the page of a slug. */
    public static String path(String slug) {
        return "/notes/" + slug;
    }
}
