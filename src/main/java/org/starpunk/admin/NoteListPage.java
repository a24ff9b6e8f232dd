package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Note;
import org.starpunk.note.NotePage;
import org.starpunk.note.NoteQuery;
import org.starpunk.note.Notes;
import org.starpunk.note.Search;

/** {@code /admin/notes}: all notes, drafts and deleted ones too, with what can be done to one or several of them. */
final class NoteListPage {

    private static final int PAGE = 30;
    private static final int MOST_FOUND = 50;
    private static final int MOST_AT_ONCE = 200;

    private final Pages pages;
    private final Notes notes;
    private final Search search;
    private final Clock clock;

    NoteListPage(Pages pages, Notes notes, Search search, Clock clock) {
        this.pages = pages;
        this.notes = notes;
        this.search = search;
        this.clock = clock;
    }

    void show(RoutingContext ctx) {
        String query = ctx.request().getParam("q", "").strip();
        if (query.isEmpty()) {
            NoteQuery.Cursor after = NoteQuery.Cursor.parse(ctx.request().getParam("after"));
            NoteQuery wanted = new NoteQuery(null, null, after, PAGE, true);
            Reply.to(ctx, notes.list(wanted), page -> show(ctx, page, after != null));
        } else {
            Reply.to(ctx, search.search(query, 0, MOST_FOUND), found -> show(ctx, query, found));
        }
    }

    private void show(RoutingContext ctx, NotePage page, boolean later) {
        List<Long> deleted = idsOf(ctx.request().getParam("deleted"));
        page(ctx, page.notes())
                .with("next", page.next() == null ? null : page.next().toString())
                .with("later", later)
                .with("deleted", deleted.isEmpty() ? null : deleted)
                .with("deletedCount", count(deleted.size()))
                .answer(200);
    }

    private void show(RoutingContext ctx, String query, Search.Page found) {
        page(ctx, found.hits().stream().map(Search.Hit::note).toList())
                .with("query", query)
                .with("more", found.more())
                .answer(200);
    }

    private Pages.Page page(RoutingContext ctx, List<Note> shown) {
        Instant now = clock.instant();
        return pages.page(ctx, "admin/notes", "Notes")
                .with("notes", true)
                .with(
                        "lines",
                        shown.stream().map(note -> NoteLine.of(note, now)).toList());
    }

    private static String count(int notes) {
        return notes == 1 ? "1 note was" : notes + " notes were";
    }

    private static List<Long> idsOf(@Nullable String joined) {
        if (joined == null || !joined.matches("[0-9]{1,18}(-[0-9]{1,18}){0,199}")) {
            return List.of();
        }
        return Arrays.stream(joined.split("-", -1)).map(Long::valueOf).toList();
    }

    void delete(RoutingContext ctx) {
        List<Long> ids = Form.ids(ctx, "id");
        if (ids.isEmpty()) {
            Redirect.to(ctx, "/admin/notes");
            return;
        }
        String joined = ids.stream().limit(MOST_AT_ONCE).map(String::valueOf).collect(Collectors.joining("-"));
        each(ctx, ids, notes::delete, "/admin/notes?deleted=" + joined);
    }

    void undelete(RoutingContext ctx) {
        List<Long> ids = Form.ids(ctx, "id");
        each(ctx, ids, notes::undelete, ids.size() == 1 ? "/admin/notes/" + ids.get(0) : "/admin/notes");
    }

    /** The writer commits them together: writes that wait share a transaction. */
    private static void each(RoutingContext ctx, List<Long> ids, LongFunction<Future<Boolean>> work, String then) {
        Reply.to(
                ctx,
                Future.all(ids.stream().limit(MOST_AT_ONCE).map(work::apply).toList()),
                done -> Redirect.to(ctx, then));
    }
}
