package org.starpunk.note;

import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stored note.
 *
 * @param id id in the database, which never changes
 * @param version number of the version, incremented with each change, from 1
 * @param uid id in feeds: a URI that never changes, even if the site moves
 * @param slug slug in {@code /notes/:slug}
 * @param content content by the author: title, text, tags, photos and references
 * @param html text as sanitised HTML, rendered when the note was written
 * @param published time of publication, with the author's offset
 * @param updated time of the last change after publication; null if there was none
 * @param deletedAt time of deletion; null if the note is not deleted
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
     * Content by the author.
     *
     * @param inReplyTo web address that the note replies to
     * @param likeOf web address that the note likes
     * @param repostOf web address that the note reposts
     * @param extra properties from an app without a field of their own
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

        /** Creates content without other properties. */
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

        /** Returns a copy with other tags. */
        public Content with(List<Tag> others) {
            return new Content(
                    title, text, format, others, photos, status, visibility, inReplyTo, likeOf, repostOf, extra);
        }
    }

    /** Format of the text. */
    public enum Format {
        MARKDOWN,
        HTML,
        TEXT
    }

    public enum Status {
        DRAFT,
        /** Visible to the author only until its time of publication, at which it is published. */
        SCHEDULED,
        PUBLISHED;

        /**
         * Returns the effective status of this chosen status: a note with a time in the future is scheduled instead of
         * published.
         */
        public Status at(OffsetDateTime published, OffsetDateTime now) {
            return this == DRAFT ? DRAFT : published.isAfter(now) ? SCHEDULED : PUBLISHED;
        }
    }

    /** Audience: everyone; everyone who has the URL; the author only. */
    public enum Visibility {
        PUBLIC,
        UNLISTED,
        PRIVATE
    }

    /** Returns the time of publication in a time zone. */
    public OffsetDateTime published(ZoneId zone) {
        return in(zone, published);
    }

    /** Returns the time of the last change in a time zone; null if there was none. */
    public @Nullable OffsetDateTime updated(ZoneId zone) {
        return updated == null ? null : in(zone, updated);
    }

    private static OffsetDateTime in(ZoneId zone, OffsetDateTime time) {
        return time.atZoneSameInstant(zone).toOffsetDateTime();
    }

    public boolean deleted() {
        return deletedAt != null;
    }

    /** Returns whether visitors can open its page. */
    public boolean open() {
        return !deleted() && content.status() == Status.PUBLISHED && content.visibility() != Visibility.PRIVATE;
    }

    /** Returns whether it is in lists, feeds and search. */
    public boolean listed() {
        return !deleted() && content.status() == Status.PUBLISHED && content.visibility() == Visibility.PUBLIC;
    }

    /** Returns the path of its page, such as {@code /notes/first-words}. */
    public String path() {
        return path(slug);
    }

    /** Returns the path of the page of a slug. */
    public static String path(String slug) {
        return "/notes/" + slug;
    }
}
