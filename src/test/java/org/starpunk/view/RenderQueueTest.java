package org.starpunk.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.starpunk.view.RenderQueue.Rendering;

class RenderQueueTest {

    private final Vertx vertx = Vertx.vertx();
    private final RenderQueue queue = new RenderQueue();
    private final List<Rendering> started = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }

    private Rendering rendering() {
        return new Rendering(vertx.getOrCreateContext(), started::add);
    }

    private static Future<PreparedResponse> done() {
        return Future.succeededFuture(RenderedPage.html(Buffer.buffer("x")));
    }

    @Test
    void a_key_has_one_rendering_until_that_has_ended() {
        Rendering first = rendering();
        assertThat(queue.enqueue("/", first)).isSameAs(first);
        assertThat(queue.enqueue("/", rendering())).isSameAs(first);
        queue.start(first);
        queue.end("/", first, done());
        assertThat(first.future().succeeded()).isTrue();
        Rendering next = rendering();
        assertThat(queue.enqueue("/", next)).isSameAs(next);
    }

    @Test
    void a_few_renderings_run_at_a_time_and_the_others_wait_in_their_order() {
        List<Rendering> all = new ArrayList<>();
        for (int i = 0; i < 3 * RenderQueue.MAX_RUNNING; i++) {
            Rendering one = rendering();
            all.add(queue.enqueue("/" + i, one));
            queue.start(one);
        }
        assertThat(started).isEqualTo(all.subList(0, RenderQueue.MAX_RUNNING));
        assertThat(all.get(RenderQueue.MAX_RUNNING).revision())
                .as("one that waits will show what is there when it starts")
                .isEqualTo(Long.MAX_VALUE);
        for (int i = 0; i < all.size(); i++) {
            int ended = i;
            await().until(() -> started.size() > ended);
            queue.end("/" + i, all.get(i), done());
        }
        assertThat(started).isEqualTo(all);
        Rendering free = rendering();
        queue.start(free);
        assertThat(started).endsWith(free);
    }

    @Test
    void large_pages_that_are_being_sent_are_counted_once_and_bounded() {
        InFlightPageBudget sending = new InFlightPageBudget(5_000);
        CachedPage first = page(2_000, sending);
        CachedPage second = page(2_000, sending);
        assertThat(sending.add(first)).isTrue();
        assertThat(sending.add(first)).isTrue();
        assertThat(sending.bytes()).isEqualTo(first.weight());
        assertThat(sending.add(second)).isFalse();
        sending.remove(first);
        assertThat(sending.add(second)).isFalse();
        sending.remove(first);
        assertThat(sending.bytes()).isZero();
        assertThat(sending.add(second)).isTrue();
        assertThat(sending.add(page(50_000, sending))).isFalse();
        sending.remove(second);
        assertThat(sending.add(page(50_000, sending))).as("one is always sent").isTrue();
    }

    private static CachedPage page(int length, InFlightPageBudget sending) {
        return new CachedPage(RenderedPage.html(Buffer.buffer(new byte[length])), 1, 1, null, sending);
    }
}
