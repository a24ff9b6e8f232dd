package org.starpunk.view;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.security.SecureRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * In-memory cache of pages, shared by all event loops of the process.
 *
 * <p>A page is valid for the revision at which it was rendered; after a change of the site it is rendered again.
 * Concurrent requests for one page wait for a single rendering.
 */
public final class PageCache {

    /**
     * Random id of this start. It distinguishes the revisions of different starts, because each start counts from the
     * beginning.
     */
    private final String start = Long.toHexString(new SecureRandom().nextLong());

    /** Number of recently rendered keys in {@link #renderedKeys}; a power of two. */
    private static final int RENDERED_KEYS = 4096;

    private final LongSupplier revision;
    private final long maxBytes;
    private final Cache<String, CachedPage> pages;

    /**
     * Hashes of keys whose page was rendered but not cached. A race between event loops can lose a hash, which only
     * delays the caching of a page.
     */
    private final int[] renderedKeys = new int[RENDERED_KEYS];

    private final RenderQueue queue = new RenderQueue();
    private final InFlightPageBudget sending = new InFlightPageBudget();

    /**
     * @param maxBytes maximum memory of the pages, in bytes
     * @param revision returns the revision of the site's content
     */
    public PageCache(long maxBytes, LongSupplier revision) {
        this.revision = revision;
        this.maxBytes = maxBytes;
        this.pages = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((String key, CachedPage page) -> page.weight() + 2 * key.length())
                .executor(Runnable::run)
                .build();
    }

    /** Returns the memory of the cached pages, in bytes. */
    public long bytes() {
        pages.cleanUp();
        return weight();
    }

    private long weight() {
        return pages.policy().eviction().map(e -> e.weightedSize().orElse(0)).orElse(0L);
    }

    long revision() {
        return revision.getAsLong();
    }

    /** Returns an identifier of the site's state, which differs after each change and each start. */
    String state() {
        return start + '-' + Long.toHexString(revision());
    }

    /** Returns the cached page of a key if it is current; null otherwise. */
    @Nullable
    CachedPage fresh(String key) {
        CachedPage page = pages.getIfPresent(key);
        return page != null && page.revision() == revision.getAsLong() ? page : null;
    }

    /**
     * Caches a page that was rendered at a revision. A cache that is almost full accepts only pages that are requested
     * a second time: a crawler requests each page once, and would evict pages that others request repeatedly.
     * Short-lived cache entries are promoted to the old generation and cost more GC time than rendering again.
     */
    CachedPage put(String key, long madeAt, RenderedPage rendered) {
        CachedPage before = pages.getIfPresent(key);
        CachedPage page = new CachedPage(rendered, madeAt, System.currentTimeMillis() / 1000, before, sending);
        if (before != null || hasRoom() || renderedRecently(key)) {
            pages.put(key, page);
        }
        return page;
    }

    private boolean hasRoom() {
        return weight() < maxBytes - maxBytes / 8;
    }

    private boolean renderedRecently(String key) {
        int hash = key.hashCode();
        int place = (hash ^ hash >>> 16) & RENDERED_KEYS - 1;
        if (renderedKeys[place] == hash) {
            return true;
        }
        renderedKeys[place] = hash;
        return false;
    }

    /** Returns the queue of pages that are being rendered. */
    RenderQueue queue() {
        return queue;
    }
}
