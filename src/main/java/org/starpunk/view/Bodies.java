package org.starpunk.view;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;

/** Ends a response with its body, which a HEAD request only gets the length of. */
final class Bodies {

    private Bodies() {}

    /** The same bytes outside the heap: a socket takes them from there, and would have them copied there for each response. */
    static Buffer direct(Buffer body) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(body.length());
        bytes.put(((BufferInternal) body).getByteBuf().nioBuffer()).flip();
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes));
    }

    static void end(RoutingContext ctx, Buffer body) {
        HttpServerResponse response = ctx.response();
        if (response.ended()) {
            return;
        }
        if (ctx.request().method().equals(HttpMethod.HEAD)) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()))
                    .end();
        } else {
            response.end(body);
        }
    }
}
