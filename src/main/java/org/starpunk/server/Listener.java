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

/** The port that all HTTP verticles share: how many connections are open on it, and whether new ones are taken. */
@Sharable
final class Listener extends ChannelInboundHandlerAdapter {

    /*
     * A connection that nobody refuses costs a file descriptor, and a process without descriptors cannot even read its own files.
     * The event loops would refuse too late: the thread that accepts runs ahead of them. So this stands in the
     * pipeline of the listening channel itself, to which Vert.x gives no way, but each connection does. The first one is the
     * program's own, made at the start.
     */
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    /** File descriptors that are left for the database, uploads and log files. */
    private static final int RESERVED_DESCRIPTORS = 48;

    private final int most;
    private final int mostOfAddress;
    private final TrustedProxies proxies;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<String, Integer> addresses = new ConcurrentHashMap<>();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicReference<@Nullable Channel> listening = new AtomicReference<>();
    private final Promise<Void> found = Promise.promise();
    private volatile boolean closing;

    Listener(LimitSettings limits, TrustedProxies proxies) {
        this.most = Math.min(limits.connections(), descriptors());
        this.mostOfAddress = limits.connectionsPerAddress();
        this.proxies = proxies;
    }

    /** How many connections the descriptors that are free now would do for; many when nobody knows. */
    private static int descriptors() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
            long free = unix.getMaxFileDescriptorCount() - unix.getOpenFileDescriptorCount() - RESERVED_DESCRIPTORS;
            return (int) Math.max(16, Math.min(Integer.MAX_VALUE, free));
        }
        return Integer.MAX_VALUE;
    }

    /** A connection was opened: through it we come to the channel that accepts them. */
    void opened(HttpConnection connection) {
        if (listening.get() == null && connection instanceof ConnectionBase base) {
            Channel parent = base.channel().parent();
            if (listening.compareAndSet(null, parent)) {
                parent.pipeline().addFirst(this);
                found.complete();
            }
        }
    }

    /** Completes when the first connection has shown where connections are accepted: from then on each is counted. */
    Future<Void> found() {
        return found.future();
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
        boolean admitted = open.incrementAndGet() <= most && ofAddress <= mostOfAddress;
        if (admitted) {
            connection.closeFuture().addListener(closed -> left(address));
        } else {
            left(address);
        }
        return admitted;
    }

    private void left(@Nullable String address) {
        open.decrementAndGet();
        if (address != null) {
            addresses.computeIfPresent(address, (key, count) -> count > 1 ? count - 1 : null);
        }
    }

    /** The address to count for; null for a trusted proxy's, behind which there are many. */
    private @Nullable String address(Channel connection) {
        if (connection.remoteAddress() instanceof InetSocketAddress remote) {
            SocketAddress address = SocketAddress.inetSocketAddress(remote);
            return proxies.isTrusted(address) ? null : address.hostAddress();
        }
        return null;
    }

    /** The system gives no more connections, for want of descriptors for instance: asks again in a second, as Netty would. */
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

    /** The site is about to stop: says so to whoever asks, and takes new connections all the same. */
    void beginToClose() {
        closing = true;
    }

    /**
     * Takes no new connections from now on; those that there are go on. Vert.x can only do both at once, and would hand new
     * connections to verticles that are gone.
     */
    Future<Void> close() {
        beginToClose();
        Channel channel = listening.get();
        if (channel == null) {
            return Future.succeededFuture();
        }
        Promise<Void> closed = Promise.promise();
        channel.close().addListener(done -> closed.complete());
        return closed.future();
    }
}
