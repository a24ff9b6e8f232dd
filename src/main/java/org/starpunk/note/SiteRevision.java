package org.starpunk.note;

import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Counts the changes of whatever a page can show: notes, tags, the site's profile.
 *
 * <p>A page that is kept says of which revision it is, read before its data was: once the number has moved on, the page is old.
 * The store moves it after each commit and before it answers, so no page is stale after the 201. For one author this is enough,
 * and it cannot forget a page, as a list of what to drop could.
 */
public final class SiteRevision {

    private final AtomicLong number = new AtomicLong(1);
    private final Supplier<Future<Void>> notifier;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /** For a process that is alone. */
    public SiteRevision() {
        this(Future::succeededFuture);
    }

    /** @param others moves the number on in the other processes of the site; completes when each has done so */
    public SiteRevision(Supplier<Future<Void>> others) {
        this.notifier = others;
    }

    public long current() {
        return number.get();
    }

    /** Something has changed: completes when no process of the site shows pages of before. */
    public Future<Void> advanceEverywhere() {
        advance();
        return notifier.get();
    }

    /** Registers a task that runs after another process has changed the database. It runs on any thread. */
    public void onChangeElsewhere(Runnable listener) {
        listeners.add(listener);
    }

    /** Another process has changed the database, for example a command: pages and all else that is cached are old. */
    public void advanceElsewhere() {
        advance();
        listeners.forEach(Runnable::run);
    }

    /** Something has changed, which every process finds out by itself. */
    public void advance() {
        number.incrementAndGet();
    }
}
