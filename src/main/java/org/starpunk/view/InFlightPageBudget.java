package org.starpunk.view;

import java.util.IdentityHashMap;

/**
 * Memory budget of large pages that are being sent, each counted once for all its readers. Slow readers retain pages
 * that the cache has evicted, so their total is limited to a quarter of the heap. Thread-safe.
 */
final class InFlightPageBudget {

    private static final long MAX_BYTES = Runtime.getRuntime().maxMemory() / 4;

    private final long maxBytes;
    private final IdentityHashMap<CachedPage, Integer> readers = new IdentityHashMap<>();
    private long bytes;

    InFlightPageBudget() {
        this(MAX_BYTES);
    }

    InFlightPageBudget(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Adds a reader of a page. Accepts the first page regardless of its size.
     *
     * @return false if the page would exceed the budget
     */
    synchronized boolean add(CachedPage page) {
        Integer before = readers.get(page);
        if (before == null && !readers.isEmpty() && bytes + page.weight() > maxBytes) {
            return false;
        }
        readers.put(page, before == null ? 1 : before + 1);
        bytes += before == null ? page.weight() : 0;
        return true;
    }

    /** Removes a reader of a page after its transfer, successful or not. */
    synchronized void remove(CachedPage page) {
        Integer before = readers.get(page);
        if (before != null && before > 1) {
            readers.put(page, before - 1);
        } else if (before != null) {
            readers.remove(page);
            bytes -= page.weight();
        }
    }

    synchronized long bytes() {
        return bytes;
    }
}
