package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.starpunk.monitor.PeerRegistry.PeerState;

class PeerRegistryTest {

    private final Vertx vertx = Vertx.vertx();
    private final TestClock clock = new TestClock();
    private final PeerRegistry peers = new PeerRegistry(vertx, clock, "here", 0, () -> new byte[0]);

    @BeforeEach
    void start() throws Exception {
        peers.start(unused -> {}).toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
    }

    private PeerState thereSays(boolean leaving) {
        vertx.eventBus()
                .publish(
                        "starpunk.node.hello",
                        new JsonObject()
                                .put("node", "there")
                                .put("id", "its-id")
                                .put("started", 1)
                                .put("watching", false)
                                .put("leaving", leaving));
        await().until(() -> peers.contains("there")
                && peers.all().iterator().next().left == leaving
                && peers.all().iterator().next().seenNanos == clock.nanos());
        return peers.all().iterator().next();
    }

    /**
     * Live updates are made once a second, so a node that dies right after a heartbeat is shown in grey within 4.5 s.
     */
    @Test
    void a_node_that_says_nothing_for_three_and_a_half_seconds_is_gone_until_it_is_heard_again() {
        PeerState there = thereSays(false);
        clock.passSeconds(3.4);
        assertThat(peers.isGone(there)).isFalse();
        clock.passSeconds(0.2);
        assertThat(peers.isGone(there)).isTrue();
        assertThat(peers.toJson().getJsonObject(1).getBoolean("left")).isFalse();
        assertThat(peers.isGone(thereSays(false))).isFalse();
    }

    @Test
    void a_node_that_takes_leave_is_gone_at_once() {
        thereSays(false);
        assertThat(peers.isGone(thereSays(true))).isTrue();
        assertThat(peers.toJson().getJsonObject(1).getBoolean("left")).isTrue();
    }
}
