package org.starpunk.view;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.security.SecureRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The pages that are kept in memory, for all event loops of the process.
 *
 * <p>A page is as good as the revision that it was made at: once the site's has moved on, it is made again. A page that many ask
 * for at the same time is made once, and the others wait for it.
 */
public final class PageCache {

    /** Revisions count from each start anew: this tells the counts apart. */
    private final String start = Long.toHexString(new SecureRandom().nextLong());

    /** How many pages that were made lately are remembered; a power of two. */
    private static final int REMEMBERED = 4096;

    private final LongSupplier revision;
    private final long maxBytes;
    private final Cache<String, Page> pages;

    /** The hashes of keys that a page was made for and not kept. Event loops that meet here lose a hash, and nothing else. */
    private final int[] made = new int[REMEMBERED];

    private final ConcurrentHashMap<String, Pending> pending = new ConcurrentHashMap<>();

    /**
     * @param maxBytes how much memory the pages may take
     * @param revision counts the changes of whatever a page can show
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

    /** How much the kept pages weigh, bytes. */
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

    /** Names the state that the site is in: another after each change and each start. */
    String state() {
        return start + '-' + Long.toHexString(revision());
    }

    /** The page as it is to be shown now; null when it must be made. */
    @Nullable
    Page fresh(String key) {
        Page page = pages.getIfPresent(key);
        return page != null && page.revision() == revision.getAsLong() ? page : null;
    }

    /**
     * Keeps what was made at a revision. Once there is no room left, only what is asked for a second time: somebody who walks through
     * the whole site asks for each page once, and would drive out what others come back for. What is kept for a moment only also costs
     * more than to make it, as the collector of garbage takes it for old and has to look at all of the heap for it.
     */
    Page keep(String key, long madeAt, Content content) {
        Page before = pages.getIfPresent(key);
        Page page = new Page(content, madeAt, System.currentTimeMillis() / 1000, before);
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

    /** Takes the making of a page on, or joins the one who is at it; whose own it is, makes it and then {@link #finished}. */
    Pending begin(String key, Pending mine) {
        Pending kept = pending.merge(key, mine, (old, fresh) -> old.revision == fresh.revision ? old : fresh);
        return kept == null ? mine : kept;
    }

    void finished(String key, Pending mine) {
        pending.remove(key, mine);
    }

    /** A page that is being made. */
    static final class Pending {

        private final long revision;
        private final Promise<Answer> promise = Promise.promise();

        Pending(long revision) {
            this.revision = revision;
        }

        long revision() {
            return revision;
        }

        Future<Answer> future() {
            return promise.future();
        }

        void complete(Answer answer) {
            promise.complete(answer);
        }

        void fail(Throwable cause) {
            promise.fail(cause);
        }
    }
}
