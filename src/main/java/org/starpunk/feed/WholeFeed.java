package org.starpunk.feed;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Note;
import org.starpunk.note.NotePage;
import org.starpunk.note.NoteQuery;
import org.starpunk.note.NoteQuery.Cursor;
import org.starpunk.view.Answer;

/**
 * A feed of every note, written as it is read: a page of notes is fetched, written, and forgotten before the next one, and none is
 * fetched while the reader has not taken what was sent. So it takes the same memory for ten notes and for a million, and holds no
 * connection to the database while it waits.
 */
final class WholeFeed implements Answer {

    private static final int PER_PAGE = 50;

    private final FeedContext site;
    private final Head base;
    private final Format format;
    private final @Nullable String vary;
    private final StringWriter text = new StringWriter();
    private final FeedWriter writer;
    private long notes;
    private long workNanos;

    WholeFeed(FeedContext site, Head base, Format format, @Nullable String vary) {
        this.site = site;
        this.base = base;
        this.format = format;
        this.vary = vary;
        this.writer = format.writer(text);
    }

    @Override
    public void send(RoutingContext ctx) {
        HttpServerResponse response = ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, format.type())
                .putHeader(HttpHeaders.CACHE_CONTROL, "public, no-cache")
                .putHeader("Link", FeedRoutes.links(base));
        if (vary != null) {
            response.putHeader(HttpHeaders.VARY, vary);
        }
        if (site.pages().answered(ctx, base.self() + ' ' + format.suffix())) {
            return;
        }
        if (ctx.request().method().equals(HttpMethod.HEAD)) {
            response.end();
            return;
        }
        read(ctx, null);
    }

    /** Fetches the next page and writes it: a loop of callbacks, as a chain of futures would grow with the site. */
    private void read(RoutingContext ctx, @Nullable Cursor after) {
        page(after).onSuccess(page -> write(ctx, after == null, page)).onFailure(ctx::fail);
    }

    private Future<NotePage> page(@Nullable Cursor after) {
        return site.notes().list(new NoteQuery(null, null, after, PER_PAGE, false));
    }

    private void write(RoutingContext ctx, boolean first, NotePage page) {
        HttpServerResponse response = ctx.response();
        if (response.closed()) {
            return;
        }
        String chunk = text(first, page);
        Cursor next = page.next();
        if (first) {
            response.setChunked(true);
        }
        if (next == null) {
            FeedRoutes.generated(site, format, notes, workNanos);
            response.end(chunk);
            return;
        }
        response.write(chunk);
        if (response.writeQueueFull()) {
            response.drainHandler(taken -> read(ctx, next));
        } else {
            read(ctx, next);
        }
    }

    private String text(boolean first, NotePage page) {
        long start = System.nanoTime();
        text.getBuffer().setLength(0);
        if (first) {
            writer.begin(base.updated(Items.updated(page.notes())));
        }
        for (Note note : page.notes()) {
            writer.item(base, note);
        }
        if (page.next() == null) {
            writer.end();
        }
        notes += page.notes().size();
        workNanos += System.nanoTime() - start;
        return text.toString();
    }
}
