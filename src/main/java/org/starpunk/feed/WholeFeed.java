package org.starpunk.feed;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.note.Note;
import org.starpunk.note.NotePage;
import org.starpunk.note.NoteQuery;
import org.starpunk.note.NoteQuery.Cursor;
import org.starpunk.view.Answer;
import org.starpunk.view.KeptPages;
import org.starpunk.view.SentFile;

/**
 * A feed of every note: from its file, if there is one, else written as it is read, and into a file for the next reader. A page of
 * notes is fetched, written, and forgotten before the next one, and none is fetched while the reader has not taken what was sent. So
 * it takes the same memory for ten notes and for a million, and holds no connection to the database while it waits.
 */
final class WholeFeed implements Answer {

    private static final Logger LOG = LoggerFactory.getLogger(WholeFeed.class);
    /** The newest are often in memory, and soon read: the answer begins with them. */
    private static final int FIRST = 50;

    private static final int PER_PAGE = 100;

    private final FeedContext site;
    private final Head base;
    private final Format format;
    private final @Nullable String vary;
    private final StringWriter text = new StringWriter();
    private final FeedWriter writer;
    private final String key;
    private @Nullable FeedCopy copy;
    private long notes;
    private long workNanos;

    WholeFeed(FeedContext site, Head base, Format format, @Nullable String vary) {
        this.site = site;
        this.base = base;
        this.format = format;
        this.vary = vary;
        this.writer = format.writer(text);
        this.key = base.self() + ' ' + format.suffix();
    }

    /** Answers if that costs next to nothing: by the file, or when the reader has the feed already. */
    boolean answered(RoutingContext ctx) {
        head(ctx.response());
        if (site.pages().answered(ctx, key)) {
            return true;
        }
        SentFile file = site.files().fresh(ctx.vertx(), key);
        KeptPages.asked(file != null);
        if (file != null) {
            file.send(ctx);
        }
        return file != null;
    }

    private void head(HttpServerResponse response) {
        response.putHeader(HttpHeaders.CONTENT_TYPE, format.type())
                .putHeader(HttpHeaders.CACHE_CONTROL, "public, no-cache")
                .putHeader("Link", FeedRoutes.links(base));
        if (vary != null) {
            response.putHeader(HttpHeaders.VARY, vary);
        }
    }

    @Override
    public void send(RoutingContext ctx) {
        if (ctx.request().method().equals(HttpMethod.HEAD)) {
            ctx.response().end();
            return;
        }
        long revision = site.files().revision();
        FeedCopy begun =
                FeedCopy.begin(ctx.vertx(), site.files(), key, site.pages().tag(key), format.type(), revision);
        if (begun != null) {
            ctx.addEndHandler(end -> begun.drop());
        }
        copy = begun;
        read(ctx, null);
    }

    /** Fetches the next page and writes it: a loop of callbacks, as a chain of futures would grow with the site. */
    private void read(RoutingContext ctx, @Nullable Cursor after) {
        page(after).onSuccess(page -> write(ctx, after == null, page)).onFailure(ctx::fail);
    }

    private Future<NotePage> page(@Nullable Cursor after) {
        return site.notes().list(new NoteQuery(null, null, after, after == null ? FIRST : PER_PAGE, false));
    }

    private void write(RoutingContext ctx, boolean first, NotePage page) {
        HttpServerResponse response = ctx.response();
        if (response.closed()) {
            return;
        }
        Buffer chunk = Buffer.buffer(text(first, page));
        Cursor next = page.next();
        if (first) {
            response.setChunked(true);
        }
        Future<?> copied = copy == null ? Future.succeededFuture() : copy.write(chunk.getBytes());
        if (next == null) {
            FeedRoutes.generated(site, format, notes, workNanos);
            if (copy != null) {
                copy.keep();
            }
            response.end(chunk);
            return;
        }
        // Each page is waited for: the queue of a response counts pieces, and these may be large.
        Future<?> taken = response.write(chunk);
        Future.all(taken, copied)
                .onSuccess(done -> read(ctx, next))
                .onFailure(gone -> LOG.debug("a reader has gone", gone));
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
