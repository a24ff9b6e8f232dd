package org.starpunk.feed;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.starpunk.identity.Profile;
import org.starpunk.identity.SiteIdentity;
import org.starpunk.note.MediaSizes;
import org.starpunk.note.Note;
import org.starpunk.note.NoteRepository;
import org.starpunk.note.NoteSlice;
import org.starpunk.telemetry.Recorder;
import org.starpunk.view.CachedPageHandler;

/**
 * Dependencies of the feeds. Each HTTP verticle has its own instance, with its own recorder and page cache.
 *
 * @param notes stored notes
 * @param profile returns the current profile of the site
 * @param origin constant identity of the site
 * @param sizes sizes of the announced files
 * @param pages cache of rendered feeds
 * @param files cache of the feeds of all notes
 * @param recorder records business events
 * @param hubs WebSub hubs; empty for none
 * @param writers worker threads that write long feeds, see {@link #writers(Vertx)}
 */
public record FeedDependencies(
        NoteRepository notes,
        Supplier<Profile> profile,
        SiteIdentity origin,
        MediaSizes sizes,
        CachedPageHandler pages,
        FullFeedCache files,
        Recorder recorder,
        List<String> hubs,
        WorkerExecutor writers) {

    /** Maximum length of the HTML of notes, in characters, that the event loop writes: a few milliseconds of work. */
    private static final int MAX_INLINE_LENGTH = 20_000;

    public FeedDependencies {
        hubs = List.copyOf(hubs);
    }

    /**
     * Returns the worker threads that write long feeds: one for two processors, shared by all verticles. A page of long
     * notes would block an event loop, and every other request of that loop would wait.
     */
    public static WorkerExecutor writers(Vertx vertx) {
        return vertx.createSharedWorkerExecutor(
                "starpunk-feeds", Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    }

    /** Runs the work on the event loop if the notes are short, otherwise on a worker thread. */
    <T> Future<T> write(NoteSlice page, Callable<T> work) {
        long length = 0;
        for (Note note : page.notes()) {
            length += note.html().length();
        }
        return length > MAX_INLINE_LENGTH
                ? writers.executeBlocking(work, false)
                : Future.succeededFuture().map(unused -> call(work));
    }

    private static <T> T call(Callable<T> work) {
        try {
            return work.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
