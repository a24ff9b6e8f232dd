package org.starpunk.micropub;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.handler.HttpException;
import org.starpunk.view.BodyHead;

/** A body that is held in memory whole, up to a limit. */
final class RawBody {

    private final Promise<Buffer> done = Promise.promise();
    private final Buffer body = Buffer.buffer();
    private final long limit;

    private RawBody(long limit) {
        this.limit = limit;
    }

    /** Reads the body of a paused request. Fails with 413 above the limit; what follows is then thrown away. */
    static Future<Buffer> read(HttpServerRequest request, long limit) {
        try {
            BodyHead.begin(request, limit);
        } catch (HttpException tooLarge) {
            return Future.failedFuture(new MicropubException(413, BodyHead.tooLarge(limit)));
        }
        RawBody reader = new RawBody(limit);
        request.handler(reader::receive);
        request.endHandler(end -> reader.done.tryComplete(reader.body));
        request.exceptionHandler(reader.done::tryFail);
        request.resume();
        return reader.done.future();
    }

    private void receive(Buffer part) {
        if (body.length() + (long) part.length() > limit) {
            done.tryFail(new MicropubException(413, BodyHead.tooLarge(limit)));
        } else {
            body.appendBuffer(part);
        }
    }
}
