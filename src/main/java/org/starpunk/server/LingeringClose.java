package org.starpunk.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes an HTTP/1 connection in two steps after its last response (RFC 9112, section 9.6). A socket that is closed
 * while it has unread bytes, or that receives more later, is reset, and a reset discards a response that the client has
 * not read yet. A proxy that is still sending a body also takes the failed write for the result of the request. So this
 * handler ends the output, reads and discards further input, and closes the connection after the client does, or at a
 * limit.
 *
 * <p>For the rest of the server the connection is closed when its output ends. The other handlers are removed from the
 * pipeline, so that a lingering connection retains only its socket.
 */
final class LingeringClose extends ChannelDuplexHandler {

    /** Maximum time without a byte from the client. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Maximum total time. */
    private static final long TOTAL_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Maximum number of discarded bytes: more than ten times the default upload limit. */
    private static final long MAX_BYTES = 256L * 1024 * 1024;

    private enum State {
        /** The connection closes immediately. */
        OFF,
        /** The next close lingers. */
        REQUESTED,
        /** The output has ended; the other handlers are not removed yet. */
        ENDED,
        /** Only this handler is left. */
        ALONE
    }

    private State state = State.OFF;
    private long begunAt;
    private long lastReadAt;
    private long bytes;

    private LingeringClose() {}

    /** Adds the handler to the pipeline of a new HTTP/1 connection; returns null for other connections. */
    static @Nullable LingeringClose install(HttpConnection connection) {
        if (connection instanceof ConnectionBase base
                && base.channel() instanceof DuplexChannel channel
                && channel.pipeline().get(StrictRequestDecoder.NAME) != null) {
            LingeringClose handler = new LingeringClose();
            channel.pipeline().addFirst(handler);
            return handler;
        }
        return null;
    }

    /** Makes the next close of the connection linger. */
    void request() {
        if (state == State.OFF) {
            state = State.REQUESTED;
        }
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        boolean lingers = state == State.REQUESTED && ctx.channel().isActive() && isFlushed(ctx.channel());
        if (!lingers && state != State.ENDED) {
            ctx.close(promise);
            return;
        }
        if (lingers) {
            begin(ctx, (DuplexChannel) ctx.channel());
        }
        boolean unused = promise.trySuccess();
    }

    private static boolean isFlushed(Channel channel) {
        ChannelOutboundBuffer unsent = channel.unsafe().outboundBuffer();
        return unsent != null && unsent.isEmpty();
    }

    private void begin(ChannelHandlerContext ctx, DuplexChannel channel) {
        state = State.ENDED;
        begunAt = System.nanoTime();
        lastReadAt = begunAt;
        channel.shutdownOutput().addListener(ended -> {
            if (!ended.isSuccess()) {
                ctx.close();
            }
        });
        ScheduledFuture<?> periodic =
                ctx.executor().scheduleAtFixedRate(() -> closeAtLimit(ctx), 1, 1, TimeUnit.SECONDS);
        channel.closeFuture().addListener(unused -> periodic.cancel(false));
        // Waits until the close has returned, because a handler that is to be removed has called it.
        ctx.executor().execute(() -> removeOthers(ctx));
    }

    private void removeOthers(ChannelHandlerContext ctx) {
        ctx.fireChannelInactive();
        for (ChannelHandler last = ctx.pipeline().last();
                last != null && last != this;
                last = ctx.pipeline().last()) {
            ChannelHandler unused = ctx.pipeline().removeLast();
        }
        state = State.ALONE;
        ctx.channel().config().setAutoRead(true);
        ctx.read();
    }

    private void closeAtLimit(ChannelHandlerContext ctx) {
        long now = System.nanoTime();
        if (now - lastReadAt > IDLE_NANOS || now - begunAt > TOTAL_NANOS || bytes > MAX_BYTES) {
            ctx.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (state != State.ENDED && state != State.ALONE) {
            ctx.fireChannelRead(message);
            return;
        }
        if (message instanceof ByteBuf part) {
            bytes += part.readableBytes();
        }
        ReferenceCountUtil.release(message);
        lastReadAt = System.nanoTime();
        if (bytes > MAX_BYTES) {
            ctx.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (state == State.ENDED || state == State.ALONE) {
            ctx.close();
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }
}
