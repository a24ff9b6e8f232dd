package org.starpunk.note;

import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Counter of changes to the content of pages: notes, tags, profile. Thread-safe.
 *
 * <p>A cached page has the revision that was current before its data was read. It is outdated when the counter has
 * advanced. The store advances it after each commit and before the response, so no page is outdated after a 201. Unlike
 * a list of affected pages, a counter cannot miss one; for a single author this is sufficient.
 */
public final class SiteRevision {

    private final AtomicLong number = new AtomicLong(1);
    private final Supplier<Future<Void>> notifier;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /** Creates the revision of a process without a cluster. */
    public SiteRevision() {
        this(Future::succeededFuture);
    }

    /** @param others advances the revision of the other processes of the site; completes when all have done so */
    public SiteRevision(Supplier<Future<Void>> others) {
        this.notifier = others;
    }

    public long current() {
        return number.get();
    }

    /** Advances the revision after a change. Completes when no process serves outdated pages. */
    public Future<Void> advanceEverywhere() {
        advance();
        return notifier.get();
    }

    /** Registers a listener for changes by other processes. It may be called on any thread. */
    public void onChangeElsewhere(Runnable listener) {
        listeners.add(listener);
    }

    /** Advances the revision after a change by another process, such as a command, and notifies the listeners. */
    public void advanceElsewhere() {
        advance();
        listeners.forEach(Runnable::run);
    }

    /** Advances the revision after a change that each process detects itself. */
    public void advance() {
        number.incrementAndGet();
    }
}
