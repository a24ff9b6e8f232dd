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

/** Writes notes, with their slugs, tags and their place in the search index, within the transaction that it is called in. */
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
     * Writes a new note.
     *
     * @param slug what it is to be called; it gets a number if that is taken
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

    /** Writes a note as an archive has it: with its history, under an id and a slug that are free. */
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
     * A note after a change.
     *
     * @param wasOpen whether strangers could open it before
     */
    record Changed(Note note, boolean wasOpen) {

        /** Returns whether the change has opened it to strangers. */
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

    /** A published note stays so when its time is not changed, also after the clock was set back. */
    private static Note.Status status(
            Note old, Note.Content wished, NoteUpdate change, OffsetDateTime published, OffsetDateTime now) {
        boolean stays = old.content().status() == Note.Status.PUBLISHED && change.published() == null;
        return stays && wished.status() != Note.Status.DRAFT
                ? Note.Status.PUBLISHED
                : wished.status().at(published, now);
    }

    /** A draft that is published for the first time is of now, unless another time is chosen, or its own lies ahead. */
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
     * Publishes scheduled notes whose time has come, earliest first. Returns those that no other process has published.
     *
     * @param now epoch milliseconds
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

    /** Renames a tag; where the new slug is taken, the two become one. */
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

    /** Gives a note its tags; as they are called from then on, by name. */
    private static List<Tag> tag(JdbcSession sql, long id, List<Tag> tags, OffsetDateTime published)
            throws SQLException {
        List<Tag> called = new ArrayList<>(tags.size());
        // One row each: for a statement of several, SQLite keeps a journal of its own.
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
     * The slug, or the slug with the first free number found: it gallops (2, 3, 5, 9, …) to a free one, then halves the distance, so
     * that the ten-thousandth note of one name costs some dozen look-ups.
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

    /** A note may take back a slug that it once had. */
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
