package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.starpunk.telemetry.CustomEvent;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.Gauge;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.RequestId;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.SamplingRates;
import org.starpunk.telemetry.TestRequests;

/** {@code docs/reference/metrics-api.md} lists exactly the fields of the JSON. */
class DocumentedNamesTest {

    private static final Pattern BLOCK = Pattern.compile("```json\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern INLINE = Pattern.compile("`(\\[?\\{\".*?\\}\\]?)`");
    private static final Pattern NAME = Pattern.compile("\"([a-z][a-z0-9_]*)\" ?:");

    /** Objects whose field names are data. */
    private static final Set<String> MAPS = Set.of("gauges", "statuses", "metadata");

    private final TestClock clock = new TestClock();
    private final MonitorState monitor = new MonitorState(clock, 1000, 10 << 20, false);
    private final WebhookQueue webhook =
            new WebhookQueue(clock, unused -> Future.succeededFuture(200), (millis, task) -> {});
    private final MonitorService service =
            new MonitorService(monitor, SamplingRates.all(), MonitorStateTest.LIMITS, unused -> {}, webhook);
    private final RequestTiming repeating = TestRequests.ended(
            new Endpoint("GET", "/", false),
            200,
            900_000_000,
            TestQueries.ran(TestQueries.TAGS, 1_000),
            TestQueries.ran(TestQueries.TAGS, 1_000),
            TestQueries.ran(TestQueries.TAGS, 1_000),
            TestQueries.ran(TestQueries.TAGS, 1_000),
            TestQueries.failed(TestQueries.TAGS, "SQLITE_BUSY"));

    @BeforeEach
    void happen() {
        service.setViewers("door", 1);
        for (QueryTiming query : repeating.queries()) {
            monitor.accept(query);
        }
        for (int i = 0; i < 3; i++) {
            monitor.accept(repeating);
        }
        monitor.accept(new CustomEvent(OperationType.RENDER, "note_created", 1, 2, 0, Map.of(), true));
        Map.of("pool_size", 2L, "pool_in_use", 2L, "pool_waiting", 9L, "loop_lag_us:http@loop-1", 5L)
                .forEach((name, value) -> monitor.accept(new Gauge(name, value)));
        for (int i = 0; i < 6; i++) {
            clock.passSeconds(1);
            service.tick();
        }
        monitor.annotations.add(1, Annotations.AnnotationType.START, "started");
    }

    private static String page() throws IOException {
        return Files.readString(Path.of("docs/reference/metrics-api.md"));
    }

    private static Set<String> documented() throws IOException {
        Set<String> names = new TreeSet<>();
        String page = page();
        for (Pattern pattern : new Pattern[] {BLOCK, INLINE}) {
            Matcher block = pattern.matcher(page);
            while (block.find()) {
                Matcher name = NAME.matcher(block.group(1));
                while (name.find()) {
                    names.add(name.group(1));
                }
            }
        }
        return names;
    }

    private static void collect(Object value, Set<String> names) {
        if (value instanceof JsonObject object) {
            object.forEach(field -> {
                names.add(field.getKey());
                if (!MAPS.contains(field.getKey())) {
                    collect(field.getValue(), names);
                }
            });
        } else if (value instanceof JsonArray array) {
            array.forEach(element -> collect(element, names));
        }
    }

    private Set<String> sent() {
        Set<String> names = new TreeSet<>();
        collect(new JsonObject(service.snapshot(TimeWindow.QUARTER, 50)), names);
        collect(new JsonObject(Objects.requireNonNull(service.trace(RequestId.format(repeating.id())))), names);
        collect(frame(), names);
        return names;
    }

    private JsonObject frame() {
        Buffer event = Objects.requireNonNull(service.frame());
        return new JsonObject(event.toString().substring(event.toString().indexOf("data: ") + 6));
    }

    @Test
    void every_field_that_is_sent_is_documented() throws IOException {
        assertThat(documented()).containsAll(sent());
    }

    @Test
    void a_frame_has_the_documented_fields_and_no_other() throws IOException {
        String page = page();
        Matcher example = BLOCK.matcher(page);
        assertThat(example.find(page.indexOf("A client that reconnects gets a new `snapshot`.")))
                .isTrue();
        assertThat(frame().fieldNames()).isEqualTo(new JsonObject(example.group(1)).fieldNames());
    }

    @Test
    void every_documented_field_of_the_whole_is_sent() throws IOException {
        String page = page();
        Matcher example = BLOCK.matcher(page);
        assertThat(example.find(page.indexOf("## `GET /admin/metrics`"))).isTrue();
        assertThat(new JsonObject(service.snapshot(TimeWindow.QUARTER, 50)).fieldNames())
                .containsAll(new JsonObject(example.group(1)).fieldNames());
    }
}
