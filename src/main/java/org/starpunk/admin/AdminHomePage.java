package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import org.starpunk.job.BackupStatus;
import org.starpunk.job.JobRegistry;
import org.starpunk.note.Note;
import org.starpunk.note.NoteRepository;

/** {@code /admin}: a summary of the site, a form for a new note, drafts, the latest notes and the latest jobs. */
final class AdminHomePage {

    private static final int LATEST = 10;
    private static final int JOBS = 3;

    private final AdminPageRenderer pageRenderer;
    private final NoteRepository notes;
    private final JobRegistry jobs;
    private final Clock clock;

    AdminHomePage(AdminPageRenderer pageRenderer, NoteRepository notes, JobRegistry jobs, Clock clock) {
        this.pageRenderer = pageRenderer;
        this.notes = notes;
        this.jobs = jobs;
        this.clock = clock;
    }

    void show(RoutingContext ctx) {
        Future<Long> count = notes.count();
        Future<NoteRepository.Latest> latest = notes.latest(LATEST);
        Future<List<NoteRepository.TagCount>> tags = notes.tags();
        FutureResponses.respond(
                ctx,
                Future.all(count, latest, tags),
                unused -> show(ctx, count.result(), latest.result(), tags.result()));
    }

    private void show(
            RoutingContext ctx, long count, NoteRepository.Latest latest, List<NoteRepository.TagCount> tags) {
        Instant now = clock.instant();
        Optional<BackupStatus> backup = jobs.backup();
        pageRenderer
                .page(ctx, "admin/home", "Home")
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
                .with("backup", JobListItem.backup(backup, now))
                .with("backupTroubled", backup.isPresent() && backup.get().hasProblem(now))
                .with(
                        "jobs",
                        jobs.list().stream()
                                .limit(JOBS)
                                .map(job -> JobListItem.of(job, now))
                                .toList())
                .answer(200);
    }

    private List<NoteListItem> lines(List<Note> notes) {
        ZonedDateTime now = ZonedDateTime.now(clock);
        return notes.stream().map(note -> NoteListItem.of(note, now)).toList();
    }

    /** Returns a summary of the published, draft and scheduled notes. */
    static String state(long listed, NoteRepository.Latest latest, Instant now) {
        if (latest.published().isEmpty() && latest.draftCount() == 0 && latest.scheduledCount() == 0) {
            return "There are no notes yet. Write your first note below.";
        }
        String count =
                listed == 0 ? "No note is public" : listed == 1 ? "1 note is public" : listed + " notes are public";
        String last = latest.published().stream()
                .filter(Note::listed)
                .findFirst()
                .map(note -> ", the latest from "
                        + RelativeTime.text(note.published().toInstant(), now))
                .orElse("");
        long drafts = latest.draftCount();
        String waiting = drafts == 0 ? "" : drafts == 1 ? " You have 1 draft." : " You have " + drafts + " drafts.";
        return count + last + "." + waiting + scheduled(latest, now);
    }

    private static String scheduled(NoteRepository.Latest latest, Instant now) {
        if (latest.scheduled().isEmpty()) {
            return "";
        }
        long count = latest.scheduledCount();
        String first = RelativeTime.text(latest.scheduled().get(0).published().toInstant(), now);
        return count == 1
                ? " A note is scheduled, to be published " + first + "."
                : " " + count + " notes are scheduled, the next to be published " + first + ".";
    }
}
