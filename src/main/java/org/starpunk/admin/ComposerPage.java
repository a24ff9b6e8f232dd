package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Account;
import org.starpunk.note.MarkdownRenderer;
import org.starpunk.note.Note;
import org.starpunk.note.NoteHtmlResolver;
import org.starpunk.note.NoteLimits;
import org.starpunk.note.NoteRepository;
import org.starpunk.note.NoteVersionConflictException;
import org.starpunk.note.Slug;
import org.starpunk.view.AcceptHeader;

/** {@code /admin/notes/new} and {@code /admin/notes/:id}: a form that creates, previews and changes a note. */
final class ComposerPage {

    private static final String TEMPLATE = "admin/composer";

    /** Time limit of a preview. */
    private static final Duration PREVIEW = Duration.ofSeconds(5);

    private static final Pattern UNDESCRIBED = Pattern.compile("<img [^>]*alt=\"\"");

    private final AdminPageRenderer pageRenderer;
    private final NoteRepository notes;
    private final NoteLimits limits;
    private final Clock clock;
    private final Account account;
    private final PreviewRenderer previewRenderer;

    ComposerPage(AdminDependencies with, AdminPageRenderer pageRenderer, NoteLimits limits) {
        this.pageRenderer = pageRenderer;
        this.notes = with.notes();
        this.limits = limits;
        this.clock = with.clock();
        this.account = with.account();
        this.previewRenderer = new PreviewRenderer(with.vertx(), PREVIEW);
    }

    /**
     * Messages above and below the form.
     *
     * @param wrong message above the form
     * @param field name of the field that the message describes
     * @param taken message about a requested address that is not free
     */
    private record ComposerMessages(
            @Nullable String wrong,
            @Nullable String field,
            @Nullable String taken,
            @Nullable String previewHtml) {

        static final ComposerMessages NONE = new ComposerMessages(null, null, null, null);

        static ComposerMessages wrong(String message) {
            return new ComposerMessages(message, NoteForm.field(message), null, null);
        }

        static ComposerMessages taken(String message) {
            return new ComposerMessages(message, "slug", message, null);
        }
    }

    void write(RoutingContext ctx) {
        show(ctx, NoteForm.EMPTY, null, ComposerMessages.NONE, 200).onFailure(ctx::fail);
    }

    void publish(RoutingContext ctx) {
        NoteForm form = NoteForm.ofRequest(ctx);
        Optional<String> problem = form.problem(limits, null, ZonedDateTime.now(clock));
        Future<Void> done = problem.isPresent()
                ? show(ctx, form, null, ComposerMessages.wrong(problem.get()), SubmittedForm.UNPROCESSABLE)
                : unlessTaken(
                        ctx,
                        form,
                        null,
                        () -> FutureResponses.when(
                                notes.create(form.toNew(clock.getZone())), note -> leave(ctx, note, form)));
        done.onFailure(ctx::fail);
    }

    /** Runs the work if the requested address is free; otherwise shows the form with a message. */
    private Future<Void> unlessTaken(
            RoutingContext ctx, NoteForm form, @Nullable Note old, Supplier<Future<Void>> work) {
        return taken(form, old == null ? 0 : old.id())
                .compose(taken -> taken.isPresent()
                        ? show(ctx, form, old, ComposerMessages.taken(taken.get()), SubmittedForm.UNPROCESSABLE)
                        : work.get());
    }

    /** Returns a message about the requested address; empty if it is free, or if none was requested. */
    private Future<Optional<String>> taken(NoteForm form, long id) {
        Optional<String> wished = Slug.wished(form.slug());
        if (wished.isEmpty()) {
            return Future.succeededFuture(Optional.empty());
        }
        return notes.bySlug(wished.get())
                .map(found -> found.filter(note -> note.id() != id).map(note -> taken(wished.get(), note)));
    }

    private static String taken(String slug, Note note) {
        String label = NoteListItem.label(note);
        String verb = note.slug().equals(slug) ? "is the address of" : "redirects to";
        String which = note.deleted() ? "a deleted note" : "another note";
        return "/notes/" + slug + " " + verb + " " + which + ", “" + label
                + "”. Choose another address, or leave the field empty.";
    }

