package org.starpunk.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.starpunk.note.UnavailableException;

class PictureQueueTest {

    private final Vertx vertx = Vertx.vertx();
    private final CountDownLatch stuck = new CountDownLatch(1);

    @AfterEach
    void stop() {
        stuck.countDown();
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    private Future<String> stick(PictureQueue queue) {
        return queue.run(vertx, 0, () -> {
            stuck.await();
            return "done";
        });
    }

    @Test
    void a_stuck_large_picture_does_not_hold_up_others() {
        Future<String> large = stick(PictureQueue.large(vertx));
        assertThat(await(PictureQueue.ordinary(vertx).run(vertx, 0, () -> "small")))
                .isEqualTo("small");
        assertThat(large.isComplete()).isFalse();
    }

    @Test
    void cheap_work_goes_first() {
        PictureQueue queue = PictureQueue.ordinary(vertx);
        List<String> order = new CopyOnWriteArrayList<>();
        Future<String> first = stick(queue);
        Future<Boolean> slow = queue.run(vertx, 100_000_000, () -> order.add("slow"));
        Future<Boolean> quick = queue.run(vertx, 1_000_000, () -> order.add("quick"));
        stuck.countDown();
        await(Future.all(first, slow, quick));
        assertThat(order).containsExactly("quick", "slow");
    }

    @Test
    void an_error_of_a_decoder_ends_its_own_work_only() {
        PictureQueue queue = PictureQueue.ordinary(vertx);
        Future<String> broken = queue.run(vertx, 0, () -> {
            throw new StackOverflowError("deep");
        });
        assertThat(await(queue.run(vertx, 0, () -> "next"))).isEqualTo("next");
        assertThat(broken.cause()).isInstanceOf(StackOverflowError.class);
    }

    @Test
    void a_full_queue_refuses_more() {
        PictureQueue queue = PictureQueue.ordinary(vertx);
        Future<String> first = stick(queue);
        Future<?> last = first;
        for (int i = 0; i < 250 && !last.failed(); i++) {
            last = queue.run(vertx, 0, () -> "waits");
        }
        assertThat(last.cause()).isInstanceOf(UnavailableException.class);
        stuck.countDown();
        assertThat(await(first)).isEqualTo("done");
    }
}
