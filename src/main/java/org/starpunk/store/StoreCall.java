package org.starpunk.store;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.RequestWrites;

/**
 * Call of the store verticle. It is passed by reference within the process.
 *
 * @param work the work
 * @param requestId local half of the request id; 0 if there is no request
 * @param writes counts the outcomes of the request's writes
 */
record StoreCall<T>(Function<StoreSession, Future<T>> work, long requestId, RequestWrites writes) {

    /** Result of a call: a value or a failure, and the timings of its statements. */
    record StoreResult<T>(@Nullable T value, @Nullable Throwable failure, List<QueryTiming> timings) {}

    /** Codec that passes objects by reference within the process. */
    record StoreCallCodec<T>(String name) implements MessageCodec<T, T> {

        @Override
        public T transform(T message) {
            return message;
        }

        @Override
        public void encodeToWire(Buffer buffer, T message) {
            throw new IllegalStateException("calls of the store are local");
        }

        @Override
        public T decodeFromWire(int position, Buffer buffer) {
            throw new IllegalStateException("calls of the store are local");
        }

        @Override
        public byte systemCodecID() {
            return -1;
        }
    }
}
