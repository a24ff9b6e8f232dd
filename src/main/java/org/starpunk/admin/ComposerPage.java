package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.ChangedMeanwhileException;
import org.starpunk.note.Limits;
import org.starpunk.note.Markdown;
import org.starpunk.note.Note;
import org.starpunk.note.Notes;
import org.starpunk.note.Slug;

/** {@code /admin/notes/new} and {@code /admin/notes/:id}: where a note is written, looked at beforehand, and changed. */
final class ComposerPage {

    private static final String TEMPLATE = "admin/composer";

    /** How long a preview may take. */
    private static final Duration PREVIEW = Duration.ofSeconds(5);

    private static final Pattern UNDESCRIBED = Pattern.compile("<img [^>]*alt=\"\"");

    private final Pages pages;
    private final Notes notes;
    private final Limits limits;
    private final Clock clock;
    private final Previews previews;

    ComposerPage(AdminContext with, Pages pages, Limits limits) {
        this.pages = pages;
        this.notes = with.notes();
        this.limits = limits;
        this.clock = with.clock();
        this.previews = new Previews(with.vertx(), PREVIEW);
    }

    /** What is shown above and below the form. */
    private record Remarks(@Nullable String wrong, @Nullable String previewHtml) {
        static final Remarks NONE = new Remarks(null, null);
    }

    void write(RoutingContext ctx) {
        show(ctx, NoteForm.EMPTY, null, Remarks.NONE, 200).onFailure(ctx::fail);
    }

    void publish(RoutingContext ctx) {
        NoteForm form = NoteForm.sent(ctx);
        Optional<String> problem = form.problem(limits, null);
        Future<Void> done = problem.isPresent()
                ? show(ctx, form, null, new Remarks(problem.get(), null), Form.UNPROCESSABLE)
                : Reply.when(notes.create(form.toNew()), note -> leave(ctx, note));
        done.onFailure(ctx::fail);
    }

    /** To the note where readers see it; a draft stays in the composer. */
    private static void leave(RoutingContext ctx, Note note) {
        saved(ctx);
        boolean draft = note.content().status() == Note.Status.DRAFT;
        Redirect.to(ctx, draft ? "/admin/notes/" + note.id() + "?saved" : note.path());
    }

    /** Tells the composer's script that the draft it keeps in the browser is safe here, and may be dropped. */
    private static void saved(RoutingContext ctx) {
        String draft = Form.line(ctx, "draft");
        if (draft.matches("[A-Za-z0-9-]{1,40}")) {
            ctx.response()
                    .addCookie(Cookie.cookie("starpunk-saved", draft)
                            .setPath("/admin")
                            .setMaxAge(86_400));
        }
    }

    void edit(RoutingContext ctx) {
        withNote(ctx, note -> show(ctx, NoteForm.of(note), note, Remarks.NONE, 200));
    }

    void change(RoutingContext ctx) {
        withNote(ctx, note -> change(ctx, note));
    }

    private Future<Void> change(RoutingContext ctx, Note old) {
        NoteForm form = NoteForm.sent(ctx);
        Optional<String> problem = form.problem(limits, old);
        if (problem.isPresent()) {
            return show(ctx, form, old, new Remarks(problem.get(), null), Form.UNPROCESSABLE);
        }
        return Reply.when(notes.update(old.id(), form.toChange(old)), changed -> changed(ctx, old, form, changed))
                .recover(failure -> failure instanceof ChangedMeanwhileException changed
                        ? changedMeanwhile(ctx, old.id(), form.of(changed.version()))
                        : Future.failedFuture(failure));
    }

    /** The other change stands; saving once more, having been told, replaces it. */
    private Future<Void> changedMeanwhile(RoutingContext ctx, long id, NoteForm form) {
        String message = "The note was changed elsewhere while it was open here, and that change stands."
                + " What you typed is still below: compare it with the note, then save again to replace it.";
        return notes.byId(id).compose(note -> show(ctx, form, note.orElse(null), new Remarks(message, null), 409));
    }

