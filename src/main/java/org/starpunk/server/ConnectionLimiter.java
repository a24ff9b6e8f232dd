package org.starpunk.server;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.config.LimitSettings;

/** Port that all HTTP verticles share: counts its open connections, and accepts or refuses new ones. */
@Sharable
final class ConnectionLimiter extends ChannelInboundHandlerAdapter {

    /*
     * Each accepted connection costs a file descriptor, and a process without descriptors cannot even read its own
     * files. The event loops would refuse too late, because the accepting thread runs ahead of them. So this handler is
     * in the pipeline of the listening channel. Vert.x does not expose that channel, but it is the parent of each
     * connection. The first connection is the server's own, made at the start.
     */
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimiter.class);
    /** File descriptors reserved for the database, uploads and log files. */
    private static final int RESERVED_DESCRIPTORS = 48;

    private final int maxConnections;
    private final int mostOfAddress;
    private final TrustedProxies proxies;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<String, Integer> addresses = new ConcurrentHashMap<>();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicReference<@Nullable Channel> listening = new AtomicReference<>();
    private final Promise<Void> listeningPromise = Promise.promise();
    private volatile boolean closing;

    ConnectionLimiter(LimitSettings limits, TrustedProxies proxies) {
        this.maxConnections = Math.min(limits.connections(), descriptors());
        this.mostOfAddress = limits.connectionsPerAddress();
        this.proxies = proxies;
    }

    /** Returns the number of connections for which the free descriptors suffice; unlimited if unknown. */
    private static int descriptors() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
            long free = unix.getMaxFileDescriptorCount() - unix.getOpenFileDescriptorCount() - RESERVED_DESCRIPTORS;
            return (int) Math.max(16, Math.min(Integer.MAX_VALUE, free));
        }
        return Integer.MAX_VALUE;
    }

    /** Registers a connection. The first one gives access to the listening channel. */
    void opened(HttpConnection connection) {
        if (listening.get() == null && connection instanceof ConnectionBase base) {
            Channel parent = base.channel().parent();
            if (listening.compareAndSet(null, parent)) {
                parent.pipeline().addFirst(this);
                listeningPromise.complete();
            }
        }
    }

    /**
     * Completes when the first connection has given access to the listening channel. From then on each connection is
     * counted.
     */
    Future<Void> whenListening() {
        return listeningPromise.future();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object accepted) {
        if (!(accepted instanceof Channel connection) || admits(connection)) {
            ctx.fireChannelRead(accepted);
        } else {
            refused.incrementAndGet();
            connection.unsafe().closeForcibly();
        }
    }

    private boolean admits(Channel connection) {
        String address = address(connection);
        int ofAddress = address == null ? 0 : addresses.merge(address, 1, Integer::sum);
        boolean admitted = open.incrementAndGet() <= maxConnections && ofAddress <= mostOfAddress;
        if (admitted) {
            connection.closeFuture().addListener(unused -> release(address));
        } else {
            release(address);
        }
        return admitted;
    }

    private void release(@Nullable String address) {
        open.decrementAndGet();
        if (address != null) {
            addresses.computeIfPresent(address, (key, count) -> count > 1 ? count - 1 : null);
        }
    }

    /** Returns the address for the limit per address; null for a trusted proxy, which has many clients. */
    private @Nullable String address(Channel connection) {
        if (connection.remoteAddress() instanceof InetSocketAddress remote) {
            SocketAddress address = SocketAddress.inetSocketAddress(remote);
            return proxies.isTrusted(address) ? null : address.hostAddress();
        }
        return null;
    }

    /**
     * Pauses accepting for a second if the system refuses new connections, for example without free descriptors. Netty
     * does the same.
     */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.warn("no connections are accepted for a second: {}", String.valueOf(cause.getMessage()));
        Channel channel = ctx.channel();
        channel.config().setAutoRead(false);
        var unused = channel.eventLoop().schedule(() -> channel.config().setAutoRead(true), 1, TimeUnit.SECONDS);
    }

    int open() {
        return open.get();
    }

    /** Returns the maximum number of open connections. */
    int maxConnections() {
        return maxConnections;
    }

    /** Returns the number of connections refused because of a limit. */
    long refused() {
        return refused.get();
    }

    /** Returns whether the site is about to stop, so that each response is the last of its connection. */
    boolean closing() {
        return closing;
    }

    /** Announces the stop to callers of {@link #closing}. New connections are still accepted. */
    void beginToClose() {
        closing = true;
    }

    /**
     * Stops accepting connections without closing the open ones. Vert.x can only do both together, and would pass new
     * connections to verticles that have stopped.
     */
    Future<Void> close() {
        beginToClose();
        Channel channel = listening.get();
        if (channel == null) {
            return Future.succeededFuture();
        }
        Promise<Void> closed = Promise.promise();
        channel.close().addListener(unused -> closed.complete());
        return closed.future();
    }
}
