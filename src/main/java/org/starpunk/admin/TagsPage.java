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
                .with("tags", tags)
                .with("wrong", wrong)
                .with("renamed", ctx.request().getParam("renamed") != null)
                .answer(status);
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
        return notes.renameTag(slug, wished)
                .compose(there -> there ? renamed(ctx) : show(ctx, "There is no such tag any more.", 404));
    }

    private static Future<Void> renamed(RoutingContext ctx) {
        Redirect.to(ctx, "/admin/tags?renamed");
        return Future.succeededFuture();
    }
}
