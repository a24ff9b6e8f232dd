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

/** Failures of a request caused by its client: they have a 4xx status and no log line. */
final class ClientErrors {

    private ClientErrors() {}

    /** The status of a request that could not be decoded. */
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
     * Whether a failed request could not be read to its end: its body is broken, or its connection was closed. Vert.x Web's body
     * handler reports both with the status 200, or -1 where the failure was passed on alone.
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
