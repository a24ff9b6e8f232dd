package org.starpunk.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.starpunk.Ports;
import org.starpunk.config.ClusterSettings;
import org.starpunk.config.Settings;
import org.starpunk.monitor.MetricsVerticle;
import org.starpunk.monitor.MonitorClient;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.EventBatch;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.RequestId;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.SamplingRates;
import org.starpunk.telemetry.SiteCondition;

/**
 * Monitors of three nodes, joined through Hazelcast on loopback. They join once, which takes seconds; the last test
 * partitions them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HazelcastMembershipTest {

    private static final Endpoint HOME = new Endpoint("GET", "/", false);
    private static final String SECRET = "a-secret-that-three-nodes-have";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final List<TestNode> nodes = new ArrayList<>();

    private record TestNode(Cluster cluster, Context context, MonitorClient monitor, Recorder recorder) {

        Vertx vertx() {
            return cluster.vertx();
        }

        /** Returns the dashboard's data for a node. */
        JsonObject shows(String node) {
            return new JsonObject(sync(monitor.snapshot("15m", 50, node)));
        }

        List<String> picker(boolean gone) {
            List<String> names = new ArrayList<>();
            for (Object one : shows("all").getJsonArray("nodes")) {
                if (((JsonObject) one).getBoolean("gone") == gone) {
                    names.add(((JsonObject) one).getString("node"));
                }
            }
            return names;
        }

        void requests(int number) {
            context.runOnContext(unused -> {
                for (int i = 0; i < number; i++) {
                    recorder.requestEnded(recorder.requestStarted(), HOME, 200, 0, 100);
                }
            });
        }
    }

    private static <T> T sync(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(120, TimeUnit.SECONDS)
                .join();
    }

    @BeforeAll
    void join() throws Exception {
        RequestTiming.register();
        int[] ports = {Ports.free(), Ports.free(), Ports.free()};
        String members = "127.0.0.1:" + ports[0] + ",127.0.0.1:" + ports[1];
        for (int i = 0; i < ports.length; i++) {
            nodes.add(start("node" + i, ports[i], members));
        }
        await().ignoreExceptions().atMost(PATIENCE).untilAsserted(() -> {
            for (TestNode node : nodes) {
                assertThat(node.picker(false)).containsExactly("node0", "node1", "node2");
            }
        });
    }

    private static TestNode start(String name, int port, String members) {
        ClusterSettings settings = new ClusterSettings(
                true, "127.0.0.1", port, List.of(members.split(",")), "test" + members.hashCode(), SECRET, name);
        Cluster cluster = sync(Cluster.start(new VertxOptions(), settings));
        Vertx vertx = cluster.vertx();
        vertx.eventBus().registerCodec(new EventBatch.EventBatchCodec());
        SamplingRates sampling = SamplingRates.all();
        sync(vertx.deployVerticle(new MetricsVerticle(
                Settings.of(Map.of()).metrics(),
                sampling,
                "0.1.0",
                ignored -> Future.failedFuture("none"),
                MetricSnapshots::new,
                () -> SiteCondition.UNKNOWN,
                name)));
        Context context = vertx.getOrCreateContext();
        CompletableFuture<Recorder> recorder = new CompletableFuture<>();
        context.runOnContext(unused -> recorder.complete(Recorder.toBus(vertx, sampling)));
        return new TestNode(cluster, context, new MonitorClient(vertx), recorder.join());
    }

    @AfterAll
    void leave() {
        List<Future<Void>> closed =
                nodes.stream().map(node -> node.vertx().close()).toList();
        closed.forEach(HazelcastMembershipTest::sync);
    }

    private static long requests(JsonObject snapshot) {
        JsonArray endpoints = snapshot.getJsonArray("endpoints");
        return endpoints.isEmpty() ? 0 : endpoints.getJsonObject(0).getLong("count");
    }

    @Test
    @Order(1)
    void every_node_shows_each_of_the_others_and_all_of_them_added_up() {
        nodes.get(0).requests(5);
        nodes.get(1).requests(7);
        nodes.get(2).requests(11);
        await().ignoreExceptions().atMost(PATIENCE).untilAsserted(() -> {
            for (TestNode node : nodes) {
                assertThat(requests(node.shows("all"))).isEqualTo(23);
                assertThat(requests(node.shows("node1"))).isEqualTo(7);
                assertThat(requests(node.shows("node2"))).isEqualTo(11);
            }
        });
        JsonObject all = nodes.get(0).shows("all");
        assertThat(all.getString("node")).isEqualTo("all");
        assertThat(all.getJsonObject("summary").getLong("requests")).isEqualTo(23);
        assertThat(all.getJsonObject("stats").getLong("total_count")).isEqualTo(23);
        assertThat(all.getJsonArray("recent").stream().map(row -> ((JsonObject) row).getString("node")))
                .contains("node0", "node1", "node2");
        assertThatThrownBy(() -> nodes.get(0).shows("node9"))
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("there is no node node9");
    }

    @Test
    @Order(2)
    void a_viewer_gets_frames_of_all_nodes_and_they_are_made_only_while_someone_watches() {
        List<Buffer> frames = new CopyOnWriteArrayList<>();
        MonitorClient monitor = nodes.get(0).monitor;
        monitor.frames("all", message -> frames.add(message.body()));
        nodes.get(2).requests(3); // 26 with those of the previous test
        nodes.get(0).vertx().setPeriodic(500, unused -> monitor.watch("door", 1, "all"));
        await().ignoreExceptions()
                .atMost(PATIENCE)
                .until(() -> frames.stream()
                        .map(Buffer::toString)
                        .anyMatch(frame -> frame.contains("\"requests\":26") && frame.contains("\"node\":\"all\"")));
        assertThat(frames.get(0).toString()).startsWith("id: ").contains("event: frame", "\"nodes\":[");
    }

    @Test
    @Order(3)
    void a_request_is_found_by_its_id_on_whichever_node_served_it() {
        nodes.get(1).requests(1);
        String id = await().ignoreExceptions()
                .atMost(PATIENCE)
                .until(
                        () -> nodes.get(0).shows("node1").getJsonArray("traces").stream()
                                .map(trace -> ((JsonObject) trace).getString("request_id"))
                                .findFirst()
                                .orElse(""),
                        found -> !found.isEmpty());
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(
                                new JsonObject(sync(nodes.get(0).monitor.trace(id))).getString("request_id"))
                        .isEqualTo(id));
        assertThat(RequestId.parse(id)).isNotZero();
    }

    @Test
    @Order(4)
    void a_node_that_leaves_is_marked_gone_with_its_last_numbers_and_a_new_one_appears() throws Exception {
        await().ignoreExceptions()
                .atMost(PATIENCE)
                .until(() -> requests(nodes.get(0).shows("node2")) == 14);
        sync(nodes.remove(2).vertx().close());
        await().ignoreExceptions().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(nodes.get(0).picker(true)).containsExactly("node2");
            assertThat(nodes.get(1).picker(true)).containsExactly("node2");
        });
        assertThat(requests(nodes.get(0).shows("node2"))).isEqualTo(14);
        await().ignoreExceptions()
                .atMost(PATIENCE)
                .until(() -> requests(nodes.get(0).shows("all")) == 27);
    }

    @Test
    @Order(5)
    void the_node_that_was_there_first_does_what_is_done_once_and_then_the_next_one() {
        assertThat(nodes.stream().map(node -> node.cluster.isLeader())).containsExactly(true, false);
        sync(nodes.remove(0).vertx().close());
        await().ignoreExceptions()
                .atMost(PATIENCE)
                .until(() -> nodes.get(0).cluster.isLeader());
    }

    @Test
    void a_process_with_another_secret_has_another_name_and_other_addresses() {
        ClusterSettings ours = settings("site", SECRET);
        for (ClusterSettings other : List.of(settings("site", SECRET + "x"), settings("other", SECRET))) {
            assertThat(HazelcastMembership.membership(other)).isNotEqualTo(HazelcastMembership.membership(ours));
            assertThat(ClusterSignature.of(other, "starpunk.changed.1"))
                    .isNotEqualTo(ClusterSignature.of(ours, "starpunk.changed.1"));
        }
        assertThat(HazelcastMembership.membership(ours))
                .startsWith("site-")
                .doesNotContain(SECRET)
                .hasSizeGreaterThan(45);
        assertThat(ours.toString()).doesNotContain(SECRET);
        assertThatThrownBy(() -> HazelcastMembership.membership(settings("site", null)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static ClusterSettings settings(String name, @Nullable String secret) {
        return new ClusterSettings(true, "127.0.0.1", 1, List.of(), name, secret, "node");
    }

    /** A foreign class is not instantiated from a message of a member or a stranger. */
    @Test
    @Order(3)
    void foreign_classes_are_not_deserialized() {
        HazelcastInstance hazelcast =
                Hazelcast.getAllHazelcastInstances().iterator().next();
        hazelcast.getMap("foreign").set("key", new UntrustedMessage());
        assertThatThrownBy(() -> hazelcast.getMap("foreign").get("key"))
                .hasRootCauseInstanceOf(SecurityException.class)
                .rootCause()
                .hasMessageContaining("UntrustedMessage");
        assertThat(UntrustedMessage.READ).isFalse();
        hazelcast.getMap("foreign").set("key", "a text");
        assertThat(hazelcast.getMap("foreign").get("key")).isEqualTo("a text");
    }

    private static final class UntrustedMessage implements Serializable {

        private static final long serialVersionUID = 1L;
        private static final AtomicBoolean READ = new AtomicBoolean();

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            READ.set(true);
        }
    }
}
