package org.starpunk.store;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.NoteQuery;
import org.starpunk.note.NoteSlice;

/** Statements for scheduled notes. */
final class NoteSchedule {

    /** The status is a literal, because databases use a partial index only for a literal. */
    private static final String SCHEDULED = " FROM notes n WHERE n.status = 'SCHEDULED' AND n.deleted IS NULL";

    static final String NEXT = "SELECT n.published" + SCHEDULED + " ORDER BY n.published, n.id LIMIT 1";
    static final String COUNT = "SELECT count(*)" + SCHEDULED;
    static final String DUE = "SELECT n.id" + SCHEDULED + " AND n.published <= ? ORDER BY n.published, n.id LIMIT ?";
    private static final String SOONEST = " ORDER BY n.published, n.id LIMIT ?";

    /**
     * The condition ensures that only one process publishes a note, and that a note which changed in the meantime stays
     * unpublished. The time of the last edit is removed, because readers have not seen the earlier text.
     */
    private static final String PUBLISH = "UPDATE notes SET status = 'PUBLISHED', preview_token = NULL,"
            + " updated_zone = CASE WHEN updated <= published THEN NULL ELSE updated_zone END,"
            + " updated = CASE WHEN updated <= published THEN NULL ELSE updated END, version = version + 1"
            + " WHERE id = ? AND status = 'SCHEDULED' AND deleted IS NULL AND published <= ?";

    private NoteSchedule() {}

    /** Returns the time at which the next note is due, epoch milliseconds; empty if none is scheduled. */
    static Optional<Long> nextDue(JdbcSession sql) throws SQLException {
        return sql.first(NEXT, row -> row.getLong(1));
    }

    static long count(JdbcSession sql) throws SQLException {
        return sql.first(COUNT, row -> row.getLong(1)).orElse(0L);
    }

    /** Returns the ids of due notes, earliest first. */
    static List<Long> due(JdbcSession sql, long now, int limit) throws SQLException {
        return sql.list(DUE, row -> row.getLong(1), now, limit);
    }

    /** Publishes a due note. Returns false if it is no longer scheduled for a time before now. */
    static boolean publish(JdbcSession sql, long id, long now) throws SQLException {
        return sql.change(PUBLISH, id, now) == 1;
    }

    /** Returns a page of the scheduled notes, soonest first. */
    static NoteSlice list(JdbcSession sql, NoteQuery.@Nullable Cursor after, int limit) throws SQLException {
        List<@Nullable Object> parameters = new ArrayList<>();
        String place = "";
        if (after != null) {
            place = " AND (n.published, n.id) > (?, ?)";
            parameters.add(after.publishedMillis());
            parameters.add(after.id());
        }
        parameters.add(limit + 1);
        String text = "SELECT " + AuthorNoteQueries.COLUMNS + SCHEDULED + place + SOONEST;
        return NoteSlice.of(sql.list(text, NoteRowMapper::read, parameters.toArray()), limit);
    }
}
