package org.starpunk.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes that the streams of an HTTP/2 connection send. A response waits in Netty's flow controller until its
 * client's window and the socket have room. This decorator counts the data that the flow controller sends, and
 * delegates all calls to it.
 */
final class Http2SendProgress implements Http2RemoteFlowController {

    private final Http2RemoteFlowController controller;
    private final Http2Connection connection;
    private final Http2Connection.PropertyKey key;

    private Http2SendProgress(Http2RemoteFlowController controller, Http2Connection connection) {
        this.controller = controller;
        this.connection = connection;
        this.key = connection.newKey();
    }

    /** Decorates the flow controller of a connection; returns null for other protocols. */
    static @Nullable Http2SendProgress install(Channel channel) {
        Http2ConnectionHandler handler = channel.pipeline().get(Http2ConnectionHandler.class);
        if (handler == null) {
            return null;
        }
        Http2Connection connection = handler.connection();
        Http2SendProgress counter = new Http2SendProgress(connection.remote().flowController(), connection);
        connection.remote().flowController(counter);
        return counter;
    }

    /** Returns the counter of a stream; null if the stream is closed. */
    @Nullable
    SendProgress of(int streamId) {
        Http2Stream stream = connection.stream(streamId);
        return stream == null ? null : bytes(stream);
    }

    private SendProgressCounter bytes(Http2Stream stream) {
        SendProgressCounter bytes = stream.getProperty(key);
        if (bytes == null) {
            bytes = new SendProgressCounter();
            stream.setProperty(key, bytes);
        }
        return bytes;
    }

    @Override
    public void addFlowControlled(Http2Stream stream, FlowControlled data) {
        SendProgressCounter bytes = bytes(stream);
        bytes.written(data.size());
        controller.addFlowControlled(stream, new QueuedData(data, bytes));
        bytes.begin();
    }

    /** Data of a stream that waits in the flow controller. */
    private record QueuedData(FlowControlled data, SendProgressCounter bytes) implements FlowControlled {

        @Override
        public void write(ChannelHandlerContext ctx, int allowedBytes) {
            int before = data.size();
            data.write(ctx, allowedBytes);
            bytes.accepted(before - data.size());
        }

        @Override
        public boolean merge(ChannelHandlerContext ctx, FlowControlled next) {
            return data.merge(ctx, next instanceof QueuedData counted ? counted.data : next);
        }

        @Override
        public int size() {
            return data.size();
        }

        @Override
        public void error(ChannelHandlerContext ctx, Throwable cause) {
            data.error(ctx, cause);
        }

        @Override
        public void writeComplete() {
            data.writeComplete();
        }
    }

    @Override
    public ChannelHandlerContext channelHandlerContext() {
        return controller.channelHandlerContext();
    }

    @Override
    public void channelHandlerContext(ChannelHandlerContext ctx) throws Http2Exception {
        controller.channelHandlerContext(ctx);
    }

    @Override
    public boolean hasFlowControlled(Http2Stream stream) {
        return controller.hasFlowControlled(stream);
    }

    @Override
    public void writePendingBytes() throws Http2Exception {
        controller.writePendingBytes();
    }

    @Override
    public void listener(Listener listener) {
        controller.listener(listener);
    }

    @Override
    public boolean isWritable(Http2Stream stream) {
        return controller.isWritable(stream);
    }

    @Override
    public void channelWritabilityChanged() throws Http2Exception {
        controller.channelWritabilityChanged();
    }

    @Override
    public void updateDependencyTree(int child, int parent, short weight, boolean exclusive) {
        controller.updateDependencyTree(child, parent, weight, exclusive);
    }

    @Override
    public void initialWindowSize(int size) throws Http2Exception {
        controller.initialWindowSize(size);
    }

    @Override
    public int initialWindowSize() {
        return controller.initialWindowSize();
    }

    @Override
    public int windowSize(Http2Stream stream) {
        return controller.windowSize(stream);
    }

    @Override
    public void incrementWindowSize(Http2Stream stream, int delta) throws Http2Exception {
        controller.incrementWindowSize(stream, delta);
    }
}
