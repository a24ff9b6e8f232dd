package org.starpunk.server;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.StreamResetException;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import org.jspecify.annotations.Nullable;
import org.starpunk.server.StrictRequestDecoder.InvalidRequestException;

/** Failures of a request that its client causes. They get a 4xx status and no log line. */
final class ClientErrorClassifier {

    private ClientErrorClassifier() {}

    /** Returns the status for a request that could not be decoded. */
    static int statusOfInvalid(@Nullable Throwable cause) {
        if (cause instanceof InvalidRequestException invalid) {
            return invalid.status();
        }
        if (cause instanceof TooLongHttpLineException) {
            return 414;
        }
        return cause instanceof TooLongHttpHeaderException ? 431 : 400;
    }

    /**
     * Returns whether a failed request could not be read completely: its body is invalid, or its connection was closed.
     * Vert.x Web's body handler reports both with the status 200, or with -1 if only the failure was passed on.
     */
    static boolean isUnreadable(RoutingContext ctx) {
        Throwable failure = ctx.failure();
        return failure != null
                && (ctx.statusCode() == 200
                        || failure instanceof DecoderException
                        || failure instanceof HttpClosedException
                        || failure instanceof StreamResetException
                        || failure instanceof IllegalCharsetNameException
                        || failure instanceof UnsupportedCharsetException);
    }
}
