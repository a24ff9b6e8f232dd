package org.starpunk.store;

import io.vertx.core.json.JsonArray;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Note;
import org.starpunk.note.NoteQuery;
import org.starpunk.note.NoteRepository;
import org.starpunk.note.NoteSlice;

/** Queries for notes. Runs on the store's worker threads. */
final class NoteQueries {

    /**
     * Number of characters of HTML that a list reads of a long note; larger than the longest beginning that a list
     * shows.
     */
    private static final int BEGINNING = 6_000;

    /** Maximum size of text and HTML up to which a list reads the whole note, bytes. Such a note can be cached. */
    private static final int LONG = 12_000;

    private static final String LENGTH = "octet_length(n.text) + octet_length(n.html)";

    /** Columns of {@link NoteRowMapper}; for long notes with an empty text and the beginning of the HTML. */
    static final String BEGINNINGS = NoteRowMapper.COLUMNS
            .replace("n.text", "CASE WHEN " + LENGTH + " > " + LONG + " THEN '' ELSE n.text END")
            .replace(
                    "n.html",
                    "CASE WHEN " + LENGTH + " > " + LONG + " THEN substr(n.html, 1, " + BEGINNING
                            + ") ELSE n.html END");

    /** Columns of a {@link ListPosition}. The sizes come from the headers of the rows, so the texts are not read. */
    static final String PLACE = "n.id, n.version, n.published, " + LENGTH
            + ", coalesce(octet_length(n.photos), 0) + coalesce(octet_length(n.properties), 0)";

    private static final String OF_IDS = " FROM notes n WHERE n.id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))";

    /** Query for the beginnings of listed notes by a list of ids. */
    static final String LISTED = "SELECT " + BEGINNINGS + OF_IDS + " AND n.listed";

    /**
     * Maximum limit of a cached list: a page or a feed. Longer lists are read once, and would evict the notes of pages.
     */
    private static final int MAX_CACHED_LIMIT = 50;

    private NoteQueries() {}

    static Optional<Note> byId(JdbcSession sql, long id) throws SQLException {
        return sql.first("SELECT " + NoteRowMapper.COLUMNS + " FROM notes n WHERE n.id = ?", NoteRowMapper::read, id);
    }

    static Optional<Note> bySlug(JdbcSession sql, String slug) throws SQLException {
        return sql.first(
                "SELECT " + NoteRowMapper.COLUMNS + " FROM slugs s JOIN notes n ON n.id = s.note_id WHERE s.slug = ?",
                NoteRowMapper::read,
                slug);
    }

    /**
     * Returns a page of a list. Reads positions and sizes first, so that no more notes are read than the page may hold.
     * The newest notes, which many readers request after each change, come from the cache if possible. Older pages
     * bypass it.
     */
    static NoteSlice list(JdbcSession sql, NoteQuery query, NoteCache cache) throws SQLException {
        List<@Nullable Object> parameters = new ArrayList<>();
        String text = text(PLACE, query, parameters);
        List<ListPosition> read = sql.list(text, ListPosition::read, parameters.toArray());
        List<ListPosition> places = fitting(read, query.limit(), query.beginnings());
        boolean brief = query.limit() <= MAX_CACHED_LIMIT && query.after() == null && !query.everything();
        List<Note> notes = notes(sql, places, query, brief ? cache : null);
        return new NoteSlice(notes, next(read, places));
    }

    /**
     * Returns the start of the next page. It is computed from the positions, because a note may be hidden while the
     * page is read.
     */
    private static NoteQuery.@Nullable Cursor next(List<ListPosition> read, List<ListPosition> shown) {
        if (shown.size() == read.size()) {
            return null;
        }
        ListPosition last = shown.get(shown.size() - 1);
        return new NoteQuery.Cursor(last.published(), last.id());
    }

    static List<NoteRepository.Address> addresses(JdbcSession sql, long after, long last) throws SQLException {
        return sql.list(
                "SELECT n.slug, n.published, n.published_zone, n.updated, n.updated_zone FROM notes n"
                        + " WHERE n.id > ? AND n.id <= ? AND n.listed ORDER BY n.id",
                NoteQueries::address,
                after,
                last);
    }

    private static NoteRepository.Address address(ResultSet row) throws SQLException {
        OffsetDateTime published = NoteRowMapper.time(row.getLong(2), row.getInt(3));
        long updated = row.getLong(4);
        OffsetDateTime changed = row.wasNull() ? published : NoteRowMapper.time(updated, row.getInt(5));
        return new NoteRepository.Address(
                Note.path(row.getString(1)), changed.isBefore(published) ? published : changed);
    }

    /**
     * Position of a note in a list.
     *
     * @param version version of the note at this position
     * @param published time of publication, epoch milliseconds
     * @param body size of text and HTML, bytes
     * @param photos size of photos and extra properties, bytes
     */
    record ListPosition(long id, long version, long published, long body, long photos) {

        /** Reads the row of a query that selects {@link #PLACE} first. */
        static ListPosition read(ResultSet row) throws SQLException {
            return new ListPosition(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5));
        }

        boolean isLong() {
            return body > LONG;
        }

        private long bytes(boolean beginning) {
            return photos + (beginning && isLong() ? 2 * BEGINNING : body);
        }
    }

    /** Returns the first positions, at least one, whose notes fit into a page together. */
    static List<ListPosition> fitting(List<ListPosition> places, int limit, boolean beginnings) {
        long bytes = 0;
        for (int i = 0; i < places.size() && i < limit; i++) {
            bytes += places.get(i).bytes(beginnings);
            if (i > 0 && bytes > NoteSlice.MAX_BYTES) {
                return places.subList(0, i);
            }
        }
        return places.subList(0, Math.min(limit, places.size()));
    }

    private static List<Note> notes(
            JdbcSession sql, List<ListPosition> places, NoteQuery query, @Nullable NoteCache cache)
            throws SQLException {
        Map<Long, Note> found = new HashMap<>();
        List<Long> missing = new ArrayList<>();
        for (ListPosition place : places) {
            Note note = cache == null ? null : cache.get(place.id(), place.version());
            if (note == null) {
                missing.add(place.id());
            } else {
                found.put(place.id(), note);
            }
        }
        if (!missing.isEmpty()) {
            String columns = query.beginnings() ? BEGINNINGS : NoteRowMapper.COLUMNS;
            String text = "SELECT " + columns + OF_IDS + (query.everything() ? "" : " AND n.listed");
            for (Note note : sql.list(text, NoteRowMapper::read, array(missing))) {
                found.put(note.id(), note);
            }
        }
        List<Note> notes = new ArrayList<>(places.size());
        for (ListPosition place : places) {
            Note note = found.get(place.id()); // null if it was hidden after the places were read
            if (note != null) {
                notes.add(note);
                if (cache != null && !place.isLong() && place.version() == note.version()) {
                    cache.put(note);
                }
            }
        }
        return notes;
    }

    /** Returns the complete notes at these positions, in their order. */
    static List<Note> whole(JdbcSession sql, List<ListPosition> places) throws SQLException {
        return notes(sql, places, new NoteQuery(null, null, null, 1, true), null);
    }

    /**
     * Builds the text of a query. There are sixteen different texts: conditions are constants, values are parameters.
     */
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

    /** Returns ids as the parameter of {@code json_each(?)}. */
    static String array(List<Long> ids) {
        return new JsonArray(new ArrayList<>(ids)).encode();
    }
}
