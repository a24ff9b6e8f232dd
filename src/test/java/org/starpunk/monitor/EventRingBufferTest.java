package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.starpunk.telemetry.CustomEvent;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.RequestId;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.TestRequests;

/** Retention and order of the ring buffer. */
class EventRingBufferTest {

    private static final Endpoint NOTE = new Endpoint("GET", "/notes/:slug", false);

    private static final long AT = 1_795_250_000_000L;

    private final EventRingBuffer ring = new EventRingBuffer(5);

    private void request(long durationNanos) {
        ring.add(TestRequests.ended(NOTE, 200, durationNanos), NOTE, AT, false);
    }

    private List<Long> durations() {
        List<Long> durations = new ArrayList<>();
        ring.forEach(null, metric -> durations.add(metric.durationNanos()));
        return durations;
    }

    @Test
    void the_oldest_makes_room_for_the_next() {
        for (int i = 1; i <= 7; i++) {
            request(i);
        }
        assertThat(durations()).containsExactly(3L, 4L, 5L, 6L, 7L);
        assertThat(ring.size()).isEqualTo(5);
        assertThat(ring.recorded()).isEqualTo(7);
    }

    @Test
    void slow_and_failed_operations_stay_while_healthy_ones_come_and_go() {
        EventRingBuffer large = new EventRingBuffer(1_000);
        for (int i = 0; i < 200; i++) {
            large.add(TestRequests.ended(NOTE, i % 2 == 0 ? 500 : 200, i), NOTE, AT, true);
        }
        for (int i = 0; i < 100_000; i++) {
            large.add(TestRequests.ended(NOTE, 200, 1_000_000), NOTE, AT, false);
        }
        List<EventView> all = new ArrayList<>();
        large.forEach(null, all::add);
        assertThat(all).hasSize(1_000);
        assertThat(all.stream().filter(metric -> metric.durationNanos() < 200).map(EventView::durationNanos))
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, 200).boxed().toList());
    }

    @Test
    void slow_and_failed_operations_hold_a_quarter_and_no_more() {
        EventRingBuffer large = new EventRingBuffer(1_000);
        for (int i = 0; i < 5_000; i++) {
            large.add(TestRequests.ended(NOTE, 500, i), NOTE, AT, true);
        }
        assertThat(large.size()).isEqualTo(1_000);
        for (int i = 0; i < 10_000; i++) {
            large.add(TestRequests.ended(NOTE, 200, 1_000_000), NOTE, AT, false);
        }
        List<Long> failed = new ArrayList<>();
        large.forEach(null, metric -> {
            if (metric.durationNanos() < 1_000_000) {
                failed.add(metric.durationNanos());
            }
        });
        assertThat(failed)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(4_750, 5_000).boxed().toList());
    }

    @Test
    void a_ring_without_slow_or_failed_operations_holds_as_many_healthy_ones_as_it_has_places() {
        EventRingBuffer large = new EventRingBuffer(1_000);
        for (int i = 0; i < 3_000; i++) {
            large.add(TestRequests.ended(NOTE, 200, i), NOTE, AT, false);
        }
        assertThat(large.size()).isEqualTo(1_000);
        assertThat(large.get(large.begin()).durationNanos()).isEqualTo(2_000);
        assertThat(large.get(large.end() - 1).durationNanos()).isEqualTo(2_999);
    }

    @Test
    void durations_are_kept_to_the_microsecond_for_minutes_and_to_the_millisecond_for_days() {
        for (long nanos : new long[] {999_999_999, 1_500_000_000, 600_000_001_000L, 86_400_000_000_000L}) {
            request(nanos);
            assertThat(ring.durationNanos(ring.end() - 1)).isEqualTo(nanos);
        }
    }

    @Test
    void events_are_read_in_the_order_of_their_times() {
        for (int time : new int[] {70, 10, 90, 40, 40}) {
            ring.add(new CustomEvent(OperationType.RENDER, "e" + time, time, 0, 0, Map.of(), true), time, 0, false);
        }
        List<Long> times = new ArrayList<>();
        ring.recent(5, metric -> times.add(metric.atMillis()));
        assertThat(times).containsExactly(90L, 70L, 40L, 40L, 10L);
    }

    @Test
    void the_recent_ones_come_newest_first() {
        for (int i = 1; i <= 7; i++) {
            request(i);
        }
        List<Long> recent = new ArrayList<>();
        ring.recent(3, metric -> recent.add(metric.durationNanos()));
        assertThat(recent).containsExactly(7L, 6L, 5L);
        recent.clear();
        ring.recent(100, metric -> recent.add(metric.durationNanos()));
        assertThat(recent).hasSize(5);
    }

    @Test
    void slow_means_at_or_above_the_threshold() {
        request(999_999_999L);
        request(1_000_000_000L);
        ring.add(TestQueries.slow(TestQueries.BY_SLUG, 2_000_000_000L), TestQueries.BY_SLUG, AT);
        List<EventView> slow = new ArrayList<>();
        ring.slow(1_000_000_000L, null, slow::add);
        assertThat(slow).hasSize(2);
        slow.clear();
        ring.slow(1_000_000_000L, OperationType.DATABASE, slow::add);
        assertThat(slow).extracting(EventView::name).containsExactly("SELECT notes");
    }

    @Test
    void a_clearing_empties_it_and_it_goes_on() {
        request(1);
        ring.clear();
        assertThat(durations()).isEmpty();
        assertThat(ring.begin()).isEqualTo(ring.end());
        request(2);
        assertThat(durations()).containsExactly(2L);
        assertThat(ring.recorded()).isEqualTo(1);
    }

    @Test
    void types_are_told_apart() {
        request(1);
        ring.add(TestQueries.ran(TestQueries.BY_SLUG, 1), TestQueries.BY_SLUG, AT);
        ring.add(
                new CustomEvent(OperationType.RENDER, "note_created", 5, 3, 0, Map.of("tags", 2), true),
                AT + 1,
                0,
                false);
        List<EventView> rendered = new ArrayList<>();
        ring.forEach(OperationType.RENDER, rendered::add);
        assertThat(rendered).singleElement().satisfies(metric -> {
            assertThat(metric.name()).isEqualTo("note_created");
            assertThat(metric.metadata()).isEqualTo(Map.of("tags", 2));
        });
        assertThat(ring.type(0)).isEqualTo(OperationType.HTTP);
        assertThat(ring.type(1)).isEqualTo(OperationType.DATABASE);
    }

    @Test
    void a_request_is_shown_in_the_names_of_the_specification() {
        RequestTiming request = TestRequests.ended(NOTE, 503, 3_214_000);
        ring.add(request, NOTE, AT, true);
        var json = ring.get(0).toJson();
        assertThat(json.fieldNames())
                .containsExactly(
                        "operation_type", "operation_name", "timestamp", "duration_ms", "process_id", "metadata");
        assertThat(json.getString("operation_type")).isEqualTo("http");
        assertThat(json.getString("operation_name")).isEqualTo("GET /notes/:slug");
        assertThat(json.getString("timestamp")).isEqualTo("2026-11-21T08:33:20.000Z");
        assertThat(json.getDouble("duration_ms")).isEqualTo(3.214);
        assertThat(json.getLong("process_id")).isEqualTo(ProcessHandle.current().pid());
        assertThat(json.getJsonObject("metadata").getMap())
                .containsEntry("method", "GET")
                .containsEntry("route", "/notes/:slug")
                .containsEntry("status", 503)
                .containsEntry("request_bytes", 7)
                .containsEntry("response_bytes", 1_000)
                .containsEntry("failed", true)
                .containsEntry("request_id", RequestId.format(request.id()));
    }

    @Test
    void a_failed_statement_keeps_the_kind_of_its_failure() {
        for (int i = 0; i < 200; i++) {
            ring.add(
                    TestQueries.failed(TestQueries.BY_SLUG, i == 199 ? "SQLITE_BUSY" : "SQLITE_" + i % 10),
                    TestQueries.BY_SLUG,
                    AT);
        }
        assertThat(ring.get(199).metadata())
                .containsEntry("error", "SQLITE_BUSY")
                .containsEntry("rows", 3);
    }

    @Test
    void kinds_of_failure_without_end_share_one_name() {
        for (int i = 0; i < 1_000; i++) {
            ring.add(TestQueries.failed(TestQueries.BY_SLUG, "E" + i), TestQueries.BY_SLUG, AT);
        }
        assertThat(ring.get(999).metadata()).containsEntry("error", "other");
    }

    @Test
    void a_request_whose_client_left_has_the_part_that_was_sent_and_its_queries() {
        QueryTiming[] queries = new QueryTiming[600];
        Arrays.fill(queries, TestQueries.ran(TestQueries.TAGS, 1_000));
        for (int percent : new int[] {0, 40, 99, RequestTiming.UNKNOWN_PERCENT}) {
            ring.add(TestRequests.left(NOTE, percent, queries[0], queries[1]), NOTE, AT, false);
            Map<String, Object> fields = ring.get(ring.end() - 1).metadata();
            boolean known = percent < 100;
            assertThat(fields)
                    .containsEntry("queries", 2)
                    .containsEntry("outcome", "client_gone")
                    .containsEntry("left", known ? "left at " + percent + " %" : "left after 1 kB");
            assertThat(fields.get("sent_percent")).isEqualTo(known ? percent : null);
        }
        ring.add(TestRequests.left(NOTE, 40, queries), NOTE, AT, false);
        assertThat(ring.get(ring.end() - 1).metadata())
                .containsEntry("queries", 511)
                .containsEntry("sent_percent", 40);
        ring.add(TestRequests.ended(NOTE, 200, 1, queries), NOTE, AT, false);
        assertThat(ring.get(ring.end() - 1).metadata())
                .containsEntry("queries", 600)
                .doesNotContainKeys("left", "sent_percent");
    }

    @Test
    void an_event_takes_forty_bytes() {
        assertThat(new EventRingBuffer(1_000).bytes()).isLessThanOrEqualTo(64 * 1024);
        assertThat(new EventRingBuffer(1_000_000).bytes()).isLessThanOrEqualTo(40L << 20);
    }
}
