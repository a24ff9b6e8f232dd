package org.starpunk.server;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.starpunk.admin.ClientAddress;
import org.starpunk.config.LimitSettings;

/**
 * The port that all HTTP verticles share: how many connections are open on it, and whether new ones are taken. There are limits in
 * all and for each address (RELIABILITY, secure defaults), because a connection that nobody refuses costs a file descriptor, and a
 * process without descriptors cannot even read its own files. Used by all event loops.
 */
final class Listener {

    /** File descriptors that are left for the database, uploads, and connections that are about to be refused. */
    private static final int RESERVED_DESCRIPTORS = 64;

    private final int most;
    private final int mostOfAddress;
    private final ClientAddress clients;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<String, Integer> addresses = new ConcurrentHashMap<>();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicReference<@Nullable Channel> channel = new AtomicReference<>();
    private volatile boolean closing;

    Listener(LimitSettings limits, ClientAddress clients) {
        this.most = Math.min(limits.connections(), descriptors());
        this.mostOfAddress = limits.connectionsPerAddress();
        this.clients = clients;
    }

    /** How many connections the descriptors that are free now would do for; many when nobody knows. */
    private static int descriptors() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
            long free = unix.getMaxFileDescriptorCount() - unix.getOpenFileDescriptorCount() - RESERVED_DESCRIPTORS;
            return (int) Math.max(16, Math.min(Integer.MAX_VALUE, free));
        }
        return Integer.MAX_VALUE;
    }

    /** Counts a connection that was opened; false when there are too many already, and it is to be closed. */
    boolean admits(HttpConnection connection) {
        if (channel.get() == null && connection instanceof ConnectionBase base) {
            channel.compareAndSet(null, base.channel().parent());
        }
        String address = address(connection);
        int ofAddress = address == null ? 0 : addresses.merge(address, 1, Integer::sum);
        if (open.incrementAndGet() <= most && ofAddress <= mostOfAddress) {
            return true;
        }
        refused.incrementAndGet();
        return false;
    }

    /** A connection that was counted is closed. */
    void left(HttpConnection connection) {
        open.decrementAndGet();
        String address = address(connection);
        if (address != null) {
            addresses.computeIfPresent(address, (key, count) -> count > 1 ? count - 1 : null);
        }
    }

    /** The address to count for; null for a trusted proxy's, behind which there are many. */
    private @Nullable String address(HttpConnection connection) {
        SocketAddress remote = connection.remoteAddress();
        return remote == null || clients.isTrusted(remote) ? null : remote.hostAddress();
    }

    int open() {
        return open.get();
    }

    /** How many connections may be open at once. */
    int most() {
        return most;
    }

    /** How many were closed at once because there were too many. */
    long refused() {
        return refused.get();
    }

    /** Whether the site is about to stop: each answer is the last one of its connection. */
    boolean closing() {
        return closing;
    }

    /**
     * Takes no new connections from now on; those that there are go on. Vert.x can only do both at once, and would hand new
     * connections to verticles that are gone. Where nobody has ever come there is nothing to close yet.
     */
    Future<Void> close() {
        closing = true;
        Channel listening = channel.get();
        if (listening == null) {
            return Future.succeededFuture();
        }
        Promise<Void> closed = Promise.promise();
        listening.close().addListener(done -> closed.complete());
        return closed.future();
    }
}
