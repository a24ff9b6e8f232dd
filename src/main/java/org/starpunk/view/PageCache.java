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
     * Random id of this start. Distinguishes the revisions of different starts, because each start counts again from
     * its beginning.
     */
    private final String start = Long.toHexString(new SecureRandom().nextLong());

    /** Number of recently rendered keys that are remembered; a power of two. */
    private static final int REMEMBERED = 4096;

    private final LongSupplier revision;
    private final long maxBytes;
    private final Cache<String, Page> pages;

    /**
     * Hashes of keys whose page was rendered and not cached. A race between event loops can lose a hash, which is
     * harmless.
     */
    private final int[] made = new int[REMEMBERED];

    private final RenderQueue queue = new RenderQueue();
    private final SendingPages sending = new SendingPages();

    /**
     * @param maxBytes maximum memory for the pages, bytes
     * @param revision supplies the revision of the site's content
     */
    public PageCache(long maxBytes, LongSupplier revision) {
        this.revision = revision;
        this.maxBytes = maxBytes;
        this.pages = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((String key, Page page) -> page.weight() + 2 * key.length())
                .executor(Runnable::run)
                .build();
    }

    /** Returns the memory of the cached pages, bytes. */
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
    Page fresh(String key) {
        Page page = pages.getIfPresent(key);
        return page != null && page.revision() == revision.getAsLong() ? page : null;
    }

    /**
     * Caches content rendered at a revision. A cache that is almost full admits only pages that are requested a second
     * time: a crawler requests each page once, and would evict pages that others request again. Short-lived cache
     * entries get promoted to the old generation and cost more GC time than rendering again.
     */
    Page keep(String key, long madeAt, Content content) {
        Page before = pages.getIfPresent(key);
        Page page = new Page(content, madeAt, System.currentTimeMillis() / 1000, before, sending);
        if (before != null || hasRoom() || madeLately(key)) {
            pages.put(key, page);
        }
        return page;
    }

    private boolean hasRoom() {
        return weight() < maxBytes - maxBytes / 8;
    }

    private boolean madeLately(String key) {
        int hash = key.hashCode();
        int place = (hash ^ hash >>> 16) & REMEMBERED - 1;
        if (made[place] == hash) {
            return true;
        }
        made[place] = hash;
        return false;
    }

    /** Returns the queue of pages that are being rendered. */
    RenderQueue queue() {
        return queue;
    }
}
