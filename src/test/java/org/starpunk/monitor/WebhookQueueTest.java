package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.starpunk.monitor.Alert.AlertRule;
import org.starpunk.monitor.AlertTracker.RuleFinding;
import org.starpunk.monitor.AlertTracker.RuleWording;

/** Outcomes of posted alerts, with a receiver and a timer of the test. */
class WebhookQueueTest {

    private final List<JsonObject> received = new ArrayList<>();
    private final Deque<Future<Integer>> answers = new ArrayDeque<>();
    private final List<Long> pauses = new ArrayList<>();
    private final Deque<Runnable> later = new ArrayDeque<>();
    private final WebhookQueue webhook = new WebhookQueue(new TestClock(), this::answer, this::after);

    private Future<Integer> answer(JsonObject alert) {
        received.add(alert);
        return answers.isEmpty() ? Future.succeededFuture(200) : answers.remove();
    }

    private void after(long millis, Runnable task) {
        pauses.add(millis);
        later.add(task);
    }

    private static Alert alert(String text) {
        MonitorState monitor = new MonitorState(new TestClock(), 10, 10 << 20, false);
        RuleFinding finding = new RuleFinding(AlertRule.ERROR_RATE, "", true, 0.5, 0.05, 1, RuleWording.NONE);
        AlertContext alertContext = AlertContext.of(monitor, finding, 1_000_000_000L);
        return new Alert(AlertRule.ERROR_RATE, "", 1_795_250_000_000L, 0, 0.5, 0.75, 0.05, text, alertContext);
    }

    private String lastError() {
        return webhook.toJson().getString("last_error");
    }

    @Test
    void an_alert_is_posted_without_its_evidence() {
        webhook.send(alert("half of it fails"));
        assertThat(received)
                .singleElement()
                .isEqualTo(new JsonObject()
                        .put("rule", "error_rate")
                        .put("subject", "")
                        .put("state", "firing")
                        .put("text", "half of it fails")
                        .put("since", "2026-11-21T08:33:20.000Z")
                        .put("ended_at", null)
                        .put("value", 0.5)
                        .put("worst", 0.75)
                        .put("limit", 0.05));
        assertThat(webhook.toJson().getLong("sent")).isOne();
    }

    @Test
    void what_fails_is_tried_again_after_longer_and_longer_pauses_and_given_up() {
        for (int i = 0; i < 5; i++) {
            answers.add(i % 2 == 0 ? Future.succeededFuture(503) : Future.failedFuture("connection refused"));
        }
        webhook.send(alert("one"));
        webhook.send(alert("two"));
        while (!later.isEmpty()) {
            assertThat(webhook.toJson().getLong("waiting")).isEqualTo(2);
            later.remove().run();
        }
        assertThat(pauses).containsExactly(1_000L, 4_000L, 16_000L, 64_000L);
        assertThat(received).hasSize(6);
        assertThat(webhook.toJson().getLong("failed")).isOne();
        assertThat(webhook.toJson().getLong("sent")).as("the next one").isOne();
        assertThat(webhook.toJson().getLong("waiting")).isZero();
    }

    @Test
    void what_the_receiver_calls_wrong_is_not_sent_again() {
        answers.add(Future.succeededFuture(404));
        webhook.send(alert("to nobody"));
        assertThat(later).isEmpty();
        assertThat(lastError()).isEqualTo("the receiver responded with 404");
        assertThat(webhook.toJson().getLong("failed")).isOne();
    }

    @Test
    void while_the_receiver_is_silent_only_some_alerts_wait() {
        Promise<Integer> silent = Promise.promise();
        answers.add(silent.future());
        for (int i = 0; i < 1_000; i++) {
            webhook.send(alert("number " + i));
        }
        assertThat(webhook.toJson().getLong("waiting")).isEqualTo(17);
        assertThat(webhook.toJson().getLong("failed")).isEqualTo(1_000 - 17);
        silent.complete(200);
        assertThat(received).hasSize(17);
        assertThat(received.get(16).getString("text")).isEqualTo("number 999");
    }
}
