package org.starpunk.micropub;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.note.Note;
import org.starpunk.note.NoteQuery;
import org.starpunk.note.NoteQuery.Cursor;
import org.starpunk.note.NoteRepository;
import org.starpunk.note.NoteSlice;

/**
 * Writes the JSON list of the sources of posts, newest first. Sends it while reading, with one page of notes in memory.
 */
final class SourceListWriter {

    private static final Logger LOG = LoggerFactory.getLogger(SourceListWriter.class);
    private static final int PAGE = 100;

    private final NoteRepository notes;
    private final boolean everything;
    private final Function<Note, JsonObject> source;
    private int left;
    private boolean started;
    private boolean any;

    /**
     * @param everything whether the list contains drafts, unlisted and private posts
     * @param source returns the source of a post
     * @param limit maximum number of posts
     */
    SourceListWriter(NoteRepository notes, boolean everything, Function<Note, JsonObject> source, int limit) {
        this.notes = notes;
        this.everything = everything;
        this.source = source;
        this.left = limit;
    }

    /** Skips posts, then reads the next page. */
    Future<NoteSlice> read(int offset) {
        return offset == 0 ? page(null) : skip(null, offset);
    }

    private Future<NoteSlice> page(@Nullable Cursor after) {
        return notes.list(new NoteQuery(null, null, after, PAGE, everything));
    }

    private Future<NoteSlice> skip(@Nullable Cursor after, int offset) {
        return notes.list(new NoteQuery(null, null, after, PAGE, everything).withBeginningsOnly())
                .compose(page -> {
                    int rest = offset;
                    for (Note note : page.notes()) {
                        rest -= note.deleted() ? 0 : 1;
                        if (rest == 0) {
                            return page(Cursor.after(note));
                        }
                    }
                    return page.next() == null
                            ? Future.succeededFuture(new NoteSlice(List.of(), null))
                            : skip(page.next(), rest);
                });
    }

    /** Sends a page and the following ones, each after the client has received the previous one. */
    void send(RoutingContext ctx, NoteSlice page) {
        // A page of long posts would block the event loop.
        ctx.vertx()
                .executeBlocking(() -> text(page), false)
                .onSuccess(text -> send(ctx, page, text))
                .onFailure(failure -> failed(ctx, failure));
    }

    private static void failed(RoutingContext ctx, Throwable failure) {
        if (ctx.response().headWritten()) {
            abort(ctx.response(), failure);
        } else {
            ctx.fail(failure);
        }
    }

    private void send(RoutingContext ctx, NoteSlice page, String text) {
        HttpServerResponse response = ctx.response();
        if (response.closed()) {
            return;
        }
        String part = text;
        boolean end = page.next() == null || left == 0;
        if (end) {
            part += "]}";
        }
        if (!response.headWritten()) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
        }
        if (ctx.request().method().equals(HttpMethod.HEAD)) {
            response.end().onFailure(SourceListWriter::logDisconnect);
        } else if (end) {
            response.end(part).onFailure(SourceListWriter::logDisconnect);
        } else {
            if (!response.headWritten()) {
                response.setChunked(true);
            }
            response.write(part)
                    .onSuccess(unused -> page(page.next())
                            .onSuccess(next -> send(ctx, next))
                            .onFailure(failure -> abort(response, failure)))
                    .onFailure(SourceListWriter::logDisconnect);
        }
    }

    private String text(NoteSlice page) {
        StringBuilder text = new StringBuilder(started ? "" : "{\"items\":[");
        started = true;
        for (Note note : page.notes()) {
            if (left > 0 && !note.deleted()) {
                text.append(any ? "," : "").append(source.apply(note).encode());
                any = true;
                left--;
            }
        }
        return text.toString();
    }

    /** Resets the response after a failure, so that the client detects the incomplete list. */
    private static void abort(HttpServerResponse response, Throwable failure) {
        LOG.warn("aborted a list of sources: {}", failure.toString());
        response.reset().onFailure(SourceListWriter::logDisconnect);
    }

    private static void logDisconnect(Throwable failure) {
        LOG.debug("a client disconnected", failure);
    }
}
