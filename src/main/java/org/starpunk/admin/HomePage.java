package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.starpunk.note.Note;
import org.starpunk.note.NotePage;
import org.starpunk.note.NoteQuery;
import org.starpunk.note.Notes;

/** {@code /admin}: how things are, a place to write at once, and the latest notes. */
final class HomePage {

    private static final int LATEST = 10;

    private final Pages pages;
    private final Notes notes;
    private final Clock clock;

    HomePage(Pages pages, Notes notes, Clock clock) {
        this.pages = pages;
        this.notes = notes;
        this.clock = clock;
    }

    void show(RoutingContext ctx) {
        Future<Long> count = notes.count();
        Future<NotePage> latest = notes.list(new NoteQuery(null, null, null, LATEST, true));
        Future<List<Notes.TagCount>> tags = notes.tags();
        Reply.to(
                ctx,
                Future.all(count, latest, tags),
                done -> show(ctx, count.result(), latest.result().notes(), tags.result()));
    }

    private void show(RoutingContext ctx, long count, List<Note> latest, List<Notes.TagCount> tags) {
        Instant now = clock.instant();
        pages.page(ctx, "admin/home", "Home")
                .with("home", true)
                .with("state", state(count, latest, now))
                .with("form", NoteForm.EMPTY)
                .with("knownTags", tags)
                .with(
                        "lines",
                        latest.stream().map(note -> NoteLine.of(note, now)).toList())
                .answer(200);
    }

    /** A sentence on how things are. */
    static String state(long listed, List<Note> latest, Instant now) {
        if (latest.isEmpty()) {
            return "Nothing is written yet: your first note begins below.";
        }
        String count = listed == 1 ? "1 note is public" : listed + " notes are public";
        String last = latest.stream()
                .filter(Note::listed)
                .findFirst()
                .map(note -> ", the latest from " + Ago.text(note.published().toInstant(), now))
                .orElse("");
        long drafts = latest.stream()
                .filter(note -> note.content().status() == Note.Status.DRAFT && !note.deleted())
                .count();
        String waiting =
                drafts == 0 ? "" : drafts == 1 ? " A draft is waiting." : " " + drafts + " drafts are waiting.";
        return count + last + "." + waiting;
    }
}
