package org.starpunk.note;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the changes of whatever a page can show: notes, tags, the site's profile.
 *
 * <p>A page that is kept says of which revision it is, read before its data was: once the number has moved on, the page is old.
 * The store moves it after each commit and before it answers, so no page is stale after the 201. For one author this is enough,
 * and it cannot forget a page, as a list of what to drop could.
 */
public final class Revision {

    private final AtomicLong number = new AtomicLong(1);

    public long current() {
        return number.get();
    }

    /** Something has changed. */
    public void advance() {
        number.incrementAndGet();
    }
}
