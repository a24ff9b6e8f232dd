package org.starpunk.monitor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.starpunk.monitor.Alert.AlertRule;

/**
 * Tracks alerts. Raises an alert after enough consecutive values over the limit, updates its value and text while it
 * fires, and resolves it after as many values within the limit.
 */
final class AlertTracker {

    private static final int ENDED = 16;
    private static final int WATCHED = 128;
    private static final int WITH_EVIDENCE = 12;

    /**
     * Result of one evaluation of a rule.
     *
     * @param rule the rule
     * @param subject the endpoint; empty if the rule has only one subject
     * @param bad whether the value is over its limit
     * @param value the value; larger is worse
     * @param limit largest value allowed
     * @param inARow number of consecutive evaluations, over the limit or within it, that change the state
     * @param wording sentences about the value
     */
    record RuleFinding(
            AlertRule rule, String subject, boolean bad, double value, double limit, int inARow, RuleWording wording) {

        private String key() {
            return rule + " " + subject;
        }
    }

    /**
     * Sentences of a finding. {@code %s} is replaced by the amount.
     *
     * @param present sentence about the newest value, while the alert fires
     * @param past sentence about the worst value, after the end
     * @param amount value with its unit
     */
    record RuleWording(String present, String past, String amount) {

        static final RuleWording NONE = new RuleWording("", "", "");

        String now() {
            return present.replace("%s", amount);
        }
    }

    private static final class TrackedAlert {
        int bad;
        int good;
        String worstAmount = "";

        @Nullable
        Alert alert;
    }

    private final Map<String, TrackedAlert> states = new LinkedHashMap<>();
    private final List<Alert> ended = new ArrayList<>();
    private final ArrayDeque<AlertContext> retainedEvidence = new ArrayDeque<>();
    private final Function<RuleFinding, AlertContext> evidence;
    private final Consumer<Alert> changed;

    /**
     * @param evidence collects the evidence of an alert that is raised
     * @param changed receives every alert that is raised or resolved
     */
    AlertTracker(Function<RuleFinding, AlertContext> evidence, Consumer<Alert> changed) {
        this.evidence = evidence;
        this.changed = changed;
    }

    /** Evaluates a finding. A rule that was never over its limit takes no memory. */
    void evaluate(RuleFinding finding, long nowMillis) {
        TrackedAlert state = states.get(finding.key());
        if (state == null) {
            if (!finding.bad || states.size() >= WATCHED) {
                return;
            }
            state = new TrackedAlert();
            states.put(finding.key(), state);
        }
        state.bad = finding.bad ? state.bad + 1 : 0;
        state.good = finding.bad ? 0 : state.good + 1;
        Alert alert = state.alert;
        if (alert == null && state.bad >= finding.inARow) {
            raise(state, finding, nowMillis);
        } else if (state.good >= finding.inARow) {
            states.remove(finding.key());
            if (alert != null) {
                String past = finding.wording.past.replace("%s", state.worstAmount);
                end(alert.resolved(nowMillis, finding.value, past));
            }
        } else if (alert != null) {
            state.alert = refresh(state, alert, finding);
        }
    }

    private void raise(TrackedAlert state, RuleFinding finding, long nowMillis) {
        if (retainedEvidence.size() == WITH_EVIDENCE) {
            retainedEvidence.removeFirst().clear();
        }
        retainedEvidence.addLast(evidence.apply(finding));
        Alert alert = new Alert(
                finding.rule,
                finding.subject,
                nowMillis,
                0,
                finding.value,
                finding.value,
                finding.limit,
                finding.wording.now(),
                retainedEvidence.getLast());
        state.alert = alert;
        state.worstAmount = finding.wording.amount;
        changed.accept(alert);
    }

    private Alert refresh(TrackedAlert state, Alert alert, RuleFinding finding) {
        if (alert.evidence().awaitsTraces(finding.rule()) && retainedEvidence.contains(alert.evidence())) {
            alert.evidence().addTraces(evidence.apply(finding));
        }
        String amount = finding.wording.amount;
        if (finding.value >= alert.worst()) {
            state.worstAmount = amount;
        }
        String worst = state.worstAmount.equals(amount) ? "" : "; " + state.worstAmount + " at worst";
        return alert.refreshed(finding.value, Math.max(finding.value, alert.worst()), finding.wording.now() + worst);
    }

    /**
     * Shifts the times of all alerts after an adjustment of the wall clock.
     *
     * @param moved traces that were shifted already
     */
    void shift(long millis, Collection<RequestTrace> moved) {
        for (TrackedAlert state : states.values()) {
            state.alert = state.alert == null ? null : state.alert.shifted(millis);
        }
        ended.replaceAll(alert -> alert.shifted(millis));
        Set<RequestTrace> done = Collections.newSetFromMap(new IdentityHashMap<>());
        done.addAll(moved);
        retainedEvidence.forEach(some -> some.shift(millis, done));
    }

    /** Drops the evidence of all alerts. The alerts stay. */
    void evictEvidence() {
        retainedEvidence.forEach(AlertContext::clear);
        retainedEvidence.clear();
    }

    private void end(Alert alert) {
        if (ended.size() == ENDED) {
            ended.remove(ENDED - 1);
        }
        ended.add(0, alert);
        changed.accept(alert);
    }

    boolean isFiring(AlertRule rule, String subject) {
        TrackedAlert state = states.get(rule + " " + subject);
        return state != null && state.alert != null;
    }

    /** Returns the firing alerts, in the order in which they were raised. */
    List<Alert> firing() {
        List<Alert> firing = new ArrayList<>();
        for (TrackedAlert state : states.values()) {
            if (state.alert != null) {
                firing.add(state.alert);
            }
        }
        return firing;
    }

    /** Returns the firing alerts, then the newest resolved ones. */
    List<Alert> all() {
        List<Alert> all = firing();
        all.addAll(ended);
        return all;
    }

    /** Returns the trace of this id from the evidence of an alert; null if there is none. */
    @Nullable
    RequestTrace find(long id) {
        return retainedEvidence.stream()
                .map(some -> some.find(id))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    int bytes() {
        int bytes = 256 + 200 * states.size();
        for (AlertContext some : retainedEvidence) {
            bytes += some.bytes();
        }
        for (Alert alert : all()) {
            bytes += alert.bytes();
        }
        return bytes;
    }
}
