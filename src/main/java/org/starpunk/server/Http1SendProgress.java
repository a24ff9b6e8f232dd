package org.starpunk.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelProgressiveFuture;
import io.netty.channel.ChannelProgressiveFutureListener;
import io.netty.channel.ChannelProgressivePromise;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.PromiseNotifier;

/**
 * Counts the bytes that the socket of an HTTP/1 connection accepts. Vert.x ends a response when it has written its last
 * byte; a slow client may need seconds after that, or disconnect. Vert.x also counts a file as written when it has only
 * begun to send it.
 *
 * <p>The handler is placed between the codec and TLS. It writes large buffers in parts, so that the number of bytes is
 * known during the transfer. Small writes count as accepted immediately, unless earlier bytes are waiting.
 */
final class Http1SendProgress extends ChannelOutboundHandlerAdapter {

    /** Size of the parts of a large buffer, bytes. */
    private static final int PART = 64 * 1024;

    /** Size below which a write counts as accepted immediately, bytes. */
    private static final int SMALL = 4 * 1024;

    private final SendProgressCounter bytes = new SendProgressCounter();

    private Http1SendProgress() {}

    /** Adds the handler to the pipeline of a connection. */
    static SendProgress install(Channel channel) {
        Http1SendProgress handler = new Http1SendProgress();
        ChannelPipeline pipeline = channel.pipeline();
        ChannelHandlerContext tls = pipeline.context(SslHandler.class);
        ChannelHandlerContext codec = pipeline.context(StrictRequestDecoder.NAME);
        if (tls != null) {
            pipeline.addAfter(tls.name(), null, handler);
        } else if (codec != null) {
            pipeline.addBefore(codec.name(), null, handler);
        } else {
            pipeline.addFirst(handler);
        }
        return handler.bytes;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf buffer) {
            writeBuffer(ctx, buffer, promise);
        } else if (message instanceof FileRegion file) {
            writeFile(ctx, file, promise);
        } else {
            ctx.write(message, promise);
        }
    }

    private void writeBuffer(ChannelHandlerContext ctx, ByteBuf buffer, ChannelPromise promise) {
        int size = buffer.readableBytes();
        boolean small = size < SMALL && bytes.accepted() == bytes.written();
        bytes.written(size);
        if (small) {
            bytes.accepted(size);
            ctx.write(buffer, promise);
            return;
        }
        while (buffer.readableBytes() > PART) {
            ctx.write(buffer.readRetainedSlice(PART), counted(ctx.newPromise(), PART));
        }
        ctx.write(buffer, counted(promise.unvoid(), buffer.readableBytes()));
    }

    private ChannelPromise counted(ChannelPromise promise, int size) {
        return promise.addListener(sent -> {
            if (sent.isSuccess()) {
                bytes.accepted(size);
            }
        });
    }

    private void writeFile(ChannelHandlerContext ctx, FileRegion file, ChannelPromise promise) {
        bytes.written(file.count());
        ChannelProgressivePromise progress = ctx.newProgressivePromise();
        progress.addListener(new FileProgress());
        progress.addListener(new PromiseNotifier<>(promise.unvoid()));
        ctx.write(file, progress);
    }

    private final class FileProgress implements ChannelProgressiveFutureListener {

        private long sent;

        @Override
        public void operationProgressed(ChannelProgressiveFuture future, long progress, long total) {
            bytes.accepted(progress - sent);
            sent = progress;
        }

        @Override
        public void operationComplete(ChannelProgressiveFuture future) {}
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        ctx.flush();
        bytes.begin();
    }
}
