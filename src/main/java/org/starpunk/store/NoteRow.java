package org.starpunk.store;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Note;
import org.starpunk.note.Photo;
import org.starpunk.note.Tag;

/** A row of {@code notes}, and the note that it and its tags make. */
record NoteRow(
        long id,
        long version,
        String slug,
        @Nullable String title,
        String text,
        Note.Format format,
        String html,
        @Nullable String photos,
        Note.Status status,
        Note.Visibility visibility,
        @Nullable String inReplyTo,
        @Nullable String likeOf,
        @Nullable String repostOf,
        @Nullable String previewToken,
        OffsetDateTime published,
        @Nullable OffsetDateTime updated,
        @Nullable OffsetDateTime deleted) {

    static final String COLUMNS = "n.id, n.slug, n.title, n.text, n.format, n.html, n.photos, n.status, n.visibility,"
            + " n.in_reply_to, n.like_of, n.repost_of, n.preview_token,"
            + " n.published, n.published_zone, n.updated, n.updated_zone, n.deleted, n.version";

    /** Reads the row of a query that selects {@link #COLUMNS} first. */
    static NoteRow read(ResultSet row) throws SQLException {
        return new NoteRow(
                row.getLong(1),
                row.getLong(19),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                Note.Format.valueOf(row.getString(5)),
                row.getString(6),
                row.getString(7),
                Note.Status.valueOf(row.getString(8)),
                Note.Visibility.valueOf(row.getString(9)),
                row.getString(10),
                row.getString(11),
                row.getString(12),
                row.getString(13),
                time(row.getLong(14), row.getInt(15)),
                row.getObject(16) == null ? null : time(row.getLong(16), row.getInt(17)),
                row.getObject(18) == null ? null : time(row.getLong(18), 0));
    }

    private static OffsetDateTime time(long millis, int zone) {
        return Instant.ofEpochMilli(millis).atOffset(ZoneOffset.ofTotalSeconds(zone));
    }

    Note with(List<Tag> tags) {
        Note.Content content = new Note.Content(
                title, text, format, tags, readPhotos(photos), status, visibility, inReplyTo, likeOf, repostOf);
        return new Note(id, version, slug, content, html, published, updated, deleted, previewToken);
    }

    private static List<Photo> readPhotos(@Nullable String json) {
        if (json == null) {
            return List.of();
        }
        List<Photo> photos = new ArrayList<>();
        for (Object photo : new JsonArray(json)) {
            JsonObject object = (JsonObject) photo;
            photos.add(new Photo(object.getString("url"), object.getString("alt", "")));
        }
        return photos;
    }

    static @Nullable String writePhotos(List<Photo> photos) {
        if (photos.isEmpty()) {
            return null;
        }
        JsonArray json = new JsonArray();
        for (Photo photo : photos) {
            json.add(new JsonObject().put("url", photo.url()).put("alt", photo.alt()));
        }
        return json.encode();
    }
}
