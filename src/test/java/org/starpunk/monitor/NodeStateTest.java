package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.SqlShape;
import org.starpunk.telemetry.TelemetryEvent;
import org.starpunk.telemetry.TestRequests;

/** States exchanged between nodes. The merged states equal the state of one monitor that has received all events. */
class NodeStateTest {

    private static final int DAYS = 3;
    private static final SqlShape[] SHAPES = {TestQueries.BY_SLUG, TestQueries.TAGS};
    private static final String[] SERIES = {"t", "requests", "errors", "queries", "p50_ms", "p95_ms", "p99_ms"};

    private final TestClock clock = new TestClock();

    private long base() {
        long now = clock.millis() / 1_000;
        return now - now % RollupHistory.LONGEST_SLOT_SECONDS - DAYS * 86_400L;
    }

    private MonitorState copy(MonitorState monitor, long second) {
        MonitorState copy = NodeState.read(NodeState.write(monitor, new JsonObject()), clock, base())
                .numbers();
        copy.advanceTo(second);
        return copy;
    }

    private long second(MonitorState monitor) {
        return monitor.base() + monitor.site.currentSecond() - base();
    }

    private MonitorState merged(MonitorState... monitors) {
        long second = Arrays.stream(monitors).mapToLong(this::second).max().orElseThrow();
        MonitorState sum = copy(monitors[0], second);
        for (int i = 1; i < monitors.length; i++) {
            sum.absorb(copy(monitors[i], second));
        }
        return sum;
    }

    /** Returns all counts and all figures computed from histograms, as the dashboard shows them. */
    private static JsonObject shown(MonitorState monitor, TimeWindow window) {
        monitor.closeSecond();
        TablesJson tablesJson = new TablesJson(monitor, window);
        SeriesJson seriesJson = new SeriesJson(monitor);
        JsonObject series = new JsonObject();
        for (String name : SERIES) {
            series.put(name, seriesJson.series(window).getValue(name));
        }
        DurationStats all = monitor.site.window(window);
        return new JsonObject()
                .put("endpoints", byName(tablesJson.endpoints(monitor.endpoints), "endpoint"))
                .put("own", byName(tablesJson.endpoints(monitor.internalEndpoints), "endpoint"))
                .put("queries", byName(tablesJson.queries(), "shape"))
                .put("business", tablesJson.business())
                .put("series", series)
                .put("heatmap", seriesJson.heatmap(window))
                .put("requests", monitor.site.requests)
                .put("rate", monitor.site.requestsPerSecond())
                .put("p99", all.durations.percentile(0.99))
                .put("bytes", all.volume);
    }

    private static void assertSame(JsonObject actual, JsonObject expected, TimeWindow window) {
        for (String part : expected.fieldNames()) {
            assertThat(actual.getValue(part))
                    .as("%s of %s", part, window.label())
                    .isEqualTo(expected.getValue(part));
        }
    }

    private static JsonObject byName(JsonArray rows, String name) {
        TreeMap<String, Object> sorted = new TreeMap<>();
        for (int i = 0; i < rows.size(); i++) {
            JsonObject row = rows.getJsonObject(i);
            row.remove("id");
            sorted.put(row.getString(name), row);
        }
        return new JsonObject(sorted);
    }

    private static TelemetryEvent event(Random random) {
        long nanos = (long) Math.exp(random.nextDouble() * 16 + 7);
        if (random.nextInt(3) == 0) {
            return TestQueries.ran(SHAPES[random.nextInt(SHAPES.length)], nanos);
        }
        Endpoint endpoint = new Endpoint("GET", "/route/" + random.nextInt(12), random.nextInt(8) == 0);
        return TestRequests.leftOut(endpoint, random.nextInt(20) == 0 ? 500 : 200, nanos);
    }

