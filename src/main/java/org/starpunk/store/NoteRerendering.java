package org.starpunk.store;

import io.vertx.core.Future;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.note.MarkdownRenderer;
import org.starpunk.note.Note;

/**
 * Renders notes again whose HTML was produced by an earlier version of the renderer. Runs while the site runs, in steps
 * of one transaction. Each step selects outdated notes, so another process or a later start can continue the work.
 */
final class NoteRerendering {

    private static final Logger LOG = LoggerFactory.getLogger(NoteRerendering.class);

    /** Maximum number of notes of a step. */
    private static final int STEP = 50;

    private static final String OUTDATED =
            "SELECT " + NoteQueries.PLACE + " FROM notes n WHERE n.rendering < ? ORDER BY n.rendering LIMIT " + STEP;

    private static final String COUNT = "SELECT count(*) FROM notes n WHERE n.rendering < ?";

    private NoteRerendering() {}

    /** Renders all outdated notes. Completes with their number. */
    static Future<Long> update(StoreClient store) {
        return store.call(sql -> sql.read(jdbc -> jdbc.first(COUNT, row -> row.getLong(1), MarkdownRenderer.VERSION)
                        .orElse(0L)))
                .compose(outdated -> {
                    if (outdated == 0) {
                        return Future.succeededFuture(0L);
                    }
                    LOG.info("rendering {} notes again: the renderer has changed", outdated);
                    return steps(store, 0).onSuccess(done -> LOG.info("rendered {} notes again", done));
                });
    }

    private static Future<Long> steps(StoreClient store, long done) {
        return store.call(sql -> sql.publish(NoteRerendering::step))
                .compose(rendered -> rendered == 0 ? Future.succeededFuture(done) : steps(store, done + rendered));
    }

    private static int step(JdbcSession sql) throws SQLException {
        List<NoteQueries.ListPosition> places =
                sql.list(OUTDATED, NoteQueries.ListPosition::read, MarkdownRenderer.VERSION);
        List<Note> notes = NoteQueries.whole(sql, NoteQueries.fitting(places, STEP, false));
        for (Note note : notes) {
            render(sql, note);
        }
        return notes.size();
    }

    /**
     * Renders one note. Its version changes only with its HTML, so that an author who edits it gets no conflict without
     * a reason.
     */
    private static void render(JdbcSession sql, Note note) throws SQLException {
        String html =
                MarkdownRenderer.render(note.content().text(), note.content().format());
        boolean same = html.equals(note.html());
        int unused = same
                ? sql.change("UPDATE notes SET rendering = ? WHERE id = ?", MarkdownRenderer.VERSION, note.id())
                : sql.change(
                        "UPDATE notes SET rendering = ?, html = ?, version = version + 1 WHERE id = ?",
                        MarkdownRenderer.VERSION,
                        html,
                        note.id());
        if (!same && note.listed()) {
            NoteQueries.byId(sql, note.id()).ifPresent(changed -> SearchIndex.replaceLast(sql, changed));
        }
    }
}