    private void changed(RoutingContext ctx, Note old, NoteForm form, Optional<Note> changed) {
        if (changed.isPresent()) {
            leave(ctx, changed.get());
            return;
        }
        String message = "The note was deleted meanwhile. Bring it back first; what you typed is still here.";
        show(ctx, form, old, new Remarks(message, null), 409).onFailure(ctx::fail);
    }

    private void withNote(RoutingContext ctx, Function<Note, Future<Void>> work) {
        notes.byId(Form.id(ctx))
                .compose(found -> found.isPresent() ? work.apply(found.get()) : notFound(ctx))
                .onFailure(ctx::fail);
    }

    private static Future<Void> notFound(RoutingContext ctx) {
        ctx.fail(404);
        return Future.succeededFuture();
    }

    /** {@code POST /admin/preview}: JSON for the composer's script; without a script, the composer with the preview below it. */
    void preview(RoutingContext ctx) {
        NoteForm form = NoteForm.sent(ctx);
        Optional<String> problem = form.problem(limits, null);
        String accept = ctx.request().getHeader(HttpHeaders.ACCEPT);
        boolean script = accept != null && accept.contains("application/json");
        previews.render(() -> problem.isPresent() ? "" : Markdown.render(form.text(), form.format()))
                .compose(html -> script ? json(ctx, form, html) : again(ctx, form, problem.orElse(null), html))
                .onFailure(ctx::fail);
    }

    /** Asks for the descriptions that pictures lack (S1.6); null when they have them. */
    private static @Nullable String remark(String html) {
        long lacking = UNDESCRIBED.matcher(html).results().count();
        if (lacking == 0) {
            return null;
        }
        String which = lacking == 1 ? "One picture has" : lacking + " pictures have";
        return which
                + " no description. Write what it shows between the brackets of ![…](…), for those who cannot see it.";
    }

    private Future<Void> json(RoutingContext ctx, NoteForm form, String html) {
        JsonObject answer =
                new JsonObject().put("html", html).put("slug", slug(form)).put("remark", remark(html));
        return ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(answer.toBuffer());
    }

    private Future<Void> again(RoutingContext ctx, NoteForm form, @Nullable String wrong, String html) {
        long id = Form.ids(ctx, "id").stream().findFirst().orElse(0L);
        Future<Optional<Note>> found = id == 0 ? Future.succeededFuture(Optional.empty()) : notes.byId(id);
        return found.compose(note -> show(ctx, form, note.orElse(null), new Remarks(wrong, html), 200));
    }

    private String slug(NoteForm form) {
        String title = form.title().isEmpty() ? null : form.title();
        boolean empty = title == null && form.text().isBlank();
        return Slug.wished(form.slug())
                .orElseGet(() -> empty ? "" : Slug.of(title, form.text(), OffsetDateTime.now(clock)));
    }

    private Future<Void> show(RoutingContext ctx, NoteForm form, @Nullable Note note, Remarks remarks, int status) {
        return Reply.when(notes.tags(), known -> show(ctx, form, note, remarks, status, known));
    }

    private void show(
            RoutingContext ctx,
            NoteForm form,
            @Nullable Note note,
            Remarks remarks,
            int status,
            List<Notes.TagCount> known) {
        boolean published = note != null && note.content().status() == Note.Status.PUBLISHED;
        pages.page(ctx, TEMPLATE, note == null ? "New note" : "Edit note")
                .with("notes", true)
                .with("form", form)
                .with("knownTags", known)
                .with("limit", limits.noteLength())
                .with("note", note == null ? null : NoteLine.of(note, clock.instant()))
                .with("published", published)
                .with("slug", slug(form))
                .with("draftLink", note == null ? null : draftLink(note))
                .with("first", ctx.request().getParam("first") != null)
                .with("saved", ctx.request().getParam("saved") != null)
                .with("wrong", remarks.wrong())
                .with("previewHtml", remarks.previewHtml())
                .with("previewRemark", remarks.previewHtml() == null ? null : remark(remarks.previewHtml()))
                .answer(status);
    }

    private static @Nullable String draftLink(Note note) {
        return note.previewToken() == null ? null : note.path() + "?preview=" + note.previewToken();
    }
}
