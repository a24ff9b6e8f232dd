package org.starpunk.micropub;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.handler.HttpException;
import org.starpunk.view.RequestBodyHeaders;

/** Reads a request body into memory, up to a limit. */
final class BoundedBodyReader {

    private final Promise<Buffer> promise = Promise.promise();
    private final Buffer body = Buffer.buffer();
    private final long limit;

    private BoundedBodyReader(long limit) {
        this.limit = limit;
    }

    /**
     * Reads the body of a paused request. Fails with status 413 if the body is larger than the limit, and discards the
     * rest of the body.
     *
     * @param limit maximum size, in bytes
     */
    static Future<Buffer> read(HttpServerRequest request, long limit) {
        try {
            RequestBodyHeaders.begin(request, limit);
        } catch (HttpException tooLarge) {
            return Future.failedFuture(new MicropubException(413, RequestBodyHeaders.tooLarge(limit)));
        }
        BoundedBodyReader reader = new BoundedBodyReader(limit);
        request.handler(reader::receive);
        request.endHandler(unused -> reader.promise.tryComplete(reader.body));
        request.exceptionHandler(reader.promise::tryFail);
        request.resume();
        return reader.promise.future();
    }

    private void receive(Buffer part) {
        if (body.length() + (long) part.length() > limit) {
            promise.tryFail(new MicropubException(413, RequestBodyHeaders.tooLarge(limit)));
        } else {
            body.appendBuffer(part);
        }
    }
}
