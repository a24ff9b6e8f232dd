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
import org.starpunk.view.CachedPageHandler;
import org.starpunk.view.FileResponse;
import org.starpunk.view.PreparedResponse;

/**
 * Sends the feed of all notes: from the cached file or, while the file is being written, from its finished part. If no
 * file can be written, it renders the feed for this reader, one page of notes at a time, and reads the next page only
 * when the reader has received the previous one. So memory does not grow with the number of notes, and no database
 * connection is in use during the wait.
 */
final class FullFeedHandler implements PreparedResponse {

    private static final Logger LOG = LoggerFactory.getLogger(FullFeedHandler.class);

    private final FeedDependencies site;
    private final FeedMetadata base;
    private final FeedFormat format;
    private final @Nullable String vary;
    private final String key;

    FullFeedHandler(FeedDependencies site, FeedMetadata base, FeedFormat format, @Nullable String vary) {
        this.site = site;
        this.base = base;
        this.format = format;
        this.vary = vary;
        this.key = base.self() + ' ' + format.suffix();
    }

    /** Responds if no rendering is necessary: with 304, or with the cached file. Returns whether it has responded. */
    boolean sendIfCached(RoutingContext ctx) {
        writeHead(ctx.response());
        if (site.pages().sendIfCached(ctx, key)) {
            return true;
        }
        FileResponse file = site.files().fresh(ctx.vertx(), key);
        CachedPageHandler.countLookup(file != null);
        if (file != null) {
            file.send(ctx);
        }
        return file != null;
    }

    private void writeHead(HttpServerResponse response) {
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
        followWriter(ctx, site.files().revision());
    }

    /**
     * Joins the readers of the active writer, or starts a writer.
     *
     * @param minRevision revision of the site at the time of the request; the feed of an older writer is awaited, then
     *     written again
     */
    private void followWriter(RoutingContext ctx, long minRevision) {
        FullFeedCache files = site.files();
        Context context = ctx.vertx().getOrCreateContext();
        FullFeedCacheWriter own = new FullFeedCacheWriter(
                ctx.vertx(), files, key, site.pages().tag(key), format.type(), files.revision());
        FullFeedCacheWriter copy = files.startOrJoin(key, own);
        if (copy.revision() < minRevision || !copy.addReader()) {
            copy.end().onComplete(ended -> context.runOnContext(back -> retry(ctx, minRevision)));
            return;
        }
        ctx.addEndHandler(end -> copy.leave());
        if (copy == own) {
            own.write(new FullFeedRenderer(site, base, format));
        }
        if (files.acquireFollower()) {
            ctx.addEndHandler(end -> files.releaseFollower());
            follow(ctx, copy, 0);
        } else {
            // Each reader has a part in memory, so readers beyond the limit wait for the complete file.
            copy.end().onComplete(ended -> context.runOnContext(back -> sendFile(ctx, copy)));
        }
    }

    private void retry(RoutingContext ctx, long minRevision) {
        if (ctx.response().closed() || ctx.response().ended()) {
            return;
        }
        FileResponse file = site.files().fresh(ctx.vertx(), key);
        if (file == null) {
            followWriter(ctx, minRevision);
        } else {
            file.send(ctx);
        }
    }

    private void sendFile(RoutingContext ctx, FullFeedCacheWriter copy) {
        FileResponse file = copy.file();
        if (ctx.response().closed() || ctx.response().ended()) {
            return;
        }
        if (file == null) {
            direct(ctx);
        } else {
            file.send(ctx);
        }
    }

    private void follow(RoutingContext ctx, FullFeedCacheWriter copy, long position) {
        HttpServerResponse response = ctx.response();
        if (response.closed() || response.ended()) {
            return;
        }
        copy.read(position)
                .onSuccess(part -> {
                    if (part.length() == 0) {
                        response.end().onFailure(FullFeedHandler::logDisconnect);
                        return;
                    }
                    chunked(response)
                            .write(part)
                            .onSuccess(unused -> follow(ctx, copy, position + part.length()))
                            .onFailure(FullFeedHandler::logDisconnect);
                })
                .onFailure(failure -> {
                    if (position == 0) {
                        direct(ctx);
                    } else {
                        abortStream(ctx, failure);
                    }
                });
    }

    private static HttpServerResponse chunked(HttpServerResponse response) {
        return response.headWritten() ? response : response.setChunked(true);
    }

    /** Renders the feed for this reader only. */
    private void direct(RoutingContext ctx) {
        if (!site.files().acquireStream()) {
            ctx.response().putHeader(HttpHeaders.RETRY_AFTER, "60");
            ctx.fail(
                    503,
                    new HttpException(
                            503, "Too many readers are loading the feed of all notes. Try again in a minute."));
            return;
        }
        ctx.addEndHandler(unused -> site.files().releaseStream());
        write(ctx, new FullFeedRenderer(site, base, format), true);
    }

    /**
     * Reads and sends the next page in a loop of callbacks, because a chain of futures would grow with the number of
     * notes.
     */
    private void write(RoutingContext ctx, FullFeedRenderer pages, boolean first) {
        pages.nextPage().onSuccess(part -> write(ctx, pages, part)).onFailure(failure -> {
            if (first) {
                ctx.fail(failure);
            } else {
                abortStream(ctx, failure);
            }
        });
    }

    private void write(RoutingContext ctx, FullFeedRenderer pages, Buffer part) {
        HttpServerResponse response = ctx.response();
        if (response.closed()) {
            return;
        }
        chunked(response);
        if (pages.isEnded()) {
            response.end(part).onFailure(FullFeedHandler::logDisconnect);
            return;
        }
        // The write queue of a response counts buffers, which may be large here, so each page waits for the previous
        // one.
        response.write(part).onSuccess(unused -> write(ctx, pages, false)).onFailure(FullFeedHandler::logDisconnect);
    }

    /** Resets the response after a failure, so that the client detects the incomplete feed. */
    private static void abortStream(RoutingContext ctx, Throwable failure) {
        LOG.warn("aborted a feed of all notes: {}", failure.toString());
        ctx.response().reset().onFailure(FullFeedHandler::logDisconnect);
    }

    private static void logDisconnect(Throwable failure) {
        LOG.debug("a client disconnected", failure);
    }
}
