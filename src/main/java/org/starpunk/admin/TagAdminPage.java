package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.NoteLimits;
import org.starpunk.note.NoteRepository;
import org.starpunk.note.Tag;
import org.starpunk.note.TagNameRules;

/** {@code /admin/tags}: all tags; renaming one, which merges it when the new name is taken. */
final class TagAdminPage {

    private static final int CONFLICT = 409;

    private final AdminPageRenderer pageRenderer;
    private final NoteRepository notes;
    private final NoteLimits limits;

    TagAdminPage(AdminPageRenderer pageRenderer, NoteRepository notes, NoteLimits limits) {
        this.pageRenderer = pageRenderer;
        this.notes = notes;
        this.limits = limits;
    }

    void show(RoutingContext ctx) {
        show(ctx, null, 200).onFailure(ctx::fail);
    }

    private Future<Void> show(RoutingContext ctx, @Nullable String wrong, int status) {
        return FutureResponses.when(notes.tags(), tags -> show(ctx, tags, wrong, status));
    }

    private void show(RoutingContext ctx, List<NoteRepository.TagCount> tags, @Nullable String wrong, int status) {
        pageRenderer
                .page(ctx, "admin/tags", "Tags")
                .with("notes", true)
                .with("tags", rows(ctx, tags, wrong))
                .with("wrong", wrong)
                .with("renamed", ctx.request().getParam("renamed") != null)
                .with("merge", merge(ctx, tags))
                .answer(status);
    }

    /**
     * A tag, as a line of the list.
     *
     * @param typed the name in the field: as it is, or as it was typed when something is wrong with it
     */
    record TagRow(Tag tag, long notes, String typed, boolean wrong) {}

    private static List<TagRow> rows(RoutingContext ctx, List<NoteRepository.TagCount> tags, @Nullable String wrong) {
        String slug = wrong == null ? "" : SubmittedForm.line(ctx, "slug");
        return tags.stream()
                .map(count -> {
                    boolean here = count.tag().slug().equals(slug);
                    String typed =
                            here ? SubmittedForm.line(ctx, "name") : count.tag().name();
                    return new TagRow(count.tag(), count.notes(), typed, here);
                })
                .toList();
    }

    /** Two tags that a form would make one, which cannot be undone: asked for before it is done. */
    record TagMerge(NoteRepository.TagCount from, NoteRepository.TagCount into) {}

    private static @Nullable TagMerge merge(RoutingContext ctx, List<NoteRepository.TagCount> tags) {
        String from = SubmittedForm.line(ctx, "slug");
        String into =
                TagNameRules.tag(SubmittedForm.line(ctx, "name")).map(Tag::slug).orElse("");
        if (from.equals(into) || ctx.request().getFormAttribute("merge") != null) {
            return null;
        }
        NoteRepository.TagCount one = find(tags, from);
        NoteRepository.TagCount other = find(tags, into);
        return one == null || other == null ? null : new TagMerge(one, other);
    }

    private static NoteRepository.@Nullable TagCount find(List<NoteRepository.TagCount> tags, String slug) {
        return tags.stream()
                .filter(tag -> tag.tag().slug().equals(slug))
                .findFirst()
                .orElse(null);
    }

    void rename(RoutingContext ctx) {
        String slug = SubmittedForm.line(ctx, "slug");
        String name = SubmittedForm.line(ctx, "name");
        Optional<Tag> wished = TagNameRules.tag(name);
        Future<Void> done = wished.isEmpty()
                ? show(ctx, "A tag needs a name with a letter or a digit in it.", SubmittedForm.UNPROCESSABLE)
                : rename(ctx, slug, wished.get());
        done.onFailure(ctx::fail);
    }

    private Future<Void> rename(RoutingContext ctx, String slug, Tag wished) {
        try {
            NoteLimits.text("tag", wished.name(), limits.tagLength());
        } catch (IllegalArgumentException e) {
            return show(ctx, e.getMessage(), SubmittedForm.UNPROCESSABLE);
        }
        return notes.tags()
                .compose(tags -> merge(ctx, tags) == null ? applyRename(ctx, slug, wished) : show(ctx, null, CONFLICT));
    }

    private Future<Void> applyRename(RoutingContext ctx, String slug, Tag wished) {
        return notes.renameTag(slug, wished)
                .compose(there -> there ? renamed(ctx) : show(ctx, "There is no such tag any more.", 404));
    }

    private static Future<Void> renamed(RoutingContext ctx) {
        LocalRedirect.to(ctx, "/admin/tags?renamed");
        return Future.succeededFuture();
    }
}
