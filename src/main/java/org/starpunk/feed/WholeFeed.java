package org.starpunk.feed;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.view.Answer;
import org.starpunk.view.KeptPages;
import org.starpunk.view.SentFile;

/**
 * A feed of every note: from its file, if there is one; else the file is written, and sent as far as it is there. Where no file can
 * be written, the feed is written for each reader, a page of notes at a time, and none is read while the reader has not taken the
 * one before. So it takes the same memory for ten notes and for a million, and holds no connection to the database while it waits.
 */
final class WholeFeed implements Answer {

    private static final Logger LOG = LoggerFactory.getLogger(WholeFeed.class);

    private final FeedContext site;
    private final Head base;
    private final Format format;
    private final @Nullable String vary;
    private final String key;

    WholeFeed(FeedContext site, Head base, Format format, @Nullable String vary) {
        this.site = site;
        this.base = base;
        this.format = format;
        this.vary = vary;
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
        join(ctx, site.files().revision());
    }

    /**
     * Joins the readers of the file that is being written, or begins to write it.
     *
     * @param least the site's revision when the request came: a file that was begun before that is awaited, and then written
     *     again
     */
    private void join(RoutingContext ctx, long least) {
        FeedFiles files = site.files();
        Context context = ctx.vertx().getOrCreateContext();
        FeedCopy own = new FeedCopy(ctx.vertx(), files, key, site.pages().tag(key), format.type(), files.revision());
        FeedCopy copy = files.begin(key, own);
        if (copy.revision() < least || !copy.join()) {
            copy.end().onComplete(ended -> context.runOnContext(back -> again(ctx, least)));
            return;
        }
        ctx.addEndHandler(end -> copy.leave());
        if (copy == own) {
            own.write(new FeedPages(site, base, format));
        }
        if (files.follow()) {
            ctx.addEndHandler(end -> files.followed());
            follow(ctx, copy, 0);
        } else {
            // Each reader has a part in memory: readers beyond the limit get the file when it is complete.
            copy.end().onComplete(ended -> context.runOnContext(back -> sendFile(ctx, copy)));
        }
    }

    private void again(RoutingContext ctx, long least) {
        if (ctx.response().closed() || ctx.response().ended()) {
            return;
        }
        SentFile file = site.files().fresh(ctx.vertx(), key);
        if (file == null) {
            join(ctx, least);
        } else {
            file.send(ctx);
        }
    }

    private void sendFile(RoutingContext ctx, FeedCopy copy) {
        SentFile file = copy.file();
        if (ctx.response().closed() || ctx.response().ended()) {
            return;
        }
        if (file == null) {
            direct(ctx);
        } else {
            file.send(ctx);
        }
    }

    private void follow(RoutingContext ctx, FeedCopy copy, long position) {
        HttpServerResponse response = ctx.response();
        if (response.closed() || response.ended()) {
            return;
        }
        copy.read(position)
                .onSuccess(part -> {
                    if (part.length() == 0) {
                        response.end().onFailure(WholeFeed::gone);
                        return;
                    }
                    chunked(response)
                            .write(part)
                            .onSuccess(taken -> follow(ctx, copy, position + part.length()))
                            .onFailure(WholeFeed::gone);
                })
                .onFailure(failure -> {
                    if (position == 0) {
                        direct(ctx);
                    } else {
                        broken(ctx, failure);
                    }
                });
    }

    private static HttpServerResponse chunked(HttpServerResponse response) {
        return response.headWritten() ? response : response.setChunked(true);
    }

    /** Writes the feed for this reader alone. */
    private void direct(RoutingContext ctx) {
        if (!site.files().stream()) {
            ctx.response().putHeader(HttpHeaders.RETRY_AFTER, "60");
            ctx.fail(
                    503,
                    new HttpException(
                            503, "Too many readers are loading the feed of all notes. Try again in a minute."));
            return;
        }
        ctx.addEndHandler(end -> site.files().streamed());
        write(ctx, new FeedPages(site, base, format), true);
    }

    /** Reads the next page and sends it: a loop of callbacks, as a chain of futures would grow with the site. */
    private void write(RoutingContext ctx, FeedPages pages, boolean first) {
        pages.next().onSuccess(part -> write(ctx, pages, part)).onFailure(failure -> {
            if (first) {
                ctx.fail(failure);
            } else {
                broken(ctx, failure);
            }
        });
    }

    private void write(RoutingContext ctx, FeedPages pages, Buffer part) {
        HttpServerResponse response = ctx.response();
        if (response.closed()) {
            return;
        }
        chunked(response);
        if (pages.ended()) {
            response.end(part).onFailure(WholeFeed::gone);
            return;
        }
        // Each page is waited for: the queue of a response counts pieces, and these may be large.
        response.write(part).onSuccess(taken -> write(ctx, pages, false)).onFailure(WholeFeed::gone);
    }

    /** Breaks the response off after a failure, so that the client sees that the feed is incomplete. */
    private static void broken(RoutingContext ctx, Throwable failure) {
        LOG.warn("a feed of all notes was broken off: {}", failure.toString());
        ctx.response().reset().onFailure(WholeFeed::gone);
    }

    private static void gone(Throwable failure) {
        LOG.debug("a client left", failure);
    }
}
