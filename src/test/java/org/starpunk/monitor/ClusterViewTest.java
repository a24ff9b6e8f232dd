package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.SamplingRates;
import org.starpunk.telemetry.TestRequests;

/** A state of a node that cannot be read: the node is listed without data, and the others are shown. */
class ClusterViewTest {

    private final Vertx vertx = Vertx.vertx();
    private final TestClock clock = new TestClock();
    private final PeerRegistry peers = new PeerRegistry(vertx, clock, "a", clock.millis(), () -> new byte[0]);

    @AfterEach
    void close() {
        vertx.close().await();
    }

    private ClusterView view() {
        return new ClusterView(
                PeerRegistry.ALL,
                clock,
                peers,
                numbers ->
                        new MonitorService(numbers, SamplingRates.all(), MonitorStateTest.LIMITS, unused -> {}, null));
    }

    private byte[] state() {
        MonitorState monitor = new MonitorState(clock, 100, 10 << 20, true);
        for (int second = 0; second < 130; second++) {
            monitor.accept(TestRequests.ended(new Endpoint("GET", "/", false), 200, 5_000_000));
            monitor.accept(TestQueries.ran(TestQueries.TAGS, 400_000));
            clock.passSeconds(1);
            monitor.tick();
        }
        return NodeState.write(monitor, new JsonObject().put("gauges", new JsonObject().put("x", 1)));
    }

    private void assertUnreadable(byte[] state) {
        ClusterView view = view();
        view.refresh(state);
        assertThat(view.snapshot(TimeWindow.QUARTER, 10)).isNull();
        assertThat(view.frame()).isNull();
    }

    private long base() {
        long now = clock.millis() / 1_000;
        return now - now % RollupHistory.LONGEST_SLOT_SECONDS - 36L * RollupHistory.LONGEST_SLOT_SECONDS;
    }

    @Test
    void a_whole_state_is_shown() {
        ClusterView view = view();
        view.refresh(state());
        JsonObject shown = view.snapshot(TimeWindow.QUARTER, 10);
        assertThat(shown).isNotNull();
        assertThat(shown.getJsonObject("summary").getLong("requests")).isEqualTo(130);
    }

    @Test
    void the_lists_of_a_monitor_are_shown_also_those_of_a_loop_without_verticle() {
        MonitorState monitor = new MonitorState(clock, 100, 10 << 20, true);
        MonitorService service =
                new MonitorService(monitor, SamplingRates.all(), MonitorStateTest.LIMITS, unused -> {}, null);
        monitor.lag.lag("a-thread", 5);
        ClusterView view = view();
        view.refresh(service.state());
        JsonObject shown = Objects.requireNonNull(view.snapshot(TimeWindow.QUARTER, 10));
        assertThat(shown.getJsonArray("loops").getJsonObject(0).getString("loop"))
                .isEqualTo("a-thread");
    }

    @Test
    void lists_that_are_no_json_are_not_shown() {
        byte[] state = state();
        int brace = new String(state, StandardCharsets.ISO_8859_1).lastIndexOf("{\"gauges\"");
        state[brace] = '!';
        assertUnreadable(state);
        byte[] empty = NodeState.write(new MonitorState(clock, 100, 10 << 20, true), new JsonObject());
        byte[] literal = Arrays.copyOf(empty, empty.length + 2);
        literal[empty.length - 3] = 8; // the length of the text, in zigzag encoding
        System.arraycopy("null".getBytes(StandardCharsets.UTF_8), 0, literal, empty.length - 2, 4);
        assertUnreadable(literal);
    }

