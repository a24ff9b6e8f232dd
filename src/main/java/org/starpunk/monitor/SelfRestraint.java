package org.starpunk.monitor;

import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.monitor.Markers.Kind;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.Sampling;

/**
 * Lowers the monitor's cost when it takes over 1 % of a core for three minutes: live updates come less often first, and when ring and
 * traces are the cause, sampling is halved. Both are undone step by step after three minutes of low cost, and after ten minutes in any
 * case. A rate that a person set is never lowered. Histograms, counts, slow and failed requests are not affected. Cost is CPU time, so
 * other programs on the machine have no influence.
 */
final class SelfRestraint {

    private static final Logger LOG = LoggerFactory.getLogger(SelfRestraint.class);
    private static final double TOO_MUCH_PERCENT = 1.0;
    private static final double CAUSE = 0.5;
    private static final int PATIENCE_MINUTES = 3;
    private static final int TRIAL_MINUTES = 10;
    private static final int MOST_STEPS = 6;
    private static final int SLOWEST_SECONDS = 4;

    private final Monitor monitor;
    private final Sampling sampling;
    private final Map<OperationType, Double> configured;
    private boolean setByPerson;
    private int steps;
    private int updateSeconds = 1;
    private int costly;
    private int cheap;
    private int sinceChange;

    /** @param setByPerson whether the rates were configured, and are not the defaults */
    SelfRestraint(Monitor monitor, Sampling sampling, boolean setByPerson) {
        this.monitor = monitor;
        this.sampling = sampling;
        this.setByPerson = setByPerson;
        this.configured = new EnumMap<>(sampling.rates());
    }

    /**
     * Evaluates the cost of the last minute.
     *
     * @param viewers number of viewers of the live updates
     */
    void minute(int viewers) {
        boolean tooMuch = monitor.cost.cpuPercent() > TOO_MUCH_PERCENT;
        costly = tooMuch ? costly + 1 : 0;
        cheap = tooMuch ? 0 : cheap + 1;
        sinceChange++;
        if (costly >= PATIENCE_MINUTES) {
            restrain(viewers);
        } else if (cheap >= PATIENCE_MINUTES || sinceChange >= TRIAL_MINUTES) {
            relax();
        }
    }

    private void restrain(int viewers) {
        if (viewers > 0 && updateSeconds < SLOWEST_SECONDS) {
            update(updateSeconds * 2);
        } else if (!setByPerson
                && steps < MOST_STEPS
                && monitor.cost.ringPercent() >= CAUSE * monitor.cost.cpuPercent()) {
            sample(steps + 1, "lowered: ring and traces took over half of more than 1 % of a core for three minutes");
        } else if (sinceChange >= TRIAL_MINUTES) {
            relax(); // the lowered part is not the cause
        }
    }

    private void relax() {
        if (steps > 0) {
            sample(steps - 1, "raised again");
        } else if (updateSeconds > 1) {
            update(updateSeconds / 2);
        }
    }

    private void update(int seconds) {
        updateSeconds = seconds;
        changed("live updates every " + seconds + " s");
    }

    private void sample(int newSteps, String why) {
        steps = newSteps;
        apply();
        monitor.traces.thin(steps);
        changed("sampling " + why);
    }

    private void changed(String what) {
        costly = 0;
        cheap = 0;
        sinceChange = 0;
        LOG.info("{}; counts and percentiles stay exact", what);
        monitor.markers.add(monitor.time.nowMillis(), Kind.SAMPLING, what);
    }

    /**
     * Takes rates set by a person; from then on they are never lowered.
     *
     * @throws IllegalArgumentException when one is not from 0.0 to 1.0; then none has changed
     */
    void configure(Map<OperationType, Double> rates) {
        Sampling unused = new Sampling(rates, 0);
        configured.putAll(rates);
        setByPerson = true;
        steps = 0;
        monitor.traces.thin(0);
        apply();
    }

    private void apply() {
        configured.forEach((type, rate) -> sampling.setRate(type, rate / (1 << steps)));
    }

    /** Number of times that the rates are halved now. */
    int steps() {
        return steps;
    }

    /** Seconds from one live update to the next. */
    int updateSeconds() {
        return updateSeconds;
    }
}
