package org.starpunk.monitor;

import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.monitor.Markers.Kind;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.Sampling;

/**
 * Lowers the sampling of ring and traces by halves while the monitor takes more than its share of the process's work, and raises
 * it again. Histograms and counts are never touched. Both are CPU time, so that a machine that is busy with something else changes
 * nothing.
 */
final class SelfRestraint {

    private static final Logger LOG = LoggerFactory.getLogger(SelfRestraint.class);
    private static final double TOO_MUCH = 0.01;
    private static final double LITTLE = 0.004;
    private static final int MOST_STEPS = 6;

    private final Monitor monitor;
    private final Sampling sampling;
    private final Map<OperationType, Double> configured;
    private int steps;

    SelfRestraint(Monitor monitor, Sampling sampling) {
        this.monitor = monitor;
        this.sampling = sampling;
        this.configured = new EnumMap<>(sampling.rates());
    }

    /** A minute is over: the share is looked at. */
    void minute() {
        if (!monitor.cost.processBusy()) {
            return;
        }
        double share = monitor.cost.workShare();
        if (share > TOO_MUCH && steps < MOST_STEPS) {
            step(steps + 1, "lowered: the monitor took over 1 % of the work");
        } else if (share >= 0 && share < LITTLE && steps > 0) {
            step(steps - 1, "raised again: the monitor takes little of the work");
        }
    }

    private void step(int newSteps, String why) {
        steps = newSteps;
        apply();
        monitor.traces.thin(steps);
        LOG.info("sampling {}; counts and percentiles stay exact", why);
        monitor.markers.add(monitor.clock.millis(), Kind.SAMPLING, "sampling " + why);
    }

    /**
     * Takes rates given by a person; they are lowered by as much as is needed at present.
     *
     * @throws IllegalArgumentException when one is not from 0.0 to 1.0; then none has changed
     */
    void configure(Map<OperationType, Double> rates) {
        Sampling unused = new Sampling(rates, 0);
        configured.putAll(rates);
        apply();
    }

    private void apply() {
        configured.forEach((type, rate) -> sampling.setRate(type, rate / (1 << steps)));
    }

    /** How often the rates are halved at present. */
    int steps() {
        return steps;
    }
}
