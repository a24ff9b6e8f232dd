package org.starpunk.server;

import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The bodies that are arriving on one event loop. Whoever is not logged in may send up to 64 KiB, which are kept until all is
 * there, and may take his time: some thousand of such senders would fill the heap. So of more than are good for it, the one that
 * has been arriving for the longest time makes room. A post that comes at a usual speed is done long before it is the oldest.
 *
 * <p>Room is made when the event loop has its next turn. When more come within one turn than there is memory for, they are not let
 * in at all.
 */
final class ArrivingBodies {

    /** What one of a stranger may take of the heap while it grows, bytes: twice the largest of docs/reference/limits.md. */
    private static final long EACH = 128 * 1024;

    /** The part of the heap that those may take which have not been told to make room. */
    private static final int PART = 8;

    private static final int LEAST = 16;

    private final int most;
    private final Set<RequestTimer.Exchange> arriving = new LinkedHashSet<>();
    private final Set<RequestTimer.Exchange> leaving = new HashSet<>();

    private ArrivingBodies(int most) {
        this.most = most;
    }

    /** @param loops how many event loops share the heap */
    static ArrivingBodies of(int loops) {
        long most = Runtime.getRuntime().maxMemory() / PART / EACH / loops;
        return new ArrivingBodies((int) Math.min(Integer.MAX_VALUE / 2, Math.max(LEAST, most)));
    }

    /** Whether a request is let in whose body is about to come. */
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

    /** It is answered, or its connection closed. */
    void end(RequestTimer.Exchange exchange) {
        arriving.remove(exchange);
    }

    /** Its connection is closed, and what had come of it forgotten. */
    void gone(RequestTimer.Exchange exchange) {
        leaving.remove(exchange);
    }
}
