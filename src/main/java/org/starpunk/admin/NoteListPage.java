package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Note;
import org.starpunk.note.NoteQuery;
import org.starpunk.note.NoteRepository;
import org.starpunk.note.NoteSlice;
import org.starpunk.note.NoteUpdate;

/** {@code /admin/notes}: all notes, including drafts and deleted notes, with actions for the selected ones. */
final class NoteListPage {

    private static final int PAGE = 30;
    private static final int MAX_SELECTION = 200;
    private static final String LIST = "/admin/notes";
    private static final String SCHEDULED = "/admin/notes?state=scheduled";
    private static final Map<String, String> DONE = Map.of(
            "published", "The chosen notes are published.",
            "drafts", "The chosen notes are drafts now.",
            "back", "The chosen notes are back.");

    private final AdminPageRenderer pageRenderer;
    private final NoteRepository notes;
    private final Clock clock;

    NoteListPage(AdminPageRenderer pageRenderer, NoteRepository notes, Clock clock) {
        this.pageRenderer = pageRenderer;
        this.notes = notes;
        this.clock = clock;
    }

    void show(RoutingContext ctx) {
        String query = ctx.request().getParam("q", "").strip();
        NoteQuery.Cursor after = NoteQuery.Cursor.parse(ctx.request().getParam("after"));
        boolean scheduled =
                query.isEmpty() && ctx.request().getParam("state", "").equals("scheduled");
        Future<NoteSlice> found = scheduled
                ? notes.scheduled(after, PAGE)
                : query.isEmpty()
                        ? notes.list(new NoteQuery(null, null, after, PAGE, true).withBeginningsOnly())
                        : notes.find(query, after, PAGE);
        FutureResponses.respond(ctx, found, page -> show(ctx, query, scheduled, page, after != null));
    }

    private void show(RoutingContext ctx, String query, boolean scheduled, NoteSlice page, boolean later) {
        List<Long> deleted = idsOf(ctx.request().getParam("deleted"));
        String done = ctx.request().getParam("done", "");
        page(ctx, page.notes())
                .with("query", query)
                .with("next", page.next() == null ? null : next(query, scheduled, page.next()))
                .with("first", first(query, scheduled))
                .with("scheduledOnly", scheduled)
                .with("later", later)
                .with("deleted", deleted.isEmpty() ? null : deleted)
                .with("deletedCount", count(deleted.size()))
                .with("done", DONE.get(done))
                .answer(200);
    }

    private static String first(String query, boolean scheduled) {
        String list = scheduled ? SCHEDULED : LIST;
        return query.isEmpty() ? list : list + "?q=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
    }

    private static String next(String query, boolean scheduled, NoteQuery.Cursor cursor) {
        if (scheduled) {
            return SCHEDULED + "&after=" + cursor;
        }
        String words = query.isEmpty() ? "" : "q=" + URLEncoder.encode(query, StandardCharsets.UTF_8) + '&';
        return "/admin/notes?" + words + "after=" + cursor;
    }

    private AdminPageRenderer.PageBuilder page(RoutingContext ctx, List<Note> shown) {
        ZonedDateTime now = ZonedDateTime.now(clock);
        return pageRenderer
                .page(ctx, "admin/notes", "Notes")
                .with("notes", true)
                .with(
                        "lines",
                        shown.stream().map(note -> NoteListItem.of(note, now)).toList());
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
        List<Long> ids = SubmittedForm.ids(ctx, "id");
        if (ids.isEmpty()) {
            LocalRedirect.to(ctx, "/admin/notes");
            return;
        }
        String joined = ids.stream().limit(MAX_SELECTION).map(String::valueOf).collect(Collectors.joining("-"));
        each(ctx, ids, notes::delete, "/admin/notes?deleted=" + joined);
    }

    void undelete(RoutingContext ctx) {
        List<Long> ids = SubmittedForm.ids(ctx, "id");
        boolean one = ids.size() == 1 && SubmittedForm.line(ctx, "list").isEmpty();
        each(ctx, ids, notes::undelete, one ? "/admin/notes/" + ids.get(0) : "/admin/notes?done=back");
    }

    void publish(RoutingContext ctx) {
        each(ctx, SubmittedForm.ids(ctx, "id"), id -> make(id, Note.Status.PUBLISHED), "/admin/notes?done=published");
    }

    void unpublish(RoutingContext ctx) {
        each(ctx, SubmittedForm.ids(ctx, "id"), id -> make(id, Note.Status.DRAFT), "/admin/notes?done=drafts");
    }

    private Future<Boolean> make(long id, Note.Status status) {
        return notes.byId(id)
                .compose(found -> found.filter(
                                note -> !note.deleted() && note.content().status() != status)
                        .map(note -> notes.update(id, change(note, status)).map(Optional::isPresent))
                        .orElseGet(() -> Future.succeededFuture(false)));
    }

    /** Returns the new time of publication: now for a note with a future date, null for no change. */
    private @Nullable OffsetDateTime published(Note note, Note.Status status) {
        OffsetDateTime now = OffsetDateTime.now(clock);
        return status == Note.Status.PUBLISHED && note.published().isAfter(now) ? now : null;
    }

    private NoteUpdate change(Note note, Note.Status status) {
        return new NoteUpdate(note.content().with(status), null, null, published(note, status)).of(note.version());
    }

    /** Submits all writes at once, because waiting writes share a transaction. */
    private static void each(RoutingContext ctx, List<Long> ids, LongFunction<Future<Boolean>> work, String then) {
        FutureResponses.respond(
                ctx,
                Future.all(ids.stream().limit(MAX_SELECTION).map(work::apply).toList()),
                unused -> LocalRedirect.to(ctx, then));
    }
}