    @Test
    void a_heat_map_with_more_columns_than_seconds_is_refused() {
        BinaryCodec codec = BinaryCodec.writer();
        codec.put(4);
        for (int column = 0; column < 5; column++) {
            codec.put(0);
            codec.put(1);
            codec.put(LatencyHeatMap.ROWS);
        }
        assertThatThrownBy(() -> new LatencyHeatMap(15, 60, 0).read(BinaryCodec.reader(codec.toBytes()), 2))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_bucket_outside_the_histogram_is_refused_before_memory_is_allocated() {
        DurationHistogram histogram = new DurationHistogram();
        for (int bucket : new int[] {-1, LogLinearBuckets.COUNT, Integer.MAX_VALUE - 64, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> histogram.addBucket(bucket, 1))
                    .as("%s", bucket)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a_node_whose_clock_is_days_ahead_or_behind_is_not_shown() {
        for (long days : new long[] {-20_000, -400, -2, 2, 400, 20_000}) {
            MonitorState monitor = new MonitorState(clock, 100, 10 << 20, true);
            byte[] state = NodeState.write(monitor, new JsonObject());
            clock.wallClockJumps(-days * 86_400_000L);
            assertUnreadable(state);
            clock.wallClockJumps(days * 86_400_000L);
        }
    }

    @Test
    void a_state_with_a_wrong_byte_or_cut_short_is_read_or_refused() {
        byte[] whole = state();
        Random random = new Random(11);
        int refused = 0;
        for (int i = 0; i < 3_000; i++) {
            byte[] state = Arrays.copyOf(whole, i % 3 == 0 ? random.nextInt(whole.length) : whole.length);
            for (int n = random.nextInt(3); n >= 0 && state.length > 0; n--) {
                state[random.nextInt(state.length)] = (byte) random.nextInt(256);
            }
            try {
                NodeState unused = NodeState.read(state, clock, base());
            } catch (IllegalArgumentException e) {
                refused++;
            }
            ClusterView view = view();
            view.refresh(state);
        }
        assertThat(refused).isGreaterThan(1_000);
    }

    @Test
    void a_list_of_another_type_or_without_its_time_is_refused() {
        for (Object rows : new Object[] {
            "text",
            7,
            new JsonObject(),
            new JsonArray().add("text"),
            new JsonArray().add(new JsonObject()),
            new JsonArray().addNull()
        }) {
            MonitorState monitor = new MonitorState(clock, 100, 10 << 20, true);
            assertUnreadable(NodeState.write(monitor, new JsonObject().put("recent", rows)));
        }
        for (Object values : new Object[] {"text", 7, new JsonArray()}) {
            MonitorState monitor = new MonitorState(clock, 100, 10 << 20, true);
            assertUnreadable(NodeState.write(monitor, new JsonObject().put("self", values)));
        }
    }

    private byte[] recent(int id, String timestamp) {
        JsonObject event = new JsonObject().put("id", id).put("timestamp", timestamp);
        return NodeState.write(
                new MonitorState(clock, 100, 10 << 20, true),
                new JsonObject().put("recent", new JsonArray().add(event)));
    }

    private static List<String> shown(ClusterView view) {
        String frame = Objects.requireNonNull(view.frame()).toString();
        return new JsonObject(frame.substring(frame.indexOf("data: ") + 6))
                .getJsonArray("recent").stream()
                        .map(JsonObject.class::cast)
                        .map(event -> event.getString("node") + event.getInteger("id"))
                        .toList();
    }

    @Test
    void a_live_update_has_the_events_of_a_node_whose_state_arrives_after_newer_events() {
        peers.start(unused -> {}).await();
        JsonObject hello = new JsonObject()
                .put("node", "b")
                .put("id", "its-id")
                .put("started", 1)
                .put("watching", false)
                .put("leaving", false);
        vertx.eventBus().publish("starpunk.node.hello", hello);
        await().until(() -> peers.contains("b"));
        ClusterView view = view();
        view.refresh(recent(8, "2026-11-21T08:00:20.000Z"));
        assertThat(shown(view)).containsExactly("a8");
        peers.all().iterator().next().state = recent(3, "2026-11-21T08:00:19.000Z");
        view.refresh(recent(8, "2026-11-21T08:00:20.000Z"));
        assertThat(shown(view)).containsExactly("b3");
    }
}