    @Property(tries = 12)
    void nodes_added_up_say_what_one_would_have_said_that_saw_all( // exact to the bucket
            @ForAll long seed, @ForAll @IntRange(min = 2, max = 4) int nodes) {
        Random random = new Random(seed);
        clock.passSeconds(random.nextInt(20_000));
        MonitorState union = new MonitorState(clock, 100, 10 << 20, true);
        MonitorState[] node = new MonitorState[nodes];
        node[0] = new MonitorState(clock, 100, 10 << 20, true);
        int seconds = 200 + random.nextInt(9_000);
        for (int second = 0; second < seconds; second++) {
            for (int i = 0; i < nodes; i++) {
                if (node[i] == null && random.nextInt(100) == 0) {
                    node[i] = new MonitorState(clock, 100, 10 << 20, true); // joins later than the others
                }
                for (int n = random.nextInt(3); n > 0 && node[i] != null && second % 700 < 400; n--) {
                    TelemetryEvent event = event(random);
                    node[i].accept(event);
                    union.accept(event);
                }
            }
            clock.passSeconds(1);
            union.tick();
            for (MonitorState one : node) {
                if (one != null) {
                    one.tick();
                }
            }
        }
        MonitorState sum = merged(Arrays.stream(node).filter(one -> one != null).toArray(MonitorState[]::new));
        MonitorState all = copy(union, second(union));
        for (TimeWindow window : TimeWindow.values()) {
            assertSame(shown(all, window), shown(union, window), window);
            assertSame(shown(sum, window), shown(union, window), window);
        }
    }

    @Test
    void a_node_that_fell_silent_keeps_its_numbers_in_their_slots() {
        MonitorState gone = new MonitorState(clock, 100, 10 << 20, true);
        for (int i = 0; i < 100; i++) {
            gone.accept(TestRequests.leftOut(new Endpoint("GET", "/", false), 200, 5_000_000));
        }
        byte[] last = NodeState.write(gone, new JsonObject());
        clock.passSeconds(40 * 60);
        MonitorState copy = NodeState.read(last, clock, base()).numbers();
        copy.advanceTo(clock.millis() / 1_000 - base());
        assertThat(copy.site.window(TimeWindow.QUARTER).count()).isZero();
        assertThat(copy.site.window(TimeWindow.HOUR).count()).isEqualTo(100);
        assertThat(copy.site.requests).isEqualTo(100);
    }

    @Test
    void a_full_monitor_fits_into_half_a_megabyte() {
        MonitorState full = new MonitorState(clock, 1000, 10 << 20, true);
        Random random = new Random(7);
        for (int second = 0; second < 24 * 3_600; second++) {
            for (int i = 0; i < 4; i++) {
                full.accept(event(random));
            }
            clock.passSeconds(1);
            full.tick();
        }
        assertThat(NodeState.write(full, new JsonObject())).hasSizeLessThan(512 * 1024);
        assertThat(full.retainedBytes()).isLessThan(1 << 20);
    }

    @Test
    void a_state_that_is_cut_off_or_of_another_version_is_refused() {
        byte[] whole = NodeState.write(new MonitorState(clock, 100, 10 << 20, true), new JsonObject());
        for (int length = 0; length < whole.length; length += 97) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> NodeState.read(cut, clock, base())).isInstanceOf(IllegalArgumentException.class);
        }
        whole[0] = 126;
        assertThatThrownBy(() -> NodeState.read(whole, clock, base()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("version");
    }

    @Test
    void the_machine_of_all_nodes_is_the_busiest_one_with_its_node() {
        MonitorState monitor = new MonitorState(clock, 10, 0, false);
        JsonObject unknown = new JsonObject().putNull("cpu_percent").putNull("text");
        JsonObject idle = new JsonObject().put("cpu_percent", 0.5).put("text", "The machine is idle.");
        JsonObject busy = new JsonObject().put("cpu_percent", 97.0).put("text", "Others use it.");
        TreeMap<String, NodeState> states = new TreeMap<>();
        states.put("a", new NodeState(monitor, new JsonObject().put("system", unknown)));
        assertThat(NodeListMerger.busiestMachine(states)).isEqualTo(new JsonObject());
        states.put("b", new NodeState(monitor, new JsonObject().put("system", busy)));
        states.put("c", new NodeState(monitor, new JsonObject().put("system", idle)));
        states.put("d", new NodeState(monitor, new JsonObject()));
        assertThat(NodeListMerger.busiestMachine(states))
                .isEqualTo(new JsonObject()
                        .put("cpu_percent", 97.0)
                        .put("text", "b: Others use it.")
                        .put("node", "b"));
    }
}
