package org.starpunk.store;

import io.vertx.core.json.JsonArray;
import java.sql.SQLException;
import java.text.Collator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Note;
import org.starpunk.note.NotePage;
import org.starpunk.note.NoteQuery;
import org.starpunk.note.Tag;

/** Reads notes: the rows in one statement, the tags of all of them in a second one, whatever their number. */
final class NoteReader {

    private static final String TAGS_OF =
            "SELECT nt.note_id, t.slug, t.name FROM note_tags nt JOIN tags t ON t.id = nt.tag_id"
                    + " WHERE nt.note_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))";

    private NoteReader() {}

    static Optional<Note> byId(Plain sql, long id) throws SQLException {
        return one(sql, "SELECT " + NoteRow.COLUMNS + " FROM notes n WHERE n.id = ?", id);
    }

    static Optional<Note> bySlug(Plain sql, String slug) throws SQLException {
        return one(
                sql,
                "SELECT " + NoteRow.COLUMNS + " FROM slugs s JOIN notes n ON n.id = s.note_id WHERE s.slug = ?",
                slug);
    }

    private static Optional<Note> one(Plain sql, String query, Object key) throws SQLException {
        return withTags(sql, sql.list(query, NoteRow::read, key)).stream().findFirst();
    }

    static NotePage list(Plain sql, NoteQuery query) throws SQLException {
        List<@Nullable Object> parameters = new ArrayList<>();
        String text = text(query, parameters);
        List<NoteRow> rows = sql.list(text, NoteRow::read, parameters.toArray());
        boolean more = rows.size() > query.limit();
        List<Note> notes = withTags(sql, more ? rows.subList(0, query.limit()) : rows);
        return new NotePage(notes, more ? NoteQuery.Cursor.after(notes.get(notes.size() - 1)) : null);
    }

    /** Every text that this makes is one of eight: conditions are constants, values are parameters. */
    private static String text(NoteQuery query, List<@Nullable Object> parameters) {
        StringBuilder text = new StringBuilder("SELECT ").append(NoteRow.COLUMNS);
        String order = "n.published DESC, n.id DESC";
        String place = "(n.published, n.id)";
        if (query.tag() != null) {
            text.append(" FROM note_tags nt JOIN notes n ON n.id = nt.note_id"
                    + " WHERE nt.tag_id = (SELECT id FROM tags WHERE slug = ?)");
            parameters.add(query.tag());
            order = "nt.published DESC, nt.note_id DESC";
            place = "(nt.published, nt.note_id)";
        } else {
            text.append(" FROM notes n WHERE TRUE");
        }
        if (!query.everything()) {
            text.append(" AND n.listed");
        }
        if (query.month() != null) {
            text.append(" AND n.month = ?");
            parameters.add(query.month().getYear() * 100 + query.month().getMonthValue());
        }
        if (query.after() != null) {
            text.append(" AND ").append(place).append(" < (?, ?)");
            parameters.add(query.after().publishedMillis());
            parameters.add(query.after().id());
        }
        parameters.add(query.limit() + 1);
        return text.append(" ORDER BY ").append(order).append(" LIMIT ?").toString();
    }

    /** The notes of rows, in their order. */
    static List<Note> withTags(Plain sql, List<NoteRow> rows) throws SQLException {
        if (rows.isEmpty()) {
            return List.of();
        }
        String ids = array(rows.stream().map(NoteRow::id).toList());
        Map<Long, List<Tag>> tags = new HashMap<>();
        for (Tagged tagged :
                sql.list(TAGS_OF, row -> new Tagged(row.getLong(1), tag(row.getString(2), row.getString(3))), ids)) {
            tags.computeIfAbsent(tagged.note(), id -> new ArrayList<>()).add(tagged.tag());
        }
        tags.values().forEach(NoteReader::sort);
        return rows.stream()
                .map(row -> row.with(tags.getOrDefault(row.id(), List.of())))
                .toList();
    }

    /** Ids as the parameter of {@code json_each(?)}. */
    static String array(List<Long> ids) {
        return new JsonArray(new ArrayList<>(ids)).encode();
    }

    private record Tagged(long note, Tag tag) {}

    /** By name, as people sort: {@code Übung} before {@code Vert.x}, whatever the case. */
    private static void sort(List<Tag> tags) {
        if (tags.size() > 1) {
            tags.sort(Comparator.comparing(Tag::name, Collator.getInstance(Locale.ROOT)));
        }
    }

    private static Tag tag(String slug, String name) {
        return new Tag(slug, name);
    }
}
