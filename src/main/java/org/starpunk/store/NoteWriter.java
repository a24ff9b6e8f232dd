package org.starpunk.store;

import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.SecretTokens;
import org.starpunk.note.ArchivedNote;
import org.starpunk.note.MarkdownRenderer;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;
import org.starpunk.note.NoteUpdate;
import org.starpunk.note.NoteVersionConflictException;
import org.starpunk.note.Slug;
import org.starpunk.note.Tag;
import org.starpunk.store.TagIdCache.KnownTag;

/** Writes notes with their slugs, tags and search index within the transaction of the caller. */
final class NoteWriter {

    private static final String INSERT =
            "INSERT INTO notes (slug, title, text, format, html, rendering, photos, status, visibility,"
                    + " in_reply_to, like_of, repost_of, preview_token, published, published_zone, month, uid, properties)"
                    + " VALUES (?, ?, ?, ?, ?, " + MarkdownRenderer.VERSION + ", ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private static final String UPDATE = "UPDATE notes SET slug = ?, title = ?, text = ?, format = ?, html = ?,"
            + " rendering = coalesce(CAST(? AS INTEGER), rendering), photos = ?, status = ?, visibility = ?, in_reply_to ="
            + " ?, like_of = ?, repost_of = ?, preview_token = ?, published = ?, published_zone = ?, month = ?, updated ="
            + " ?, updated_zone = ?, properties = ?, version = version + 1 WHERE id = ?";

    private NoteWriter() {}

    /**
     * Inserts a new note.
     *
     * @param slug preferred slug; a number is appended if it is taken
     * @param now time of publication if the note has none
     */
    static Note create(
            JdbcSession sql, NewNote wish, String slug, MarkdownRenderer.RenderedText read, OffsetDateTime now)
            throws SQLException {
        OffsetDateTime published = millis(wish.published() == null ? now : wish.published());
        Note.Content wished = wish.content();
        Note.Content content = wished.with(wished.status().at(published, now));
        return add(
                sql,
                FeedIdBackfill.create(),
                firstFreeSlug(sql, slug, 0),
                content,
                read,
                preview(content, null),
                published);
    }

    /** Inserts a note from an archive with its history. Its id and slug must be free. */
    static void insertArchived(JdbcSession sql, ArchivedNote note, String slug, MarkdownRenderer.RenderedText read)
            throws SQLException {
        String uid = note.uid() == null ? FeedIdBackfill.create() : note.uid();
        Note.Content content = note.content();
        String preview = note.previewToken() == null ? preview(content, null) : note.previewToken();
        Note added = add(sql, uid, slug, content, read, preview, note.published());
        OffsetDateTime updated = note.updated();
        OffsetDateTime deleted = note.deletedAt();
        if (updated != null || deleted != null) {
            int unused = sql.change(
                    "UPDATE notes SET updated = ?, updated_zone = ?, deleted = ? WHERE id = ?",
                    updated == null ? null : updated.toInstant().toEpochMilli(),
                    updated == null ? null : updated.getOffset().getTotalSeconds(),
                    deleted == null ? null : deleted.toInstant().toEpochMilli(),
                    added.id());
        }
        if (deleted != null) {
            SearchIndex.removeLast(sql, added.id());
        }
        for (String old : note.oldSlugs()) {
            insertSlug(sql, old, added.id());
        }
    }

    private static Note add(
            JdbcSession sql,
            String uid,
            String slug,
            Note.Content content,
            MarkdownRenderer.RenderedText read,
            @Nullable String preview,
            OffsetDateTime published)
            throws SQLException {
        long id = sql.dialect()
                .inserted(
                        sql,
                        INSERT,
                        slug,
                        content.title(),
                        content.text(),
                        content.format().name(),
                        read.html(),
                        NoteRowMapper.writePhotos(content.photos()),
                        content.status().name(),
                        content.visibility().name(),
                        content.inReplyTo(),
                        content.likeOf(),
                        content.repostOf(),
                        preview,
                        published.toInstant().toEpochMilli(),
                        published.getOffset().getTotalSeconds(),
                        NoteMonthIndex.of(sql, published),
                        uid,
                        content.extra().json());
        insertSlug(sql, slug, id);
        List<Tag> tags = tag(sql, id, content.tags(), published);
        Note note = new Note(id, 1, uid, slug, content.with(tags), read.html(), published, null, null, preview);
        SearchIndex.addLast(sql, note, read.text());
        return note;
    }

