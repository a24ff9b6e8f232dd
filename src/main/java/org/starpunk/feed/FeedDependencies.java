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
 * What the feeds work with. One belongs to one HTTP verticle, as its recorder and its kept pages do.
 *
 * @param notes the notes
 * @param profile whose site it is, as of now
 * @param origin what never changes about the site
 * @param sizes sizes of the files that feeds announce
 * @param pages the feeds kept in memory
 * @param files the whole feeds kept in files
 * @param recorder takes the business events
 * @param hubs the WebSub hubs that are told of changes; empty for none
 * @param writers threads that write long feeds, see {@link #writers(Vertx)}
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

    /** Length of the HTML of a page of notes up to which the event loop writes it: some milliseconds of work. */
    private static final int MAX_INLINE_LENGTH = 20_000;

    public FeedDependencies {
        hubs = List.copyOf(hubs);
    }

    /**
     * Returns the threads that write long feeds, which all verticles share: half of the processors. A page of long notes takes an
     * event loop so much time that every other request would wait for it.
     */
    public static WorkerExecutor writers(Vertx vertx) {
        return vertx.createSharedWorkerExecutor(
                "starpunk-feeds", Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    }

    /** Writes a page of notes: on the event loop if they are brief, else on one of the threads for it. */
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
