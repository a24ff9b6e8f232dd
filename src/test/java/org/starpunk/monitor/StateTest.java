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
import org.starpunk.telemetry.Event;
import org.starpunk.telemetry.Requests;
import org.starpunk.telemetry.Statement;

/** States exchanged between nodes. The merged states equal the state of one monitor that has received all events. */
class StateTest {

    private static final int DAYS = 3;
    private static final Statement[] SHAPES = {Queries.BY_SLUG, Queries.TAGS};
    private static final String[] SERIES = {"t", "requests", "errors", "queries", "p50_ms", "p95_ms", "p99_ms"};

    private final TestClock clock = new TestClock();

    private long base() {
        long now = clock.millis() / 1_000;
        return now - now % Timeline.LONGEST_SLOT_SECONDS - DAYS * 86_400L;
    }

    private Monitor copy(Monitor monitor, long second) {
        Monitor copy = State.read(State.write(monitor, new JsonObject()), clock, base())
                .numbers();
        copy.moveTo(second);
        return copy;
    }

    private long second(Monitor monitor) {
        return monitor.base() + monitor.site.second() - base();
    }

    private Monitor merged(Monitor... monitors) {
        long second = Arrays.stream(monitors).mapToLong(this::second).max().orElseThrow();
        Monitor sum = copy(monitors[0], second);
        for (int i = 1; i < monitors.length; i++) {
            sum.absorb(copy(monitors[i], second));
        }
        return sum;
    }

    /** Returns all counts and all figures computed from histograms, as the dashboard shows them. */
    private static JsonObject shown(Monitor monitor, Window window) {
        monitor.settle();
        Tables tables = new Tables(monitor, window);
        Course course = new Course(monitor);
        JsonObject series = new JsonObject();
        for (String name : SERIES) {
            series.put(name, course.series(window).getValue(name));
        }
        Tally all = monitor.site.window(window);
        return new JsonObject()
                .put("endpoints", byName(tables.endpoints(monitor.endpoints), "endpoint"))
                .put("own", byName(tables.endpoints(monitor.own), "endpoint"))
                .put("queries", byName(tables.queries(), "shape"))
                .put("business", tables.business())
                .put("series", series)
                .put("heatmap", course.heatmap(window))
                .put("requests", monitor.site.requests)
                .put("rate", monitor.site.requestsPerSecond())
                .put("p99", all.durations.percentile(0.99))
                .put("bytes", all.volume);
    }

    private static void assertSame(JsonObject actual, JsonObject expected, Window window) {
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

    private static Event event(Random random) {
        long nanos = (long) Math.exp(random.nextDouble() * 16 + 7);
        if (random.nextInt(3) == 0) {
            return Queries.ran(SHAPES[random.nextInt(SHAPES.length)], nanos);
        }
        Endpoint endpoint = new Endpoint("GET", "/route/" + random.nextInt(12), random.nextInt(8) == 0);
        return Requests.leftOut(endpoint, random.nextInt(20) == 0 ? 500 : 200, nanos);
    }

    @Property(tries = 12)
    void nodes_added_up_say_what_one_would_have_said_that_saw_all( // exact to the bucket
            @ForAll long seed, @ForAll @IntRange(min = 2, max = 4) int nodes) {
        Random random = new Random(seed);
        clock.passSeconds(random.nextInt(20_000));
        Monitor union = new Monitor(clock, 100, 10 << 20, true);
        Monitor[] node = new Monitor[nodes];
        node[0] = new Monitor(clock, 100, 10 << 20, true);
        int seconds = 200 + random.nextInt(9_000);
        for (int second = 0; second < seconds; second++) {
            for (int i = 0; i < nodes; i++) {
                if (node[i] == null && random.nextInt(100) == 0) {
                    node[i] = new Monitor(clock, 100, 10 << 20, true); // joins later than the others
                }
                for (int n = random.nextInt(3); n > 0 && node[i] != null && second % 700 < 400; n--) {
                    Event event = event(random);
                    node[i].accept(event);
                    union.accept(event);
                }
            }
            clock.passSeconds(1);
            union.tick();
            for (Monitor one : node) {
                if (one != null) {
                    one.tick();
                }
            }
        }
        Monitor sum = merged(Arrays.stream(node).filter(one -> one != null).toArray(Monitor[]::new));
        Monitor all = copy(union, second(union));
        for (Window window : Window.values()) {
            assertSame(shown(all, window), shown(union, window), window);
            assertSame(shown(sum, window), shown(union, window), window);
        }
    }

    @Test
    void a_node_that_fell_silent_keeps_its_numbers_in_their_slots() {
        Monitor gone = new Monitor(clock, 100, 10 << 20, true);
        for (int i = 0; i < 100; i++) {
            gone.accept(Requests.leftOut(new Endpoint("GET", "/", false), 200, 5_000_000));
        }
        byte[] last = State.write(gone, new JsonObject());
        clock.passSeconds(40 * 60);
        Monitor copy = State.read(last, clock, base()).numbers();
        copy.moveTo(clock.millis() / 1_000 - base());
        assertThat(copy.site.window(Window.QUARTER).count()).isZero();
        assertThat(copy.site.window(Window.HOUR).count()).isEqualTo(100);
        assertThat(copy.site.requests).isEqualTo(100);
    }

    @Test
    void a_full_monitor_fits_into_half_a_megabyte() {
        Monitor full = new Monitor(clock, 1000, 10 << 20, true);
        Random random = new Random(7);
        for (int second = 0; second < 24 * 3_600; second++) {
            for (int i = 0; i < 4; i++) {
                full.accept(event(random));
            }
            clock.passSeconds(1);
            full.tick();
        }
        assertThat(State.write(full, new JsonObject())).hasSizeLessThan(512 * 1024);
        assertThat(full.retainedBytes()).isLessThan(1 << 20);
    }

    @Test
    void a_state_that_is_cut_off_or_of_another_version_is_refused() {
        byte[] whole = State.write(new Monitor(clock, 100, 10 << 20, true), new JsonObject());
        for (int length = 0; length < whole.length; length += 97) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> State.read(cut, clock, base())).isInstanceOf(IllegalArgumentException.class);
        }
        whole[0] = 126;
        assertThatThrownBy(() -> State.read(whole, clock, base()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("version");
    }

    @Test
    void the_machine_of_all_nodes_is_the_busiest_one_with_its_node() {
        Monitor monitor = new Monitor(clock, 10, 0, false);
        JsonObject unknown = new JsonObject().putNull("cpu_percent").putNull("text");
        JsonObject idle = new JsonObject().put("cpu_percent", 0.5).put("text", "The machine is idle.");
        JsonObject busy = new JsonObject().put("cpu_percent", 97.0).put("text", "Others use it.");
        TreeMap<String, State> states = new TreeMap<>();
        states.put("a", new State(monitor, new JsonObject().put("system", unknown)));
        assertThat(Together.busiestMachine(states)).isEqualTo(new JsonObject());
        states.put("b", new State(monitor, new JsonObject().put("system", busy)));
        states.put("c", new State(monitor, new JsonObject().put("system", idle)));
        states.put("d", new State(monitor, new JsonObject()));
        assertThat(Together.busiestMachine(states))
                .isEqualTo(new JsonObject()
                        .put("cpu_percent", 97.0)
                        .put("text", "b: Others use it.")
                        .put("node", "b"));
    }
}
