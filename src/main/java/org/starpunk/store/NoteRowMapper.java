package org.starpunk.store;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.text.Collator;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.ExtraProperties;
import org.starpunk.note.Note;
import org.starpunk.note.Photo;
import org.starpunk.note.Tag;

/** Maps rows of {@code notes} to notes. The tags are one column, so one statement reads a complete note. */
final class NoteRowMapper {

    static final String COLUMNS = "n.id, n.slug, n.title, n.text, n.format, n.html, n.photos, n.status, n.visibility,"
            + " n.in_reply_to, n.like_of, n.repost_of, n.preview_token,"
            + " n.published, n.published_zone, n.updated, n.updated_zone, n.deleted, n.version, n.uid,"
            + " (SELECT json_group_object(t.slug, t.name) FROM note_tags nt JOIN tags t ON t.id = nt.tag_id"
            + " WHERE nt.note_id = n.id), n.properties";

    private NoteRowMapper() {}

    /** Reads the row of a query that selects {@link #COLUMNS} first. */
    static Note read(ResultSet row) throws SQLException {
        Note.Content content = new Note.Content(
                row.getString(3),
                row.getString(4),
                Note.Format.valueOf(row.getString(5)),
                readTags(row.getString(21)),
                readPhotos(row.getString(7)),
                Note.Status.valueOf(row.getString(8)),
                Note.Visibility.valueOf(row.getString(9)),
                row.getString(10),
                row.getString(11),
                row.getString(12),
                ExtraProperties.parse(row.getString(22)));
        return new Note(
                row.getLong(1),
                row.getLong(19),
                row.getString(20),
                row.getString(2),
                content,
                row.getString(6),
                time(row.getLong(14), row.getInt(15)),
                row.getObject(16) == null ? null : time(row.getLong(16), row.getInt(17)),
                row.getObject(18) == null ? null : time(row.getLong(18), 0),
                row.getString(13));
    }

    static OffsetDateTime time(long millis, int zone) {
        return Instant.ofEpochMilli(millis).atOffset(ZoneOffset.ofTotalSeconds(zone));
    }

    private static List<Tag> readTags(@Nullable String json) {
        if (json == null || json.equals("{}")) {
            return List.of();
        }
        List<Tag> tags = new ArrayList<>();
        new JsonObject(json).forEach(tag -> tags.add(new Tag(tag.getKey(), (String) tag.getValue())));
        return byName(tags);
    }

    /** Sorts tags by name in human order: {@code Übung} before {@code Vert.x}, case-insensitive. */
    static List<Tag> byName(List<Tag> tags) {
        if (tags.size() < 2) {
            return tags;
        }
        Comparator<Tag> order = tags.stream().allMatch(tag -> isPlain(tag.name()))
                ? Comparator.comparing(Tag::name)
                : Comparator.comparing(Tag::name, Collator.getInstance(Locale.ROOT))
                        .thenComparing(Tag::slug);
        return tags.stream().sorted(order).toList();
    }

    /** Returns whether the human order equals the order of characters, which takes a tenth of the time. */
    private static boolean isPlain(String name) {
        return name.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
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