    /**
     * Note after a change.
     *
     * @param wasOpen whether visitors could see the note before
     */
    record Changed(Note note, boolean wasOpen) {

        /** Returns whether the change made the note visible to visitors. */
        boolean opens() {
            return !wasOpen && note.open();
        }
    }

    static Optional<Changed> update(
            JdbcSession sql, long id, NoteUpdate change, @Nullable String html, OffsetDateTime now)
            throws SQLException {
        Optional<Note> found = NoteQueries.byId(sql, id).filter(note -> !note.deleted());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Note old = found.get();
        if (change.version() != null && change.version() != old.version()) {
            throw new NoteVersionConflictException(old.version());
        }
        Note.Content wished = change.content() == null ? old.content() : change.content();
        OffsetDateTime published = millis(publication(old, wished, change, now));
        Note.Content content = wished.with(status(old, wished, change, published, now));
        String slug = Slug.wished(change.slug()).isPresent()
                ? firstFreeSlug(sql, Slug.wished(change.slug()).get(), id)
                : old.slug();
        sql.change(
                UPDATE,
                slug,
                content.title(),
                content.text(),
                content.format().name(),
                html == null ? old.html() : html,
                html == null ? null : MarkdownRenderer.VERSION,
                NoteRowMapper.writePhotos(content.photos()),
                content.status().name(),
                content.visibility().name(),
                content.inReplyTo(),
                content.likeOf(),
                content.repostOf(),
                preview(content, old.previewToken()),
                published.toInstant().toEpochMilli(),
                published.getOffset().getTotalSeconds(),
                NoteMonthIndex.of(sql, published),
                now.toInstant().toEpochMilli(),
                now.getOffset().getTotalSeconds(),
                content.extra().json(),
                id);
        insertSlug(sql, slug, id);
        sql.change("DELETE FROM note_tags WHERE note_id = ?", id);
        List<Tag> unused = tag(sql, id, change.tags() == null ? old.content().tags() : change.tags(), published);
        return Optional.of(new Changed(written(sql, id), old.open()));
    }

    /**
     * Returns the status after a change. A published note stays published if its time does not change, also after the
     * clock was set back.
     */
    private static Note.Status status(
            Note old, Note.Content wished, NoteUpdate change, OffsetDateTime published, OffsetDateTime now) {
        boolean stays = old.content().status() == Note.Status.PUBLISHED && change.published() == null;
        return stays && wished.status() != Note.Status.DRAFT
                ? Note.Status.PUBLISHED
                : wished.status().at(published, now);
    }

    /**
     * Returns the time of publication after a change. A draft that is published gets the current time, unless another
     * time was chosen or its own time is in the future.
     */
    private static OffsetDateTime publication(Note old, Note.Content content, NoteUpdate change, OffsetDateTime now) {
        if (change.published() != null) {
            return change.published();
        }
        boolean first = old.content().status() == Note.Status.DRAFT && content.status() != Note.Status.DRAFT;
        return first && !old.published().isAfter(now) ? now : old.published();
    }

    static boolean delete(JdbcSession sql, long id, OffsetDateTime now) throws SQLException {
        boolean there = sql.change(
                        "UPDATE notes SET deleted = coalesce(deleted, ?), version = version + 1 WHERE id = ?",
                        now.toInstant().toEpochMilli(),
                        id)
                > 0;
        if (there) {
            SearchIndex.removeLast(sql, id);
        }
        return there;
    }

    static Optional<Changed> undelete(JdbcSession sql, long id) throws SQLException {
        Optional<Note> old = NoteQueries.byId(sql, id);
        if (old.isEmpty()) {
            return Optional.empty();
        }
        sql.change("UPDATE notes SET deleted = NULL, version = version + 1 WHERE id = ?", id);
        return Optional.of(new Changed(written(sql, id), old.get().open()));
    }

    /**
     * Publishes due notes, earliest first. Returns the notes that no other process has published.
     *
     * @param now current time, epoch milliseconds
     * @param limit maximum number of notes
     */
    static List<Note> publishDue(JdbcSession sql, long now, int limit) throws SQLException {
        List<Note> published = new ArrayList<>();
        for (long id : NoteSchedule.due(sql, now, limit)) {
            if (NoteSchedule.publish(sql, id, now)) {
                published.add(written(sql, id));
            }
        }
        return published;
    }

