package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import org.starpunk.job.BackupState;
import org.starpunk.job.Jobs;
import org.starpunk.note.Note;
import org.starpunk.note.Notes;

/** {@code /admin}: how things are, a place to write at once, drafts and the latest notes, and the long work. */
final class HomePage {

    private static final int LATEST = 10;
    private static final int JOBS = 3;

    private final Pages pages;
    private final Notes notes;
    private final Jobs jobs;
    private final Clock clock;

    HomePage(Pages pages, Notes notes, Jobs jobs, Clock clock) {
        this.pages = pages;
        this.notes = notes;
        this.jobs = jobs;
        this.clock = clock;
    }

    void show(RoutingContext ctx) {
        Future<Long> count = notes.count();
        Future<Notes.Latest> latest = notes.latest(LATEST);
        Future<List<Notes.TagCount>> tags = notes.tags();
        Reply.to(
                ctx,
                Future.all(count, latest, tags),
                done -> show(ctx, count.result(), latest.result(), tags.result()));
    }

    private void show(RoutingContext ctx, long count, Notes.Latest latest, List<Notes.TagCount> tags) {
        Instant now = clock.instant();
        Optional<BackupState> backup = jobs.backup();
        pages.page(ctx, "admin/home", "Home")
                .with("home", true)
                .with("state", state(count, latest, now))
                .with("form", NoteForm.EMPTY)
                .with("knownTags", tags)
                .with("lines", lines(latest.published()))
                .with("drafts", lines(latest.drafts()))
                .with("scheduled", lines(latest.scheduled()))
                .with(
                        "moreScheduled",
                        latest.scheduledCount() > latest.scheduled().size())
                .with("moreDrafts", latest.draftCount() > latest.drafts().size())
                .with("backup", JobLine.backup(backup, now))
                .with("backupTroubled", backup.isPresent() && backup.get().troubled(now))
                .with(
                        "jobs",
                        jobs.list().stream()
                                .limit(JOBS)
                                .map(job -> JobLine.of(job, now))
                                .toList())
                .answer(200);
    }

    private List<NoteLine> lines(List<Note> notes) {
        ZonedDateTime now = ZonedDateTime.now(clock);
        return notes.stream().map(note -> NoteLine.of(note, now)).toList();
    }

    /** A sentence on how things are. */
    static String state(long listed, Notes.Latest latest, Instant now) {
        if (latest.published().isEmpty() && latest.draftCount() == 0 && latest.scheduledCount() == 0) {
            return "Nothing is written yet: your first note begins below.";
        }
        String count =
                listed == 0 ? "No note is public" : listed == 1 ? "1 note is public" : listed + " notes are public";
        String last = latest.published().stream()
                .filter(Note::listed)
                .findFirst()
                .map(note -> ", the latest from " + Ago.text(note.published().toInstant(), now))
                .orElse("");
        long drafts = latest.draftCount();
        String waiting =
                drafts == 0 ? "" : drafts == 1 ? " A draft is waiting." : " " + drafts + " drafts are waiting.";
        return count + last + "." + waiting + scheduled(latest, now);
    }

    private static String scheduled(Notes.Latest latest, Instant now) {
        if (latest.scheduled().isEmpty()) {
            return "";
        }
        long count = latest.scheduledCount();
        String first = Ago.text(latest.scheduled().get(0).published().toInstant(), now);
        return count == 1
                ? " A note is scheduled, to be published " + first + "."
                : " " + count + " notes are scheduled, the next to be published " + first + ".";
    }
}
