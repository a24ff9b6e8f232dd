package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.RequestId;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.SamplingRates;
import org.starpunk.telemetry.SqlShape;
import org.starpunk.telemetry.TestRequests;

/** N+1 pattern of an endpoint, with a clock that the test moves. */
class NPlusOneDetectorTest {

    private static final Endpoint HOME = new Endpoint("GET", "/", false);
    private static final long MS = 1_000_000;
    private static final SqlShape ROW_ID = SqlShape.of("SELECT last_insert_rowid()");
    private static final SqlShape LINK = SqlShape.of("INSERT INTO note_tags (note_id, tag_id) VALUES (?, ?)");

    private final TestClock clock = new TestClock();
    private final MonitorState monitor = new MonitorState(clock, 1000, 10 << 20, false);
    private final MonitorService service =
            new MonitorService(monitor, SamplingRates.all(), MonitorStateTest.LIMITS, unused -> {}, null);

    private static List<QueryTiming> runs(int count, SqlShape shape) {
        return Collections.nCopies(count, TestQueries.ran(shape, MS));
    }

    @SafeVarargs
    private static RequestTiming request(List<QueryTiming>... runs) {
        List<QueryTiming> all = new ArrayList<>();
        for (List<QueryTiming> some : runs) {
            all.addAll(some);
        }
        return TestRequests.ended(HOME, 200, MS, all.toArray(new QueryTiming[0]));
    }

    private RequestTiming accept(RequestTiming request) {
        monitor.accept(request);
        return request;
    }

    private JsonObject found() {
        passSeconds(1);
        return new JsonObject(service.snapshot(TimeWindow.QUARTER, 50))
                .getJsonArray("endpoints")
                .getJsonObject(0)
                .getJsonObject("n_plus_one");
    }

    private void passSeconds(int seconds) {
        for (int i = 0; i < seconds; i++) {
            clock.passSeconds(1);
            service.tick();
        }
    }

    @Test
    void four_runs_are_none_and_five_are_a_finding_with_its_request_and_time() {
        accept(request(runs(4, TestQueries.TAGS), runs(1, TestQueries.BY_SLUG)));
        assertThat(found()).isNull();
        String at = EventView.iso(clock.millis());
        RequestTiming worst = accept(request(runs(14, TestQueries.TAGS)));
        accept(request(runs(5, TestQueries.TAGS)));
        JsonObject found = found();
        assertThat(found.getString("text")).isEqualTo("14 × SELECT note_tags in GET /");
        assertThat(found.getInteger("requests")).isEqualTo(2);
        assertThat(found.getString("request_id")).isEqualTo(RequestId.format(worst.id()));
        assertThat(found.getString("at")).isEqualTo(at);
        assertThat(found.getString("last_at")).isEqualTo(at);
    }

    @Test
    void runs_after_the_listed_statements_are_counted_too() {
        accept(request(runs(39, TestQueries.BY_SLUG), runs(200, TestQueries.TAGS), runs(3, LINK)));
        assertThat(found().getString("text")).isEqualTo("200 × SELECT note_tags in GET /");
    }

    @Test
    void statements_that_use_no_table_are_never_named() {
        accept(request(
                runs(90, ROW_ID),
                runs(80, SqlShape.of("BEGIN")),
                runs(70, SqlShape.of("SELECT name FROM sqlite_schema")),
                runs(60, LINK),
                runs(60, TestQueries.TAGS)));
        assertThat(found().getString("text")).isEqualTo("60 × SELECT note_tags in GET /");
        accept(request(runs(70, SqlShape.of("WITH few AS (SELECT 1) SELECT n.id FROM notes n, few"))));
        assertThat(found().getInteger("worst")).isEqualTo(70);
    }

    @Test
    void its_request_opens_after_many_slower_ones() {
        accept(request()); // retained as the random trace of this minute
        RequestTiming worst = accept(request(runs(14, TestQueries.TAGS)));
        for (int i = 0; i < 2_000; i++) {
            monitor.accept(TestRequests.ended(HOME, 200, 50 * MS));
        }
        assertThat(found()).isNotNull();
        JsonObject trace = new JsonObject(service.trace(RequestId.format(worst.id())));
        assertThat(trace.getString("why")).isEqualTo("repeated");
        assertThat(trace.getJsonArray("spans")).hasSize(14);
        service.clear();
        assertThat(service.trace(RequestId.format(worst.id()))).isNull();
        assertThat(found()).as("no link to a request that is gone").isNull();
    }

    @Test
    void it_ends_when_twenty_requests_in_a_row_repeat_nothing() {
        accept(request(runs(14, TestQueries.TAGS)));
        for (int i = 0; i < 19; i++) {
            accept(request(runs(2, TestQueries.BY_SLUG)));
            accept(request()); // answered from a cache, without statements
        }
        assertThat(found()).isNotNull();
        accept(request(runs(1, TestQueries.BY_SLUG)));
        assertThat(found()).isNull();
    }

    @Test
    void it_ends_a_quarter_of_an_hour_after_the_last_such_request() {
        accept(request(runs(14, TestQueries.TAGS)));
        passSeconds(500);
        accept(request(runs(6, TestQueries.TAGS)));
        passSeconds(600);
        monitor.accept(TestRequests.ended(HOME, 200, MS));
        assertThat(found().getInteger("worst")).isEqualTo(14);
        passSeconds(400);
        monitor.accept(TestRequests.ended(HOME, 200, MS));
        assertThat(found()).isNull();
    }

    @Test
    void the_worst_request_of_more_than_a_quarter_of_an_hour_ago_is_replaced() {
        accept(request(runs(14, TestQueries.TAGS)));
        passSeconds(800);
        accept(request(runs(6, TestQueries.TAGS)));
        assertThat(found().getInteger("worst")).isEqualTo(14);
        passSeconds(300);
        RequestTiming newer = accept(request(runs(7, TestQueries.TAGS)));
        assertThat(found().getInteger("worst")).isEqualTo(7);
        assertThat(service.trace(RequestId.format(newer.id()))).isNotNull();
    }
}
