package org.starpunk.view;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;
import org.starpunk.telemetry.RequestTiming;

/** Answers from the kept pages, or makes the page and keeps it. */
public final class KeptPages {

    private final PageCache cache;

    public KeptPages(PageCache cache) {
        this.cache = cache;
    }

    /** A hit or a miss goes with the request that it belongs to: an event of its own would cost as much again as the request's. */
    public static void asked(boolean hit) {
        RequestTiming request = RequestTiming.current();
        if (request != null) {
            request.cache(hit);
        }
    }

    /**
     * Answers a request.
     *
     * @param ctx the request
     * @param key the page's path, and what else it was chosen by
     * @param make makes the page, for any reader: a {@link Content} is kept, another answer is only sent
     */
    public void answer(RoutingContext ctx, String key, Supplier<Future<? extends Answer>> make) {
        Page page = cache.fresh(key);
        if (page != null) {
            asked(true);
            page.send(ctx);
            return;
        }
        asked(false);
        PageCache.Pending mine = new PageCache.Pending(cache.revision());
        PageCache.Pending theirs = cache.begin(key, mine);
        if (theirs == mine) {
            make(ctx, key, mine, make);
        } else {
            join(ctx, theirs);
        }
    }

    /**
     * Tells a reader of what is too large to keep whether the site has changed since: sets a weak entity tag, as the site may change
     * while it is sent, and answers 304 or 412 where that is the answer.
     *
     * @param key the page's path, and what else it was chosen by
     * @return whether the request is answered
     */
    public boolean answered(RoutingContext ctx, String key) {
        String tag = tag(key);
        ctx.response().putHeader(HttpHeaders.ETAG, "W/" + tag);
        int status = Preconditions.status(ctx.request().headers(), tag, Preconditions.NO_DATE);
        if (status == 304) {
            ctx.response().setStatusCode(304).end();
        } else if (status == 412) {
            ctx.fail(412);
        }
        return status != 200;
    }

    /**
     * The tag, quoted, of what is made of the site as it is now.
     *
     * @param key the page's path, and what else it was chosen by
     */
    public String tag(String key) {
        return '"' + cache.state() + '-' + Integer.toHexString(key.hashCode()) + '"';
    }

    private void make(RoutingContext ctx, String key, PageCache.Pending mine, Supplier<Future<? extends Answer>> make) {
        Future.succeededFuture()
                .compose(start -> make.get())
                .map(answer -> keep(key, mine, answer))
                .onComplete(made -> finish(ctx, key, mine, made));
    }

    private Answer keep(String key, PageCache.Pending mine, Answer answer) {
        return answer instanceof Content content ? cache.keep(key, mine.revision(), content) : answer;
    }

    private void finish(RoutingContext ctx, String key, PageCache.Pending mine, AsyncResult<Answer> made) {
        cache.finished(key, mine);
        if (made.succeeded()) {
            mine.complete(made.result());
        } else {
            mine.fail(made.cause());
        }
        send(ctx, made);
    }

    /** Waits for a page that another request makes, perhaps on another event loop; then goes on in its own context. */
    private static void join(RoutingContext ctx, PageCache.Pending theirs) {
        Context own = ctx.vertx().getOrCreateContext();
        theirs.future().onComplete(made -> own.runOnContext(back -> send(ctx, made)));
    }

    private static void send(RoutingContext ctx, AsyncResult<Answer> made) {
        if (made.failed()) {
            ctx.fail(made.cause());
            return;
        }
        try {
            made.result().send(ctx);
        } catch (RuntimeException e) {
            ctx.fail(e);
        }
    }
}