    /**
     * Renames a tag. If the new slug belongs to another tag, both tags are merged. Returns false if there is no such
     * tag.
     */
    static boolean renameTag(JdbcSession sql, String slug, Tag renamed) throws SQLException {
        Optional<Long> from = tagId(sql, slug);
        if (from.isEmpty()) {
            return false;
        }
        Optional<Long> other = tagId(sql, renamed.slug()).filter(id -> !id.equals(from.get()));
        long kept = other.orElse(from.get());
        if (other.isPresent()) {
            sql.change(
                    "UPDATE note_tags SET tag_id = ? WHERE tag_id = ?"
                            + " AND note_id NOT IN (SELECT note_id FROM note_tags WHERE tag_id = ?)",
                    kept,
                    from.get(),
                    kept);
            sql.change("DELETE FROM tags WHERE id = ?", from.get());
        }
        sql.change("UPDATE tags SET slug = ?, name = ? WHERE id = ?", renamed.slug(), renamed.name(), kept);
        sql.tags().clear();
        sql.change(
                "UPDATE notes SET version = version + 1 WHERE id IN (SELECT note_id FROM note_tags WHERE tag_id = ?)",
                kept);
        SearchIndex.tagRenamed(sql, kept);
        return true;
    }

    private static Optional<Long> tagId(JdbcSession sql, String slug) throws SQLException {
        return sql.first("SELECT id FROM tags WHERE slug = ?", row -> row.getLong(1), slug);
    }

    private static Note written(JdbcSession sql, long id) throws SQLException {
        Note note = NoteQueries.byId(sql, id).orElseThrow();
        SearchIndex.replaceLast(sql, note);
        return note;
    }

    /** Stores the tags of a note. Returns them with their current names, sorted by name. */
    private static List<Tag> tag(JdbcSession sql, long id, List<Tag> tags, OffsetDateTime published)
            throws SQLException {
        List<Tag> called = new ArrayList<>(tags.size());
        // One row per statement: SQLite writes a statement journal for a multi-row insert.
        for (Tag tag : tags) {
            KnownTag known = sql.tags().get(sql, tag);
            if (called.contains(known.tag())) {
                continue;
            }
            sql.change(
                    "INSERT INTO note_tags (note_id, tag_id, published) VALUES (?, ?, ?)",
                    id,
                    known.id(),
                    published.toInstant().toEpochMilli());
            called.add(known.tag());
        }
        return NoteRowMapper.byName(called);
    }

    private static void insertSlug(JdbcSession sql, String slug, long id) throws SQLException {
        sql.change("INSERT INTO slugs (slug, note_id) VALUES (?, ?) ON CONFLICT (slug) DO NOTHING", slug, id);
    }

    /**
     * Returns the slug, or the slug with a free number. An exponential search (2, 3, 5, 9, …) finds a free number, and
     * a binary search reduces it. The ten-thousandth note with the same name takes about 30 queries.
     */
    static String firstFreeSlug(JdbcSession sql, String slug, long own) throws SQLException {
        if (isFree(sql, slug, own)) {
            return slug;
        }
        int taken = 1;
        int step = 1;
        while (!isFree(sql, Slug.numbered(slug, taken + step), own)) {
            taken += step;
            step *= 2;
        }
        int free = taken + step;
        while (free - taken > 1) {
            int middle = (free + taken) >>> 1;
            if (isFree(sql, Slug.numbered(slug, middle), own)) {
                free = middle;
            } else {
                taken = middle;
            }
        }
        return Slug.numbered(slug, free);
    }

    /** Returns whether a note may use a slug. It may use its own earlier slugs. */
    private static boolean isFree(JdbcSession sql, String slug, long own) throws SQLException {
        return sql.first("SELECT note_id FROM slugs WHERE slug = ?", row -> row.getLong(1), slug)
                        .orElse(own)
                == own;
    }

    private static @Nullable String preview(Note.Content content, @Nullable String old) {
        if (content.status() == Note.Status.PUBLISHED) {
            return null;
        }
        return old == null ? SecretTokens.create() : old;
    }

    private static OffsetDateTime millis(OffsetDateTime time) {
        return time.truncatedTo(ChronoUnit.MILLIS);
    }
}
