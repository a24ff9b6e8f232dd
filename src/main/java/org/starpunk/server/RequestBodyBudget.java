package org.starpunk.server;

import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Limits the request bodies that arrive on one event loop. A client without a login may send up to 64 KiB, which are
 * buffered until the end, and may send slowly. Several thousand such clients would fill the heap. At the limit, the
 * request whose body has been arriving for the longest time is refused. A body at a usual speed is complete long before
 * that.
 *
 * <p>The memory of a refused request is released in a later task of the event loop. If more requests arrive before that
 * than there is memory for, they are rejected.
 */
final class RequestBodyBudget {

    /**
     * Maximum heap of one unauthenticated body while its buffer grows, bytes: twice the largest in
     * docs/reference/limits.md.
     */
    private static final long BYTES_PER_BODY = 128 * 1024;

    /** Divisor of the heap: the share for bodies that were not refused. */
    private static final int PART = 8;

    private static final int MIN_BODIES = 16;

    private final int maxBodies;
    private final Set<RequestTimer.TimedRequest> arriving = new LinkedHashSet<>();
    private final Set<RequestTimer.TimedRequest> leaving = new HashSet<>();

    private RequestBodyBudget(int maxBodies) {
        this.maxBodies = maxBodies;
    }

    /** @param loops number of event loops that share the heap */
    static RequestBodyBudget of(int loops) {
        long maxBodies = Runtime.getRuntime().maxMemory() / PART / BYTES_PER_BODY / loops;
        return new RequestBodyBudget((int) Math.min(Integer.MAX_VALUE / 2, Math.max(MIN_BODIES, maxBodies)));
    }

    /** Returns whether a request with a body is accepted. */
    boolean reserve(RequestTimer.TimedRequest exchange) {
        if (arriving.size() >= maxBodies) {
            arriving.removeIf(RequestTimer.TimedRequest::isEnded);
        }
        if (arriving.size() >= maxBodies) {
            if (leaving.size() >= maxBodies) {
                return false;
            }
            Iterator<RequestTimer.TimedRequest> oldest = arriving.iterator();
            RequestTimer.TimedRequest first = oldest.next();
            oldest.remove();
            leaving.add(first);
            first.evict();
        }
        arriving.add(exchange);
        return true;
    }

    /** Removes a request that was answered, or whose connection is closed. */
    void end(RequestTimer.TimedRequest exchange) {
        arriving.remove(exchange);
    }

    /** Removes a refused request whose connection is closed and whose memory is released. */
    void release(RequestTimer.TimedRequest exchange) {
        leaving.remove(exchange);
    }
}
