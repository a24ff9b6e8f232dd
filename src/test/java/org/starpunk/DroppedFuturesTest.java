package org.starpunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A discarded future loses its failure: the client then waits without end, or gets a wrong result. */
class DroppedFuturesTest {

    @Test
    void no_future_is_dropped() throws IOException {
        assertThat(DroppedFutures.in(Path.of("target/classes"))).isEmpty();
    }

    @Test
    void a_dropped_future_is_found() throws IOException {
        assertThat(DroppedFutures.in(Path.of("target/test-classes/org/starpunk")))
                .filteredOn(place -> place.contains("DroppedFuturesTest$DiscardedFutureExample"))
                .singleElement()
                .asString()
                .contains("drops", "io.vertx.core.Future.compose");
    }

    /** Discards one future, and ends three correctly. */
    static final class DiscardedFutureExample {

        void drops(Future<String> future) {
            future.compose(Future::succeededFuture);
        }

        Future<String> ends(Future<String> future, Promise<String> promise) {
            future.onComplete(promise);
            future.map(String::length).onFailure(promise::fail);
            return future.map(String::strip);
        }
    }
}
