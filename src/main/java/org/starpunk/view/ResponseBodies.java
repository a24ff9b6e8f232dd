package org.starpunk.view;

import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;

/** Sends response bodies. A response to HEAD contains only the length. */
final class ResponseBodies {

    private static final int PART = 128 * 1024;

    private ResponseBodies() {}

    /** Copies a body to memory outside the heap. Otherwise the socket would copy it there for each response. */
    static Buffer direct(Buffer body) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(body.length());
        bytes.put(((BufferInternal) body).getByteBuf().nioBuffer()).flip();
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes));
    }

    static boolean isDirect(Buffer body) {
        return ((BufferInternal) body).getByteBuf().isDirect();
    }

    /**
     * Sends a body on the heap in parts, because the socket copies its input to native memory. Writes a part after the
     * previous one was sent.
     */
    static Future<Void> inParts(HttpServerResponse response, Buffer body) {
        response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
        Promise<Void> done = Promise.promise();
        part(response, body, 0, done);
        return done.future();
    }

    private static void part(HttpServerResponse response, Buffer body, int from, Promise<Void> done) {
        int to = Math.min(body.length(), from + PART);
        Buffer part = body.slice(from, to);
        if (to == body.length()) {
            response.end(part).onComplete(done);
        } else {
            response.write(part)
                    .onSuccess(unused -> part(response, body, to, done))
                    .onFailure(done::fail);
        }
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
