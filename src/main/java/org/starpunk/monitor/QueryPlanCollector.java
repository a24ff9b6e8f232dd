package org.starpunk.monitor;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.monitor.Annotations.AnnotationType;
import org.starpunk.telemetry.EventBusAddresses;
import org.starpunk.telemetry.SqlShape;

/**
 * Collects the query plan of each new shape from the store. Repeats the EXPLAIN if the shape was slow or scans tables
 * fully. A few requests per second are sent at most, and the store accepts them only if it has an idle connection. If
 * the store does not reply, plans stay unknown.
 */
final class QueryPlanCollector {

    private static final Logger LOG = LoggerFactory.getLogger(QueryPlanCollector.class);
    private static final Set<String> EXPLAINED = Set.of("SELECT", "UPDATE", "DELETE", "WITH");
    private static final DeliveryOptions LOCAL =
            new DeliveryOptions().setLocalOnly(true).setSendTimeout(5_000);
    private static final int PER_SECOND = 16;
    private static final int AGAIN_SECONDS = 60;
    private static final int ATTEMPTS = 9;

    private final MonitorState monitor;
    private final EventBus bus;

    QueryPlanCollector(MonitorState monitor, EventBus bus) {
        this.monitor = monitor;
        this.bus = bus;
    }

    /** Requests the plans that are due. Must be called once a second. */
    void tick() {
        int asked = 0;
        for (KeyStats<SqlShape> keyStats : monitor.shapes.named()) {
            if (asked < PER_SECOND && wanted(keyStats)) {
                requestPlan(keyStats);
                asked++;
            }
        }
    }

    private boolean wanted(KeyStats<SqlShape> keyStats) {
        boolean due = monitor.site.currentSecond() >= keyStats.planAgainAt;
        return due
                && EXPLAINED.contains(keyStats.key.operation())
                && (keyStats.plan == null
                        ? keyStats.planAttempts < ATTEMPTS
                        : keyStats.turnedSlow || hasGrowingTables(keyStats, keyStats.plan));
    }

    /** Returns whether a shape with a full scan was run since its last EXPLAIN, because its tables may have grown. */
    private static boolean hasGrowingTables(KeyStats<SqlShape> keyStats, StatementPlan plan) {
        return plan.scannedRows() >= 0 && keyStats.count != keyStats.plannedCount;
    }

    private void requestPlan(KeyStats<SqlShape> keyStats) {
        // Retries soon if no connection was idle. A known plan is requested at most once a minute.
        long wait = keyStats.plan == null ? Math.min(AGAIN_SECONDS, 1L << keyStats.planAttempts) : AGAIN_SECONDS;
        keyStats.planAgainAt = monitor.site.currentSecond() + wait;
        keyStats.planAttempts++;
        keyStats.turnedSlow = false;
        // The shape contains a list of placeholders as one sign. A plan does not depend on the length of the list.
        String sql = keyStats.key.sql().replace("(…)", "(?)");
        Future<Message<String>> answer = bus.request(EventBusAddresses.EXPLAIN, sql, LOCAL);
        keyStats.plannedCount = keyStats.count;
        answer.onSuccess(message -> known(keyStats, message.body(), scannedRows(message)));
    }

    private static long scannedRows(Message<String> answer) {
        String rows = answer.headers().get(EventBusAddresses.SCANNED_ROWS);
        return rows == null ? -1 : Long.parseLong(rows);
    }

    private void known(KeyStats<SqlShape> keyStats, String text, long scannedRows) {
        StatementPlan before = keyStats.plan;
        StatementPlan after = before == null ? StatementPlan.first(text, scannedRows) : before.again(text, scannedRows);
        keyStats.plan = after;
        if (before != null && !before.text().equals(after.text())) {
            LOG.warn(
                    "the plan of {} has changed: {}",
                    keyStats.key.name(),
                    after.text().replace("\n", "; "));
            monitor.annotations.add(
                    monitor.time.nowMillis(),
                    AnnotationType.CONFIGURATION,
                    "the plan of " + keyStats.key.name() + " changed");
        }
    }
}
