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
 * Queue that posts alerts to a URL, one after the other. A failed post is repeated after increasing delays, then
 * dropped. A full queue drops its oldest alert. Dropped alerts are counted and shown. Not thread-safe: it belongs to
 * the event loop of the metrics verticle.
 */
final class WebhookQueue {

    private static final Logger LOG = LoggerFactory.getLogger(WebhookQueue.class);
    private static final int MOST_WAITING = 16;
    private static final long[] PAUSES = {1_000, 4_000, 16_000, 64_000};
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY = 429;

    /** Runs a task after a delay. */
    interface DelayedRunner {
        void runAfter(long millis, Runnable task);
    }

    private final TimeSource clock;
    private final Function<JsonObject, Future<Integer>> post;
    private final DelayedRunner timer;
    private final ArrayDeque<JsonObject> waiting = new ArrayDeque<>();
    private boolean busy;
    private long sent;
    private long failed;
    private long lastMillis;
    private @Nullable String lastError;

    /**
     * @param post posts a JSON object; completes with the status of the response, fails if there was none
     * @param timer schedules a further attempt
     */
    WebhookQueue(TimeSource clock, Function<JsonObject, Future<Integer>> post, DelayedRunner timer) {
        this.clock = clock;
        this.post = post;
        this.timer = timer;
    }

    /** Queues an alert that was raised or resolved. */
    void send(Alert alert) {
        if (waiting.size() == MOST_WAITING) {
            waiting.removeFirst();
            failed++;
            lastError = "too many alerts were waiting: the oldest was dropped";
        }
        waiting.addLast(alert.webhookJson());
        postNext();
    }

    private void postNext() {
        JsonObject alert = busy ? null : waiting.poll();
        if (alert != null) {
            busy = true;
            attempt(alert, 0);
        }
    }

    private void attempt(JsonObject alert, int number) {
        Future<Integer> unused =
                Future.succeededFuture(alert.copy()).compose(post).onComplete(done -> completed(alert, number, done));
    }

    private void completed(JsonObject alert, int number, AsyncResult<Integer> done) {
        lastMillis = clock.millis();
        int status = done.succeeded() ? done.result() : 0;
        if (status >= 200 && status < 300) {
            sent++;
            lastError = null;
        } else {
            lastError = done.succeeded()
                    ? "the receiver responded with " + status
                    : String.valueOf(done.cause().getMessage());
            if (mayHelp(status) && number < PAUSES.length) {
                timer.runAfter(PAUSES[number], () -> attempt(alert, number + 1));
                return;
            }
            failed++;
            LOG.warn("an alert could not be posted to METRICS_ALERT_WEBHOOK and was dropped: {}", lastError);
        }
        busy = false;
        postNext();
    }

    /** Returns whether a further attempt may succeed. It cannot if the receiver has rejected the request itself. */
    private static boolean mayHelp(int status) {
        return status < 300 || status >= 500 || status == REQUEST_TIMEOUT || status == TOO_MANY;
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("sent", sent)
                .put("failed", failed)
                .put("waiting", waiting.size() + (busy ? 1 : 0))
                .put("last_at", lastMillis == 0 ? null : EventView.iso(lastMillis))
                .put("last_error", lastError);
    }
}
