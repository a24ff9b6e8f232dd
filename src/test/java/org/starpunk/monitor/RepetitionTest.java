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
import org.starpunk.telemetry.Requests;
import org.starpunk.telemetry.Sampling;
import org.starpunk.telemetry.Statement;

/** N+1 pattern of an endpoint, with a clock that the test moves. */
class RepetitionTest {

    private static final Endpoint HOME = new Endpoint("GET", "/", false);
    private static final long MS = 1_000_000;
    private static final Statement ROW_ID = Statement.of("SELECT last_insert_rowid()");
    private static final Statement LINK = Statement.of("INSERT INTO note_tags (note_id, tag_id) VALUES (?, ?)");

    private final TestClock clock = new TestClock();
    private final Monitor monitor = new Monitor(clock, 1000, 10 << 20, false);
    private final Desk desk = new Desk(monitor, Sampling.all(), MonitorTest.LIMITS, unused -> {}, null);

    private static List<QueryTiming> runs(int count, Statement statement) {
        return Collections.nCopies(count, Queries.ran(statement, MS));
    }

    @SafeVarargs
    private static RequestTiming request(List<QueryTiming>... runs) {
        List<QueryTiming> all = new ArrayList<>();
        for (List<QueryTiming> some : runs) {
            all.addAll(some);
        }
        return Requests.ended(HOME, 200, MS, all.toArray(new QueryTiming[0]));
    }

    private RequestTiming accept(RequestTiming request) {
        monitor.accept(request);
        return request;
    }

    private JsonObject found() {
        passSeconds(1);
        return new JsonObject(desk.snapshot(Window.QUARTER, 50))
                .getJsonArray("endpoints")
                .getJsonObject(0)
                .getJsonObject("n_plus_one");
    }

    private void passSeconds(int seconds) {
        for (int i = 0; i < seconds; i++) {
            clock.passSeconds(1);
            desk.tick();
        }
    }

    @Test
    void four_runs_are_none_and_five_are_a_finding_with_its_request_and_time() {
        accept(request(runs(4, Queries.TAGS), runs(1, Queries.BY_SLUG)));
        assertThat(found()).isNull();
        String at = Metric.iso(clock.millis());
        RequestTiming worst = accept(request(runs(14, Queries.TAGS)));
        accept(request(runs(5, Queries.TAGS)));
        JsonObject found = found();
        assertThat(found.getString("text")).isEqualTo("14 × SELECT note_tags in GET /");
        assertThat(found.getInteger("requests")).isEqualTo(2);
        assertThat(found.getString("request_id")).isEqualTo(RequestId.format(worst.id()));
        assertThat(found.getString("at")).isEqualTo(at);
        assertThat(found.getString("last_at")).isEqualTo(at);
    }

    @Test
    void runs_after_the_listed_statements_are_counted_too() {
        accept(request(runs(39, Queries.BY_SLUG), runs(200, Queries.TAGS), runs(3, LINK)));
        assertThat(found().getString("text")).isEqualTo("200 × SELECT note_tags in GET /");
    }

    @Test
    void statements_that_use_no_table_are_never_named() {
        accept(request(
                runs(90, ROW_ID),
                runs(80, Statement.of("BEGIN")),
                runs(70, Statement.of("SELECT name FROM sqlite_schema")),
                runs(60, LINK),
                runs(60, Queries.TAGS)));
        assertThat(found().getString("text")).isEqualTo("60 × SELECT note_tags in GET /");
        accept(request(runs(70, Statement.of("WITH few AS (SELECT 1) SELECT n.id FROM notes n, few"))));
        assertThat(found().getInteger("worst")).isEqualTo(70);
    }

    @Test
    void its_request_opens_after_many_slower_ones() {
        accept(request()); // retained as the random trace of this minute
        RequestTiming worst = accept(request(runs(14, Queries.TAGS)));
        for (int i = 0; i < 2_000; i++) {
            monitor.accept(Requests.ended(HOME, 200, 50 * MS));
        }
        assertThat(found()).isNotNull();
        JsonObject trace = new JsonObject(desk.trace(RequestId.format(worst.id())));
        assertThat(trace.getString("why")).isEqualTo("repeated");
        assertThat(trace.getJsonArray("spans")).hasSize(14);
        desk.clear();
        assertThat(desk.trace(RequestId.format(worst.id()))).isNull();
        assertThat(found()).as("no link to a request that is gone").isNull();
    }

    @Test
    void it_ends_when_twenty_requests_in_a_row_repeat_nothing() {
        accept(request(runs(14, Queries.TAGS)));
        for (int i = 0; i < 19; i++) {
            accept(request(runs(2, Queries.BY_SLUG)));
            accept(request()); // answered from a cache, without statements
        }
        assertThat(found()).isNotNull();
        accept(request(runs(1, Queries.BY_SLUG)));
        assertThat(found()).isNull();
    }

    @Test
    void it_ends_a_quarter_of_an_hour_after_the_last_such_request() {
        accept(request(runs(14, Queries.TAGS)));
        passSeconds(500);
        accept(request(runs(6, Queries.TAGS)));
        passSeconds(600);
        monitor.accept(Requests.ended(HOME, 200, MS));
        assertThat(found().getInteger("worst")).isEqualTo(14);
        passSeconds(400);
        monitor.accept(Requests.ended(HOME, 200, MS));
        assertThat(found()).isNull();
    }

    @Test
    void the_worst_request_of_more_than_a_quarter_of_an_hour_ago_is_replaced() {
        accept(request(runs(14, Queries.TAGS)));
        passSeconds(800);
        accept(request(runs(6, Queries.TAGS)));
        assertThat(found().getInteger("worst")).isEqualTo(14);
        passSeconds(300);
        RequestTiming newer = accept(request(runs(7, Queries.TAGS)));
        assertThat(found().getInteger("worst")).isEqualTo(7);
        assertThat(desk.trace(RequestId.format(newer.id()))).isNotNull();
    }
}
