package org.starpunk.monitor;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts alerts to a URL, one after the other. What fails is tried again after a pause that grows, and given up in the end; when too
 * many wait, the oldest of them is left out. Both are counted and shown. Used on the metrics verticle's event loop only.
 */
final class Webhook {

    private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);
    private static final int MOST_WAITING = 16;
    private static final long[] PAUSES = {1_000, 4_000, 16_000, 64_000};
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY = 429;

    /** Runs something later. */
    interface Timer {
        void after(long millis, Runnable task);
    }

    private final Clock clock;
    private final Function<JsonObject, Future<Integer>> post;
    private final Timer timer;
    private final ArrayDeque<JsonObject> waiting = new ArrayDeque<>();
    private boolean busy;
    private long sent;
    private long failed;
    private long lastMillis;
    private @Nullable String lastError;

    /**
     * @param post posts a JSON object; completes with the status of the answer, and fails where there was none
     * @param timer runs a further attempt
     */
    Webhook(Clock clock, Function<JsonObject, Future<Integer>> post, Timer timer) {
        this.clock = clock;
        this.post = post;
        this.timer = timer;
    }

    /** An alert was raised, or has ended. */
    void send(Alert alert) {
        if (waiting.size() == MOST_WAITING) {
            waiting.removeFirst();
            failed++;
            lastError = "too many alerts were waiting: the oldest was left out";
        }
        waiting.addLast(alert.posted());
        next();
    }

    private void next() {
        JsonObject alert = busy ? null : waiting.poll();
        if (alert != null) {
            busy = true;
            attempt(alert, 0);
        }
    }

    private void attempt(JsonObject alert, int number) {
        Future<Integer> unused =
                Future.succeededFuture(alert.copy()).compose(post).onComplete(done -> answered(alert, number, done));
    }

    private void answered(JsonObject alert, int number, AsyncResult<Integer> done) {
        lastMillis = clock.millis();
        int status = done.succeeded() ? done.result() : 0;
        if (status >= 200 && status < 300) {
            sent++;
            lastError = null;
        } else {
            lastError = done.succeeded()
                    ? "it answered " + status
                    : String.valueOf(done.cause().getMessage());
            if (mayHelp(status) && number < PAUSES.length) {
                timer.after(PAUSES[number], () -> attempt(alert, number + 1));
                return;
            }
            failed++;
            LOG.warn("an alert could not be posted to METRICS_ALERT_WEBHOOK, and is given up: {}", lastError);
        }
        busy = false;
        next();
    }

    /** Whether a further attempt may help: not where the receiver has said that the request itself is wrong. */
    private static boolean mayHelp(int status) {
        return status < 300 || status >= 500 || status == REQUEST_TIMEOUT || status == TOO_MANY;
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("sent", sent)
                .put("failed", failed)
                .put("waiting", waiting.size() + (busy ? 1 : 0))
                .put("last_at", lastMillis == 0 ? null : Metric.iso(lastMillis))
                .put("last_error", lastError);
    }
}
