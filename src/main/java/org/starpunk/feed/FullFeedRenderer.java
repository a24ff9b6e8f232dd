package org.starpunk.feed;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.StringWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Note;
import org.starpunk.note.NoteQuery;
import org.starpunk.note.NoteQuery.Cursor;
import org.starpunk.note.NoteSlice;

/**
 * Renders a feed of all notes page by page, with one page of notes in memory. Thread-safe if each call waits for the
 * previous one.
 */
final class FullFeedRenderer {

    /** Number of notes in the first page. The newest notes are often cached, so a small first page is sent early. */
    private static final int FIRST = 50;

    private static final int PER_PAGE = 100;

    private final FeedDependencies site;
    private final FeedMetadata base;
    private final FeedFormat format;
    private final StringWriter text = new StringWriter();
    private final FeedWriter writer;
    private @Nullable Cursor after;
    private boolean started;
    private boolean ended;
    private long notes;
    private long workNanos;

    FullFeedRenderer(FeedDependencies site, FeedMetadata base, FeedFormat format) {
        this.site = site;
        this.base = base;
        this.format = format;
        this.writer = format.writer(text);
    }

    /** Returns whether the last page has been returned. */
    boolean isEnded() {
        return ended;
    }

    /** Reads and renders the next page. */
    Future<Buffer> nextPage() {
        NoteQuery query = new NoteQuery(null, null, after, started ? PER_PAGE : FIRST, false);
        return site.notes()
                .list(query)
                .compose(page -> Enclosure.sizes(site, page.notes())
                        .compose(sizes -> site.write(page, () -> write(page, sizes))))
                .onSuccess(unused -> {
                    if (ended) {
                        FeedRoutes.generated(site, format, notes, workNanos);
                    }
                });
    }

    private Buffer write(NoteSlice page, Map<String, Long> sizes) {
        long start = System.nanoTime();
        if (text.getBuffer().capacity() > 2 * NoteSlice.MAX_BYTES) {
            text.getBuffer().setLength(0);
            text.getBuffer().trimToSize();
        }
        text.getBuffer().setLength(0);
        if (!started) {
            writer.begin(base.updated(FeedItemFields.updated(base.profile(), page.notes(), site.origin())));
        }
        for (Note note : page.notes()) {
            writer.item(base, note, Enclosure.of(base.profile(), note, sizes));
        }
        if (page.next() == null) {
            writer.end();
        }
        started = true;
        after = page.next();
        ended = after == null;
        notes += page.notes().size();
        Buffer part = Buffer.buffer(text.toString());
        workNanos += System.nanoTime() - start;
        return part;
    }
}
