package org.starpunk.site;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import org.starpunk.identity.Profile;
import org.starpunk.identity.SecretTokens;
import org.starpunk.note.Note;
import org.starpunk.note.NoteLabel;
import org.starpunk.view.PreparedResponse;
import org.starpunk.view.RenderedPage;

/** Page {@code /notes/:slug}: one note, for the visitors who may see it. */
final class SingleNotePage {

    private static final PreparedResponse NOT_FOUND = ctx -> ctx.fail(404);
    private static final PreparedResponse GONE = ctx -> ctx.fail(410);
    private static final int TITLE_LENGTH = 70;
    private static final int DESCRIPTION_LENGTH = 160;

    private final SiteDependencies site;
    private final Layout layout;

    SingleNotePage(SiteDependencies site, Layout layout) {
        this.site = site;
        this.layout = layout;
    }

    void show(RoutingContext ctx) {
        String slug = SiteRoutes.param(ctx, "slug");
        site.pages().answer(ctx, "/notes/" + slug, () -> find(slug));
    }

    private Future<PreparedResponse> find(String slug) {
        return site.notes().bySlug(slug).map(found -> answer(slug, found));
    }

    private PreparedResponse answer(String slug, Optional<Note> found) {
        if (found.isEmpty()) {
            return NOT_FOUND;
        }
        Note note = found.get();
        boolean open = note.content().status() == Note.Status.PUBLISHED
                && note.content().visibility() != Note.Visibility.PRIVATE;
        if (note.deleted()) {
            // The status 410 would reveal that a draft or a private note existed.
            return open ? GONE : ctx -> restricted(ctx, slug, note);
        }
        if (!open) {
            return ctx -> restricted(ctx, slug, note);
        }
        return note.slug().equals(slug) ? content(note, "") : ctx -> PermanentRedirect.send(ctx, note.path());
    }

    private void restricted(RoutingContext ctx, String slug, Note note) {
        if (!note.deleted() && holdsPreview(ctx, note)) {
            content(note, state(note) + ": only this link and you can open it").send(ctx);
            return;
        }
        site.isAuthor()
                .apply(ctx)
                .onSuccess(author -> decide(ctx, slug, note, author))
                .onFailure(ctx::fail);
    }

    private void decide(RoutingContext ctx, String slug, Note note, boolean author) {
        if (!author) {
            ctx.fail(404);
        } else if (note.deleted()) {
            ctx.fail(410);
        } else if (note.slug().equals(slug)) {
            content(note, state(note)).send(ctx);
        } else {
            ctx.redirect(note.path());
        }
    }

    /** Returns the state of a note that is not public, for the author. */
    private String state(Note note) {
        return switch (note.content().status()) {
            case DRAFT -> "Draft";
            case PUBLISHED -> "Private";
            case SCHEDULED -> {
                StringBuilder state = new StringBuilder("Scheduled for ");
                DateFormats.people(note.published(site.profile().get().zone()), state);
                yield state.toString();
            }
        };
    }

    private static boolean holdsPreview(RoutingContext ctx, Note note) {
        String token = note.previewToken();
        String given = ctx.request().getParam("preview");
        return token != null
                && given != null
                && note.content().status() != Note.Status.PUBLISHED
                && SecretTokens.same(given, token);
    }

    private RenderedPage content(Note note, String badge) {
        Profile profile = site.profile().get();
        StringBuilder main = new StringBuilder(note.html().length() + 1200);
        HEntryRenderer.alone(note, profile, badge, main);
        boolean listed = note.listed();
        String description = NoteLabel.ofUntitled(note, DESCRIPTION_LENGTH);
        Layout.Builder page =
                layout.page(title(note), main).at(listed ? note.path() : null).description(description);
        // A draft or a private note has no public page, so other sites get no preview.
        return (badge.isEmpty() ? page.shared(OpenGraph.of(note, profile)) : page).render();
    }

    private static String title(Note note) {
        String label = NoteLabel.of(note, TITLE_LENGTH);
        return label.isEmpty() ? "Note" : label;
    }
}
