package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Limits;
import org.starpunk.note.Notes;
import org.starpunk.note.Tag;
import org.starpunk.note.TagNames;

/** {@code /admin/tags}: all tags; renaming one, which merges it when the new name is taken. */
final class TagsPage {

    private static final int CONFLICT = 409;

    private final Pages pages;
    private final Notes notes;
    private final Limits limits;

    TagsPage(Pages pages, Notes notes, Limits limits) {
        this.pages = pages;
        this.notes = notes;
        this.limits = limits;
    }

    void show(RoutingContext ctx) {
        show(ctx, null, 200).onFailure(ctx::fail);
    }

    private Future<Void> show(RoutingContext ctx, @Nullable String wrong, int status) {
        return Reply.when(notes.tags(), tags -> show(ctx, tags, wrong, status));
    }

    private void show(RoutingContext ctx, List<Notes.TagCount> tags, @Nullable String wrong, int status) {
        pages.page(ctx, "admin/tags", "Tags")
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
    record Row(Tag tag, long notes, String typed, boolean wrong) {}

    private static List<Row> rows(RoutingContext ctx, List<Notes.TagCount> tags, @Nullable String wrong) {
        String slug = wrong == null ? "" : Form.line(ctx, "slug");
        return tags.stream()
                .map(count -> {
                    boolean here = count.tag().slug().equals(slug);
                    String typed = here ? Form.line(ctx, "name") : count.tag().name();
                    return new Row(count.tag(), count.notes(), typed, here);
                })
                .toList();
    }

    /** Two tags that a form would make one, which cannot be undone: asked for before it is done. */
    record Merge(Notes.TagCount from, Notes.TagCount into) {}

    private static @Nullable Merge merge(RoutingContext ctx, List<Notes.TagCount> tags) {
        String from = Form.line(ctx, "slug");
        String into = TagNames.tag(Form.line(ctx, "name")).map(Tag::slug).orElse("");
        if (from.equals(into) || ctx.request().getFormAttribute("merge") != null) {
            return null;
        }
        Notes.TagCount one = find(tags, from);
        Notes.TagCount other = find(tags, into);
        return one == null || other == null ? null : new Merge(one, other);
    }

    private static Notes.@Nullable TagCount find(List<Notes.TagCount> tags, String slug) {
        return tags.stream()
                .filter(tag -> tag.tag().slug().equals(slug))
                .findFirst()
                .orElse(null);
    }

    void rename(RoutingContext ctx) {
        String slug = Form.line(ctx, "slug");
        String name = Form.line(ctx, "name");
        Optional<Tag> wished = TagNames.tag(name);
        Future<Void> done = wished.isEmpty()
                ? show(ctx, "A tag needs a name with a letter or a digit in it.", Form.UNPROCESSABLE)
                : rename(ctx, slug, wished.get());
        done.onFailure(ctx::fail);
    }

    private Future<Void> rename(RoutingContext ctx, String slug, Tag wished) {
        try {
            Limits.text("tag", wished.name(), limits.tagLength());
        } catch (IllegalArgumentException e) {
            return show(ctx, e.getMessage(), Form.UNPROCESSABLE);
        }
        return notes.tags()
                .compose(tags -> merge(ctx, tags) == null ? give(ctx, slug, wished) : show(ctx, null, CONFLICT));
    }

    private Future<Void> give(RoutingContext ctx, String slug, Tag wished) {
        return notes.renameTag(slug, wished)
                .compose(there -> there ? renamed(ctx) : show(ctx, "There is no such tag any more.", 404));
    }

    private static Future<Void> renamed(RoutingContext ctx) {
        Redirect.to(ctx, "/admin/tags?renamed");
        return Future.succeededFuture();
    }
}