    /** Redirects to the public note, or to the composer if readers cannot see the note. */
    private static void leave(RoutingContext ctx, Note note, NoteForm form) {
        saved(ctx);
        boolean hidden = note.content().status() != Note.Status.PUBLISHED;
        boolean moved = Slug.wished(form.slug())
                .filter(wished -> !wished.equals(note.slug()))
                .isPresent();
        String composer = "/admin/notes/" + note.id();
        LocalRedirect.to(ctx, moved ? composer + "?moved" : hidden ? composer + "?saved" : note.path());
    }

    /** Sets a cookie that permits the composer's script to delete its local draft, because the note is stored now. */
    private static void saved(RoutingContext ctx) {
        String draft = SubmittedForm.line(ctx, "draft");
        if (draft.matches("[A-Za-z0-9-]{1,40}")) {
            ctx.response()
                    .addCookie(Cookie.cookie("starpunk-saved", draft)
                            .setPath("/admin")
                            .setMaxAge(86_400));
        }
    }

    void edit(RoutingContext ctx) {
        withNote(ctx, note -> show(ctx, NoteForm.of(note, ZonedDateTime.now(clock)), note, ComposerMessages.NONE, 200));
    }

    void change(RoutingContext ctx) {
        withNote(ctx, note -> change(ctx, note));
    }

    private Future<Void> change(RoutingContext ctx, Note old) {
        NoteForm form = NoteForm.ofRequest(ctx);
        Optional<String> problem = form.problem(limits, old, ZonedDateTime.now(clock));
        if (problem.isPresent()) {
            return show(ctx, form, old, ComposerMessages.wrong(problem.get()), SubmittedForm.UNPROCESSABLE);
        }
        return unlessTaken(ctx, form, old, () -> save(ctx, old, form));
    }

    private Future<Void> save(RoutingContext ctx, Note old, NoteForm form) {
        return FutureResponses.when(
                        notes.update(old.id(), form.toChange(old, ZonedDateTime.now(clock))),
                        changed -> changed(ctx, old, form, changed))
                .recover(failure -> failure instanceof NoteVersionConflictException changed
                        ? showVersionConflict(ctx, old.id(), form.of(changed.version()))
                        : Future.failedFuture(failure));
    }

    /**
     * Shows the form again without overwriting the other change. The form now has the current version, so the next save
     * replaces it.
     */
    private Future<Void> showVersionConflict(RoutingContext ctx, long id, NoteForm form) {
        String message = "The note was changed elsewhere while it was open here, and that change stands."
                + " Your text is still below: compare it with the note, then save again to replace it.";
        return notes.byId(id)
                .compose(note ->
                        show(ctx, form, note.orElse(null), new ComposerMessages(message, null, null, null), 409));
    }

    private void changed(RoutingContext ctx, Note old, NoteForm form, Optional<Note> changed) {
        if (changed.isPresent()) {
            leave(ctx, changed.get(), form);
            return;
        }
        String message = "The note was deleted while it was open here. Bring it back first; your text is still below.";
        show(ctx, form, old, new ComposerMessages(message, null, null, null), 409)
                .onFailure(ctx::fail);
    }

    private void withNote(RoutingContext ctx, Function<Note, Future<Void>> work) {
        notes.byId(SubmittedForm.id(ctx))
                .compose(found -> found.isPresent() ? work.apply(found.get()) : notFound(ctx))
                .onFailure(ctx::fail);
    }

    private static Future<Void> notFound(RoutingContext ctx) {
        ctx.fail(404);
        return Future.succeededFuture();
    }

    /**
     * {@code POST /admin/preview}: JSON for the composer's script; without a script, the composer with the preview
     * below it.
     */
    void preview(RoutingContext ctx) {
        NoteForm form = NoteForm.ofRequest(ctx);
        Optional<String> problem = form.problem(limits, null, ZonedDateTime.now(clock));
        boolean script = AcceptHeader.of(ctx.request())
                .best(List.of("text/html", "application/json"), Function.identity())
                .equals("application/json");
        long id = SubmittedForm.ids(ctx, "id").stream().findFirst().orElse(0L);
        previewRenderer
                .render(() -> problem.isPresent() ? "" : preview(form))
                .compose(html -> taken(form, id)
                        .compose(taken -> script
                                ? json(ctx, form, html, taken.orElse(null))
                                : showAgain(ctx, form, id, problem.orElse(null), taken.orElse(null), html)))
                .onFailure(ctx::fail);
    }

