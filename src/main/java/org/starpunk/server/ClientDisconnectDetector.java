package org.starpunk.server;

import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http2.Http2Exception;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.StreamResetException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Distinguishes a disconnected client from a fault of the server. */
final class ClientDisconnectDetector {

    private static final Logger LOG = LoggerFactory.getLogger(ClientDisconnectDetector.class);

    private ClientDisconnectDetector() {}

    /** Returns whether a failure means that the client closed or reset the connection or its stream. */
    static boolean isCause(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ClosedChannelException
                    || cause instanceof HttpClosedException
                    || cause instanceof StreamResetException
                    || cause instanceof SocketException
                    || cause instanceof SSLException
                    || cause instanceof Http2Exception
                    || (cause instanceof IOException && saysClosed(cause))
                    || (cause instanceof VertxException && saysClosed(cause))) {
                return true;
            }
        }
        return false;
    }

    /** Checks the message, because Java has no exception class for these system errors. */
    private static boolean saysClosed(Throwable failure) {
        String text = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        return text.contains("broken pipe")
                || text.contains("connection reset")
                || text.contains("connection was closed");
    }

    /**
     * Logs an uncaught exception. If a client disconnects during an upload, Vert.x (5.0.10) closes the upload's pipe
     * twice and throws the second time. The file is deleted and the request has ended nevertheless.
     */
    static void logUncaught(Throwable failure) {
        boolean brokenUpload = failure instanceof IllegalStateException
                && Arrays.stream(failure.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("cancelStreamToFileSystem"));
        if (brokenUpload || isCause(failure)) {
            LOG.debug("a client has disconnected", failure);
        } else {
            LOG.error("unhandled exception", failure);
        }
    }

    /** Logs a failure of a connection: at the level DEBUG if a client can cause it, otherwise as a warning. */
    static void log(Throwable failure) {
        if (isCause(failure)
                || failure instanceof IOException
                || failure instanceof CodecException
                || failure instanceof IllegalArgumentException) { // thrown by Vert.x while it parses a head
            LOG.debug("a connection failed", failure);
        } else {
            LOG.warn("a connection failed", failure);
        }
    }
}
