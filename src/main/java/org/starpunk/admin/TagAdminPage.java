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

/** {@code /admin/tags}: lists and renames tags. A tag that gets the name of another tag is merged into it. */
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
     * A tag in the list.
     *
     * @param typed value of the name field: the tag's name, or the submitted name if it is invalid
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

    /** A merge of two tags that needs a confirmation, because it cannot be undone. */
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
                .compose(there -> there ? renamed(ctx) : show(ctx, "This tag no longer exists.", 404));
    }

    private static Future<Void> renamed(RoutingContext ctx) {
        LocalRedirect.to(ctx, "/admin/tags?renamed");
        return Future.succeededFuture();
    }
}
