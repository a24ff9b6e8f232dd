package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.SamplingRates;
import org.starpunk.telemetry.TestRequests;

/** Buffered requests of a heat map cell, on one node and on all nodes. Both nodes are in one process. */
class ClusterRequestHandlerTest {

    private final Vertx vertx = Vertx.vertx();
    private final TestClock clock = new TestClock();
    private final Node here = new Node("here");
    private final Node there = new Node("there");

    /** A node's monitor, with its handlers. */
    private final class Node {
        final MonitorState monitor = new MonitorState(clock, 300, 10 << 20, true);
        final MonitorService service =
                new MonitorService(monitor, SamplingRates.all(), MonitorStateTest.LIMITS, unused -> {}, null);
        final MonitorRequestHandler own = new MonitorRequestHandler(monitor, service, MetricSnapshots::new);
        final PeerRegistry peers;
        final ClusterRequestHandler cluster;

        Node(String name) {
            peers = new PeerRegistry(vertx, clock, name, clock.millis(), service::state);
            cluster = new ClusterRequestHandler(vertx, clock, peers, service::state, own::requests, numbers -> service);
        }

        void requests(int count, String route, long nanos) {
            for (int i = 0; i < count; i++) {
                monitor.accept(TestRequests.ended(new Endpoint("GET", route, false), 200, nanos));
            }
        }
    }

    @BeforeEach
    void start() {
        here.peers.start(here.own::answer).await();
        there.peers.start(there.own::answer).await();
        vertx.eventBus()
                .<JsonObject>localConsumer("question", message -> here.cluster.answer(message))
                .completion()
                .await();
        here.cluster.onSecond();
        there.cluster.onSecond();
        await().until(() -> here.peers.contains("there") && there.peers.contains("here"));
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    private JsonObject ask(String node) {
        long end = here.monitor.time.millisOf(1_000_000_000L);
        JsonObject question = new JsonObject()
                .put("op", "requests")
                .put("node", node)
                .put("from", end - 1_000)
                .put("to", end + 1_000)
                .put("least", 4.0)
                .put("most", 8.0);
        return vertx.eventBus()
                .<Buffer>request("question", question)
                .await()
                .body()
                .toJsonObject();
    }

    private static List<String> routes(JsonObject reply) {
        return reply.getJsonArray("requests").stream()
                .map(JsonObject.class::cast)
                .map(request -> request.getString("node") + ' ' + request.getString("operation_name"))
                .toList();
    }

    @Test
    void a_cell_of_all_nodes_lists_the_requests_of_each() {
        here.requests(1, "/here", 5_000_000);
        there.requests(2, "/there", 6_000_000);
        there.requests(1, "/slower", 9_000_000);
        JsonObject reply = ask("all");
        assertThat(routes(reply)).containsExactly("there GET /there", "there GET /there", "here GET /here");
        assertThat(reply.getJsonArray("missing")).isEmpty();
    }

    @Test
    void a_cell_of_another_node_lists_its_requests_only() {
        here.requests(1, "/here", 5_000_000);
        there.requests(1, "/there", 6_000_000);
        assertThat(routes(ask("there"))).containsExactly("there GET /there");
    }

    @Test
    void at_most_a_hundred_requests_are_listed() {
        here.requests(90, "/here", 5_000_000);
        there.requests(90, "/there", 5_000_000);
        assertThat(routes(ask("all"))).hasSize(100);
    }

    @Test
    void a_node_that_does_not_respond_is_named() {
        here.requests(1, "/here", 5_000_000);
        clock.passSeconds(10);
        assertThat(here.peers.isGone(here.peers.all().iterator().next())).isTrue();
        JsonObject all = ask("all");
        assertThat(routes(all)).containsExactly("here GET /here");
        assertThat(all.getJsonArray("missing")).containsExactly("there");
        JsonObject one = ask("there");
        assertThat(routes(one)).isEmpty();
        assertThat(one.getJsonArray("missing")).containsExactly("there");
    }
}
