package org.starpunk.telemetry;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * CPU time of the monitor on one event loop. Used by that thread only.
 *
 * <p>The monitor's handlers are timed. That excludes the work of Netty and Vert.x around them: wake up, read, parse,
 * route, write. This work is measured in quiet intervals, in which the loop serves no request of the site between two
 * ticks. All CPU time of a quiet interval belongs to the monitor, except the average of the loop's other timers. In
 * other intervals, the average per request and per handler of the quiet ones is used.
 */
final class EventLoopCost {

    /** Step size of the running median of a quiet interval's CPU time. */
    private static final double MEDIAN_STEP = 0.02;

    /** Factor of the median above which an interval contained more work than a wake-up for a tick. */
    private static final double SAME = 1.5;

    /** Estimate of a request's CPU time outside its handlers, until it is measured on this loop. */
    private static final double FIRST_GUESS_NANOS = 60_000;

    /** Counters of one recorder: accepted requests since the start, and active requests. */
    private record RequestCounts(LongSupplier accepted, LongSupplier active) {}

    private final List<RequestCounts> sources = new ArrayList<>();
    private final Average otherTimers = new Average(0);
    private final Average request = new Average(FIRST_GUESS_NANOS);
    private final Average handler = new Average(0);

    private double wakeUpNanos;
    private long endOfTick = -1;
    private long accepted;
    private long active;
    private boolean siteWasActive;
    private int depth;
    private long timedNanos;
    private int handlers;
    private int requests;

    /** Running mean over about the last 32 values. */
    private static final class Average {
        private static final int VALUES = 32;
        private double mean;
        private int values;

        Average(double first) {
            this.mean = first;
        }

        void add(double value) {
            values = Math.min(values + 1, VALUES);
            mean += (value - mean) / values;
        }
    }

    /** Adds a recorder of this event loop. Its requests include the monitor's own. */
    void observe(LongSupplier acceptedRequests, LongSupplier activeRequests) {
        sources.add(new RequestCounts(acceptedRequests, activeRequests));
    }

    /** Returns whether the handler that starts is not nested in another timed one. */
    boolean enter() {
        return depth++ == 0;
    }

    /** @param nanos CPU time of the handler; -1 if it was nested in another timed one */
    void leave(long nanos) {
        depth--;
        if (nanos >= 0) {
            timedNanos += nanos;
            handlers++;
        }
    }

    void requestStarted() {
        requests++;
        active++;
    }

    void requestEnded() {
        active--;
    }

    /** Returns the number of the monitor's requests since the last tick. */
    int requests() {
        return requests;
    }

    /** Returns the number of all requests since the last tick. */
    long acceptedSinceTick() {
        return sum(true) - accepted;
    }

    /**
     * Returns the monitor's CPU time since the last tick. {@link #tickEnded} starts a new interval. The tick's own time
     * is in neither interval.
     *
     * @param cpuNanos CPU time of the thread
     */
    long tick(long cpuNanos) {
        double nanos = endOfTick < 0 ? timedNanos : since(cpuNanos - endOfTick);
        accepted = sum(true);
        timedNanos = 0;
        handlers = 0;
        requests = 0;
        return Math.round(nanos);
    }

    void tickEnded(long cpuNanos) {
        endOfTick = cpuNanos;
    }

    private double since(long nanos) {
        boolean siteIsActive = sum(false) > active;
        boolean site = siteIsActive || siteWasActive || acceptedSinceTick() > requests;
        siteWasActive = siteIsActive;
        if (site) {
            return timedNanos + (requests > 0 ? requests * request.mean : handlers * handler.mean);
        }
        if (handlers == 0) {
            double wakeUp = wakeUp(nanos);
            double own = nanos < SAME * wakeUp ? nanos : wakeUp;
            otherTimers.add(nanos - own);
            return own;
        }
        double own = Math.max((double) timedNanos, nanos - otherTimers.mean);
        if (requests > 0) {
            request.add((own - timedNanos) / requests);
        } else {
            handler.add((own - timedNanos) / handlers);
        }
        return own;
    }

    /**
     * Returns the CPU time of a wake-up for a tick: the median of quiet intervals. In a few of them the loop also runs
     * other timers, which would raise the mean.
     */
    private double wakeUp(long nanos) {
        if (wakeUpNanos == 0) {
            wakeUpNanos = nanos;
        }
        wakeUpNanos *= nanos > wakeUpNanos ? 1 + MEDIAN_STEP : 1 - MEDIAN_STEP;
        return wakeUpNanos;
    }

    private long sum(boolean ofAccepted) {
        long sum = 0;
        for (RequestCounts source : sources) {
            sum += (ofAccepted ? source.accepted : source.active).getAsLong();
        }
        return sum;
    }
}
