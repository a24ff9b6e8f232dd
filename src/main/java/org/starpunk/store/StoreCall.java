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
 * What travels to the store verticle and back, inside the process, as it is.
 *
 * @param work what is to be done
 * @param requestId the own half of the id of the request that it is done for, 0 for none
 * @param writes counts the outcomes of the request's writes
 */
record StoreCall<T>(Function<StoreSession, Future<T>> work, long requestId, RequestWrites writes) {

    /** The answer: a value or a failure, and the timings of the statements that were run for it either way. */
    record StoreResult<T>(@Nullable T value, @Nullable Throwable failure, List<QueryTiming> timings) {}

    /** Hands objects over inside the process, as they are. */
    record StoreCallCodec<T>(String name) implements MessageCodec<T, T> {

        @Override
        public T transform(T message) {
            return message;
        }

        @Override
        public void encodeToWire(Buffer buffer, T message) {
            throw new IllegalStateException("calls of the store never leave the process");
        }

        @Override
        public T decodeFromWire(int position, Buffer buffer) {
            throw new IllegalStateException("calls of the store never leave the process");
        }

        @Override
        public byte systemCodecID() {
            return -1;
        }
    }
}
