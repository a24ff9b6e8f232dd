package org.starpunk.monitor;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.monitor.Markers.Kind;
import org.starpunk.telemetry.Addresses;
import org.starpunk.telemetry.Statement;

/**
 * Collects the query plan of each new shape from the store. Repeats the EXPLAIN if the shape was slow or scans tables
 * fully. A few requests per second are sent at most, and the store accepts them only if it has an idle connection. If
 * the store does not reply, plans stay unknown.
 */
final class Plans {

    private static final Logger LOG = LoggerFactory.getLogger(Plans.class);
    private static final Set<String> EXPLAINED = Set.of("SELECT", "UPDATE", "DELETE", "WITH");
    private static final DeliveryOptions LOCAL =
            new DeliveryOptions().setLocalOnly(true).setSendTimeout(5_000);
    private static final int PER_SECOND = 16;
    private static final int AGAIN_SECONDS = 60;
    private static final int ATTEMPTS = 9;

    private final Monitor monitor;
    private final EventBus bus;

    Plans(Monitor monitor, EventBus bus) {
        this.monitor = monitor;
        this.bus = bus;
    }

    /** Requests the plans that are due. Must be called once a second. */
    void tick() {
        int asked = 0;
        for (Row<Statement> row : monitor.shapes.named()) {
            if (asked < PER_SECOND && wanted(row)) {
                ask(row);
                asked++;
            }
        }
    }

    private boolean wanted(Row<Statement> row) {
        boolean due = monitor.site.second() >= row.planAgainAt;
        return due
                && EXPLAINED.contains(row.key.operation())
                && (row.plan == null ? row.planAttempts < ATTEMPTS : row.turnedSlow || hasGrowingTables(row, row.plan));
    }

    /** Returns whether a shape with a full scan was run since its last EXPLAIN, because its tables may have grown. */
    private static boolean hasGrowingTables(Row<Statement> row, Plan plan) {
        return plan.scannedRows() >= 0 && row.count != row.plannedCount;
    }

    private void ask(Row<Statement> row) {
        // Retries soon if no connection was idle. A known plan is requested at most once a minute.
        long wait = row.plan == null ? Math.min(AGAIN_SECONDS, 1L << row.planAttempts) : AGAIN_SECONDS;
        row.planAgainAt = monitor.site.second() + wait;
        row.planAttempts++;
        row.turnedSlow = false;
        // The shape contains a list of placeholders as one sign. A plan does not depend on the length of the list.
        String sql = row.key.sql().replace("(…)", "(?)");
        Future<Message<String>> answer = bus.request(Addresses.EXPLAIN, sql, LOCAL);
        row.plannedCount = row.count;
        answer.onSuccess(message -> known(row, message.body(), scannedRows(message)));
    }

    private static long scannedRows(Message<String> answer) {
        String rows = answer.headers().get(Addresses.SCANNED_ROWS);
        return rows == null ? -1 : Long.parseLong(rows);
    }

    private void known(Row<Statement> row, String text, long scannedRows) {
        Plan before = row.plan;
        Plan after = before == null ? Plan.first(text, scannedRows) : before.again(text, scannedRows);
        row.plan = after;
        if (before != null && !before.text().equals(after.text())) {
            LOG.warn(
                    "the plan of {} has changed: {}",
                    row.key.name(),
                    after.text().replace("\n", "; "));
            monitor.markers.add(
                    monitor.time.nowMillis(), Kind.CONFIGURATION, "the plan of " + row.key.name() + " changed");
        }
    }
}
