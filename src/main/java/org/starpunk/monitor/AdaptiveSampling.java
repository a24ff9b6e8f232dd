package org.starpunk.monitor;

import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.monitor.Annotations.AnnotationType;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.SamplingRates;

/**
 * Reduces the monitor's cost when it exceeds 1 % of a core for three minutes. First the interval of live updates grows.
 * If ring buffer and traces are the cause, the sampling rates are halved. Both are undone step by step after three
 * minutes of low cost, and after ten minutes in any case. A configured rate is never lowered. Histograms, counts, slow
 * and failed requests are not affected. The cost is CPU time, so other processes on the machine do not affect it.
 */
final class AdaptiveSampling {

    private static final Logger LOG = LoggerFactory.getLogger(AdaptiveSampling.class);
    private static final double TOO_MUCH_PERCENT = 1.0;
    private static final double CAUSE = 0.5;
    private static final int PATIENCE_MINUTES = 3;
    private static final int TRIAL_MINUTES = 10;
    private static final int MOST_STEPS = 6;
    private static final int SLOWEST_SECONDS = 4;

    private final MonitorState monitor;
    private final SamplingRates sampling;
    private final Map<OperationType, Double> configured;
    private boolean setByPerson;
    private int steps;
    private int updateSeconds = 1;
    private int costly;
    private int cheap;
    private int sinceChange;

    /** @param setByPerson whether the rates are configured; otherwise they are the defaults */
    AdaptiveSampling(MonitorState monitor, SamplingRates sampling, boolean setByPerson) {
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
            relax(); // the reduced part was not the cause
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
        monitor.traces.reduce(steps);
        changed("sampling " + why);
    }

    private void changed(String what) {
        costly = 0;
        cheap = 0;
        sinceChange = 0;
        LOG.info("{}; counts and percentiles stay exact", what);
        monitor.annotations.add(monitor.time.nowMillis(), AnnotationType.SAMPLING, what);
    }

    /**
     * Sets configured rates. They are never lowered afterwards.
     *
     * @throws IllegalArgumentException if a rate is not in 0.0 to 1.0; then no rate is changed
     */
    void configure(Map<OperationType, Double> rates) {
        SamplingRates unused = new SamplingRates(rates, 0);
        configured.putAll(rates);
        setByPerson = true;
        steps = 0;
        monitor.traces.reduce(0);
        apply();
    }

    private void apply() {
        configured.forEach((type, rate) -> sampling.setRate(type, rate / (1 << steps)));
    }

    /** Returns the number of times that the rates are currently halved. */
    int steps() {
        return steps;
    }

    /** Returns the interval of live updates, seconds. */
    int updateSeconds() {
        return updateSeconds;
    }
}
