package org.starpunk.monitor;

import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.SqlShape;

/** Creates timings of executed statements for tests. */
final class TestQueries {

    static final SqlShape BY_SLUG = SqlShape.of("SELECT id, html FROM notes WHERE slug = ?");
    static final SqlShape TAGS = SqlShape.of("SELECT tag FROM note_tags WHERE note_id = ?");

    private TestQueries() {}

    /** Returns the timing of a successful statement. */
    static QueryTiming ran(SqlShape shape, long executeNanos) {
        return ran(shape, executeNanos, null, false);
    }

    static QueryTiming slow(SqlShape shape, long executeNanos) {
        return ran(shape, executeNanos, null, true);
    }

    static QueryTiming failed(SqlShape shape, String error) {
        return ran(shape, 30_000, error, false);
    }

    /** Returns a statement that has waited for a connection. */
    static QueryTiming waited(SqlShape shape, long waitNanos, long executeNanos) {
        return timing(shape, waitNanos, executeNanos, null, false);
    }

    private static QueryTiming ran(SqlShape shape, long executeNanos, @Nullable String error, boolean slow) {
        return timing(shape, 20_000, executeNanos, error, slow);
    }

    private static QueryTiming timing(
            SqlShape shape, long waitNanos, long executeNanos, @Nullable String error, boolean slow) {
        return new QueryTiming(
                shape, 1_795_250_000_000L, 1_000_500_000L, waitNanos, executeNanos, 3, 1, error, slow, 99, true);
    }
}
