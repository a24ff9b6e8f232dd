package org.starpunk.store;

import io.vertx.core.json.JsonArray;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Note;
import org.starpunk.note.NotePage;
import org.starpunk.note.NoteQuery;

/** Reads notes. */
final class NoteReader {

    /** Those of a list of ids that are listed. */
    static final String LISTED = "SELECT " + NoteRow.COLUMNS
            + " FROM notes n WHERE n.id IN (SELECT CAST(value AS BIGINT) FROM json_each(?)) AND n.listed";

    /** A page or a feed; more is only read to be passed on, and would drive out of memory what pages need. */
    private static final int BRIEF = 50;

    private NoteReader() {}

    static Optional<Note> byId(Plain sql, long id) throws SQLException {
        return sql.first("SELECT " + NoteRow.COLUMNS + " FROM notes n WHERE n.id = ?", NoteRow::read, id);
    }

    static Optional<Note> bySlug(Plain sql, String slug) throws SQLException {
        return sql.first(
                "SELECT " + NoteRow.COLUMNS + " FROM slugs s JOIN notes n ON n.id = s.note_id WHERE s.slug = ?",
                NoteRow::read,
                slug);
    }

    /**
     * A page of a list. The newest notes of one, which many ask for after every change, come from memory where they can; further
     * back goes whoever walks through all, and what he reads would only drive that out.
     */
    static NotePage list(Plain sql, NoteQuery query, NoteCache kept) throws SQLException {
        List<@Nullable Object> parameters = new ArrayList<>();
        boolean brief = query.limit() <= BRIEF && query.after() == null && !query.everything();
        String text = text(brief ? "n.id, n.version" : NoteRow.COLUMNS, query, parameters);
        List<Note> notes = brief
                ? notes(sql, sql.list(text, Place::read, parameters.toArray()), kept)
                : sql.list(text, NoteRow::read, parameters.toArray());
        return NotePage.of(notes, query.limit());
    }

    /** A note's place in a list, and the version in which it stands there. */
    private record Place(long id, long version) {
        static Place read(ResultSet row) throws SQLException {
            return new Place(row.getLong(1), row.getLong(2));
        }
    }

    private static List<Note> notes(Plain sql, List<Place> places, NoteCache kept) throws SQLException {
        Map<Long, Note> found = new HashMap<>();
        JsonArray missing = new JsonArray();
        for (Place place : places) {
            Note note = kept.get(place.id(), place.version());
            if (note == null) {
                missing.add(place.id());
            } else {
                found.put(place.id(), note);
            }
        }
        if (!missing.isEmpty()) {
            for (Note note : sql.list(LISTED, NoteRow::read, missing.encode())) {
                kept.keep(note);
                found.put(note.id(), note);
            }
        }
        // One may have been hidden since the list was read.
        return places.stream()
                .map(place -> found.get(place.id()))
                .filter(Objects::nonNull)
                .toList();
    }

    /** Every text that this makes is one of sixteen: conditions are constants, values are parameters. */
    static String text(String columns, NoteQuery query, List<@Nullable Object> parameters) {
        StringBuilder text = new StringBuilder("SELECT ").append(columns);
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

    /** Ids as the parameter of {@code json_each(?)}. */
    static String array(List<Long> ids) {
        return new JsonArray(new ArrayList<>(ids)).encode();
    }
}