    private static String preview(NoteForm form) {
        return NoteHtmlResolver.ofText(MarkdownRenderer.render(form.text(), form.format()), "preview-");
    }

    /** Returns a message about pictures without a description; null if each picture has one. */
    private static @Nullable String remark(String html) {
        long lacking = UNDESCRIBED.matcher(html).results().count();
        if (lacking == 0) {
            return null;
        }
        String which = lacking == 1 ? "One picture has" : lacking + " pictures have";
        return which
                + " no description. Write what it shows between the brackets of ![…](…), for those who cannot see it.";
    }

    private Future<Void> json(RoutingContext ctx, NoteForm form, String html, @Nullable String taken) {
        JsonObject answer = new JsonObject()
                .put("html", html)
                .put("slug", slug(form))
                .put("taken", taken)
                .put("remark", remark(html));
        return ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(answer.toBuffer());
    }

    private Future<Void> showAgain(
            RoutingContext ctx, NoteForm form, long id, @Nullable String wrong, @Nullable String taken, String html) {
        Future<Optional<Note>> found = id == 0 ? Future.succeededFuture(Optional.empty()) : notes.byId(id);
        return found.compose(note -> show(ctx, form, note.orElse(null), remarks(wrong, taken, html), 200));
    }

    private static ComposerMessages remarks(@Nullable String wrong, @Nullable String taken, String html) {
        String field = wrong != null ? NoteForm.field(wrong) : taken != null ? "slug" : null;
        return new ComposerMessages(wrong, field, taken, html);
    }

    private String slug(NoteForm form) {
        String title = form.title().isEmpty() ? null : form.title();
        boolean empty = title == null && form.text().isBlank();
        return Slug.wished(form.slug())
                .orElseGet(() -> empty ? "" : Slug.of(title, form.text(), OffsetDateTime.now(clock)));
    }

    private Future<Void> show(
            RoutingContext ctx, NoteForm form, @Nullable Note note, ComposerMessages messages, int status) {
        return FutureResponses.when(notes.tags(), known -> show(ctx, form, note, messages, status, known));
    }

    private void show(
            RoutingContext ctx,
            NoteForm form,
            @Nullable Note note,
            ComposerMessages messages,
            int status,
            List<NoteRepository.TagCount> known) {
        boolean published = note != null && note.content().status() == Note.Status.PUBLISHED;
        boolean scheduled = note != null && note.content().status() == Note.Status.SCHEDULED;
        ZonedDateTime now = ZonedDateTime.now(clock);
        pageRenderer
                .page(ctx, TEMPLATE, note == null ? "New note" : "Edit note")
                .with("notes", true)
                .with("form", form)
                .with("knownTags", known)
                .with("limit", limits.noteLength())
                .with("note", note == null ? null : NoteListItem.of(note, now))
                .with("published", published)
                .with("scheduled", scheduled)
                .with("zone", now.getZone().getId())
                .with(
                        "siteTime",
                        now.toLocalDateTime().truncatedTo(ChronoUnit.SECONDS).toString())
                .with("slug", slug(form))
                .with("draftLink", note == null ? null : draftLink(note))
                .with("help", form.isMarkdown() ? MarkdownHelp.ROWS : null)
                .with("first", ctx.request().getParam("first") != null)
                .with("saved", ctx.request().getParam("saved") != null)
                .with("moved", note != null && ctx.request().getParam("moved") != null)
                .with("language", account.profile().language())
                .with("wrong", messages.wrong())
                .with("wrongField", messages.field())
                .with("wrongIn", messages.field() == null ? null : Map.of(messages.field(), true))
                .with("taken", messages.taken())
                .with("previewHtml", messages.previewHtml())
                .with("previewRemark", messages.previewHtml() == null ? null : remark(messages.previewHtml()))
                .answer(status);
    }

    private static @Nullable String draftLink(Note note) {
        return note.previewToken() == null ? null : note.path() + "?preview=" + note.previewToken();
    }
}
