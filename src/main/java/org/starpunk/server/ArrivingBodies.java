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
final class ArrivingBodies {

    /**
     * Maximum heap of one unauthenticated body while its buffer grows, bytes: twice the largest in
     * docs/reference/limits.md.
     */
    private static final long EACH = 128 * 1024;

    /** Divisor of the heap: the share for bodies that were not refused. */
    private static final int PART = 8;

    private static final int LEAST = 16;

    private final int most;
    private final Set<RequestTimer.Exchange> arriving = new LinkedHashSet<>();
    private final Set<RequestTimer.Exchange> leaving = new HashSet<>();

    private ArrivingBodies(int most) {
        this.most = most;
    }

    /** @param loops number of event loops that share the heap */
    static ArrivingBodies of(int loops) {
        long most = Runtime.getRuntime().maxMemory() / PART / EACH / loops;
        return new ArrivingBodies((int) Math.min(Integer.MAX_VALUE / 2, Math.max(LEAST, most)));
    }

    /** Returns whether a request with a body is accepted. */
    boolean begin(RequestTimer.Exchange exchange) {
        if (arriving.size() >= most) {
            arriving.removeIf(RequestTimer.Exchange::isEnded);
        }
        if (arriving.size() >= most) {
            if (leaving.size() >= most) {
                return false;
            }
            Iterator<RequestTimer.Exchange> oldest = arriving.iterator();
            RequestTimer.Exchange first = oldest.next();
            oldest.remove();
            leaving.add(first);
            first.makeRoom();
        }
        arriving.add(exchange);
        return true;
    }

    /** Removes a request that was answered, or whose connection is closed. */
    void end(RequestTimer.Exchange exchange) {
        arriving.remove(exchange);
    }

    /** Removes a refused request whose connection is closed and whose memory is released. */
    void gone(RequestTimer.Exchange exchange) {
        leaving.remove(exchange);
    }
}
