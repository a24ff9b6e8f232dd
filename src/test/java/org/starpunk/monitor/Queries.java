package org.starpunk.monitor;

import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.Statement;

/** Creates timings of executed statements for tests. */
final class Queries {

    static final Statement BY_SLUG = Statement.of("SELECT id, html FROM notes WHERE slug = ?");
    static final Statement TAGS = Statement.of("SELECT tag FROM note_tags WHERE note_id = ?");

    private Queries() {}

    /** Returns the timing of a successful statement. */
    static QueryTiming ran(Statement statement, long executeNanos) {
        return ran(statement, executeNanos, null, false);
    }

    static QueryTiming slow(Statement statement, long executeNanos) {
        return ran(statement, executeNanos, null, true);
    }

    static QueryTiming failed(Statement statement, String error) {
        return ran(statement, 30_000, error, false);
    }

    /** Returns a statement that has waited for a connection. */
    static QueryTiming waited(Statement statement, long waitNanos, long executeNanos) {
        return timing(statement, waitNanos, executeNanos, null, false);
    }

    private static QueryTiming ran(Statement statement, long executeNanos, @Nullable String error, boolean slow) {
        return timing(statement, 20_000, executeNanos, error, slow);
    }

    private static QueryTiming timing(
            Statement statement, long waitNanos, long executeNanos, @Nullable String error, boolean slow) {
        return new QueryTiming(
                statement, 1_795_250_000_000L, 1_000_500_000L, waitNanos, executeNanos, 3, 1, error, slow, 99, true);
    }
}
