package org.starpunk.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.handler.HttpException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Slow texts block only the two preview threads. */
class PreviewRendererTest {

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
    }

    @Test
    void what_is_given_up_is_answered_and_never_begun_and_the_next_one_is_shown() {
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        PreviewRenderer impatient = new PreviewRenderer(vertx, Duration.ofMillis(50));
        Callable<String> forEver = () -> {
            begun.incrementAndGet();
            end.await();
            return "late";
        };
        List<Future<String>> slow = new ArrayList<>();
        // On a busy machine, the time limit of a preview can expire before a thread starts it.
        await().until(() -> {
            slow.add(impatient.render(forEver));
            return begun.get() == 2;
        });
        for (int i = 0; i < 8; i++) {
            slow.add(impatient.render(forEver));
        }
        await().atMost(Duration.ofMinutes(2)).until(() -> slow.stream().allMatch(Future::failed));
        assertThat(slow)
                .allSatisfy(future -> assertThat(((HttpException) future.cause()).getStatusCode())
                        .isEqualTo(503));
        assertThat(begun).hasValue(2);

        // Uses the same threads, with a longer time limit.
        Future<String> next = new PreviewRenderer(vertx, Duration.ofSeconds(60)).render(() -> "<p>shown</p>");
        end.countDown();
        await().atMost(Duration.ofMinutes(2)).until(next::isComplete);
        assertThat(next.result()).isEqualTo("<p>shown</p>");
        assertThat(begun).as("the others were left out").hasValue(2);
    }
}
