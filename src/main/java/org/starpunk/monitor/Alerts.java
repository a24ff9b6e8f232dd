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
import org.starpunk.monitor.Alert.Rule;

/**
 * Tracks alerts: raises one after enough consecutive values over the limit, keeps its value and text current while it fires,
 * and resolves it after as many values within the limit.
 */
final class Alerts {

    private static final int ENDED = 16;
    private static final int WATCHED = 128;
    private static final int WITH_EVIDENCE = 12;

    /**
     * The result of one evaluation of a rule.
     *
     * @param rule the rule
     * @param subject an endpoint for instance; empty where the rule has only one subject
     * @param bad whether the value is over its limit
     * @param value the value; a larger one is worse
     * @param limit the largest value allowed
     * @param inARow number of consecutive evaluations, over the limit or within it, that change the state
     * @param wording the sentences about it
     */
    record Finding(Rule rule, String subject, boolean bad, double value, double limit, int inARow, Wording wording) {

        private String key() {
            return rule + " " + subject;
        }
    }

    /**
     * The sentences of a finding. {@code %s} stands for the amount.
     *
     * @param present sentence about the newest value, while the alert fires
     * @param past sentence about the worst value, after the end
     * @param amount the value with its unit
     */
    record Wording(String present, String past, String amount) {

        static final Wording NONE = new Wording("", "", "");

        String now() {
            return present.replace("%s", amount);
        }
    }

    private static final class State {
        int bad;
        int good;
        String worstAmount = "";

        @Nullable
        Alert alert;
    }

    private final Map<String, State> states = new LinkedHashMap<>();
    private final List<Alert> ended = new ArrayList<>();
    private final ArrayDeque<Evidence> kept = new ArrayDeque<>();
    private final Function<Finding, Evidence> evidence;
    private final Consumer<Alert> changed;

    /**
     * @param evidence collects what belongs to an alert when it is raised
     * @param changed receives every alert that is raised or resolved
     */
    Alerts(Function<Finding, Evidence> evidence, Consumer<Alert> changed) {
        this.evidence = evidence;
        this.changed = changed;
    }

    /** Evaluates a finding. A rule that was never over its limit takes no memory. */
    void judge(Finding finding, long nowMillis) {
        State state = states.get(finding.key());
        if (state == null) {
            if (!finding.bad || states.size() >= WATCHED) {
                return;
            }
            state = new State();
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

    private void raise(State state, Finding finding, long nowMillis) {
        if (kept.size() == WITH_EVIDENCE) {
            kept.removeFirst().forget();
        }
        kept.addLast(evidence.apply(finding));
        Alert alert = new Alert(
                finding.rule,
                finding.subject,
                nowMillis,
                0,
                finding.value,
                finding.value,
                finding.limit,
                finding.wording.now(),
                kept.getLast());
        state.alert = alert;
        state.worstAmount = finding.wording.amount;
        changed.accept(alert);
    }

    private static Alert refresh(State state, Alert alert, Finding finding) {
        String amount = finding.wording.amount;
        if (finding.value >= alert.worst()) {
            state.worstAmount = amount;
        }
        String worst = state.worstAmount.equals(amount) ? "" : "; " + state.worstAmount + " at worst";
        return alert.refreshed(finding.value, Math.max(finding.value, alert.worst()), finding.wording.now() + worst);
    }

    /**
     * The wall clock was set by some milliseconds.
     *
     * @param moved traces that have been moved already
     */
    void shift(long millis, Collection<Trace> moved) {
        for (State state : states.values()) {
            state.alert = state.alert == null ? null : state.alert.shifted(millis);
        }
        ended.replaceAll(alert -> alert.shifted(millis));
        Set<Trace> done = Collections.newSetFromMap(new IdentityHashMap<>());
        done.addAll(moved);
        kept.forEach(some -> some.shift(millis, done));
    }

    /** Drops the evidence of all alerts: the alerts stay. */
    void forgetEvidence() {
        kept.forEach(Evidence::forget);
        kept.clear();
    }

    private void end(Alert alert) {
        if (ended.size() == ENDED) {
            ended.remove(ENDED - 1);
        }
        ended.add(0, alert);
        changed.accept(alert);
    }

    /** Returns whether an alert of this rule and subject fires. */
    boolean isFiring(Rule rule, String subject) {
        State state = states.get(rule + " " + subject);
        return state != null && state.alert != null;
    }

    /** Firing alerts, in the order in which they were raised. */
    List<Alert> firing() {
        List<Alert> firing = new ArrayList<>();
        for (State state : states.values()) {
            if (state.alert != null) {
                firing.add(state.alert);
            }
        }
        return firing;
    }

    /** Firing alerts, then the newest resolved ones. */
    List<Alert> all() {
        List<Alert> all = firing();
        all.addAll(ended);
        return all;
    }

    /** A request that was kept as evidence, null when there is none of this id. */
    @Nullable
    Trace find(long id) {
        return kept.stream()
                .map(some -> some.find(id))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    int bytes() {
        int bytes = 256 + 200 * states.size();
        for (Evidence some : kept) {
            bytes += some.bytes();
        }
        for (Alert alert : all()) {
            bytes += alert.bytes();
        }
        return bytes;
    }
}
