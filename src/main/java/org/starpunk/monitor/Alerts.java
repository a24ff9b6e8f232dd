package org.starpunk.monitor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.starpunk.monitor.Alert.Rule;

/** Raises an alert when something was bad often enough in a row, and ends it when it was good as often. */
final class Alerts {

    private static final int ENDED = 16;
    private static final int WATCHED = 128;
    private static final int WITH_EVIDENCE = 12;

    /**
     * One judgement.
     *
     * @param rule what is watched
     * @param subject which one, empty where there is only one
     * @param bad whether it is past its limit
     * @param value what was seen
     * @param limit what is allowed
     * @param inARow how often it has to be bad, or good, before the state changes
     * @param text a sentence for a person, used when it is bad
     */
    record Finding(Rule rule, String subject, boolean bad, double value, double limit, int inARow, String text) {

        private String key() {
            return rule + " " + subject;
        }
    }

    private static final class State {
        int bad;
        int good;

        @Nullable
        Alert alert;
    }

    private final Map<String, State> states = new LinkedHashMap<>();
    private final ArrayDeque<Alert> ended = new ArrayDeque<>();
    private final ArrayDeque<Evidence> kept = new ArrayDeque<>();
    private final Function<Finding, Evidence> evidence;
    private final Consumer<Alert> changed;

    /**
     * @param evidence gathers what is known at the moment when an alert is raised
     * @param changed is told of every alert that is raised or ended
     */
    Alerts(Function<Finding, Evidence> evidence, Consumer<Alert> changed) {
        this.evidence = evidence;
        this.changed = changed;
    }

    /** Takes a judgement; what was never bad costs nothing. */
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
                end(alert.ended(nowMillis));
            }
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
                finding.limit,
                finding.text,
                kept.getLast());
        state.alert = alert;
        changed.accept(alert);
    }

    private void end(Alert alert) {
        if (ended.size() == ENDED) {
            ended.removeLast();
        }
        ended.addFirst(alert);
        changed.accept(alert);
    }

    /** Those that last, in the order in which they were raised. */
    List<Alert> firing() {
        List<Alert> firing = new ArrayList<>();
        for (State state : states.values()) {
            if (state.alert != null) {
                firing.add(state.alert);
            }
        }
        return firing;
    }

    /** Those that last, and then the newest that have ended. */
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
        int bytes = 256 + 160 * states.size();
        for (Evidence some : kept) {
            bytes += some.bytes();
        }
        for (Alert alert : all()) {
            bytes += alert.bytes();
        }
        return bytes;
    }
}
