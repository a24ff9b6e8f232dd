package org.starpunk.monitor;

import org.starpunk.telemetry.Outcome;

/** Statistics of operations in a period: durations, errors, outcomes, and bytes or rows. Tallies can be merged. */
final class DurationStats {

    final DurationHistogram durations = new DurationHistogram();
    long errors;
    long volume;

    /** Number of errors that are timeouts. */
    long timeouts;

    long clientErrors;
    long clientsGone;
    long refused;

    /** Sum of the times for receiving bodies, nanoseconds. */
    long receiveNanos;

    /** Sum of the times for sending responses, nanoseconds. */
    long sendNanos;

    /**
     * Counts an operation.
     *
     * @param nanos duration, nanoseconds
     * @param failed whether it is an error
     * @param amount bytes of a response, or rows of a statement
     */
    void add(long nanos, boolean failed, long amount) {
        durations.add(nanos);
        if (failed) {
            errors++;
        }
        volume += amount;
    }

    /**
     * Counts a request.
     *
     * @param nanos time that the server worked on it, nanoseconds
     * @param amount bytes of the response
     */
    void add(long nanos, Outcome outcome, long amount) {
        add(nanos, outcome.isFailure(), amount);
        switch (outcome) {
            case OK, SERVER_ERROR -> {}
            case CLIENT_ERROR -> clientErrors++;
            case CLIENT_GONE -> clientsGone++;
            case TIMEOUT -> timeouts++;
            case REFUSED -> refused++;
        }
    }

    /** Adds the times for receiving the body and sending the response, nanoseconds. */
    void addParts(long receiving, long sending) {
        receiveNanos += receiving;
        sendNanos += sending;
    }

    /** Returns the number of requests with an outcome. */
    long count(Outcome outcome) {
        return switch (outcome) {
            case OK -> count() - errors - clientErrors - clientsGone - refused;
            case CLIENT_ERROR -> clientErrors;
            case CLIENT_GONE -> clientsGone;
            case SERVER_ERROR -> errors - timeouts;
            case TIMEOUT -> timeouts;
            case REFUSED -> refused;
        };
    }

    void merge(DurationStats other) {
        timeouts += other.timeouts;
        clientErrors += other.clientErrors;
        clientsGone += other.clientsGone;
        refused += other.refused;
        receiveNanos += other.receiveNanos;
        sendNanos += other.sendNanos;
        durations.merge(other.durations);
        errors += other.errors;
        volume += other.volume;
    }

    void clear() {
        durations.clear();
        errors = 0;
        volume = 0;
        timeouts = 0;
        clientErrors = 0;
        clientsGone = 0;
        refused = 0;
        receiveNanos = 0;
        sendNanos = 0;
    }

    long count() {
        return durations.count();
    }

    boolean isEmpty() {
        return durations.count() == 0;
    }

    int bytes() {
        return 80 + durations.bytes();
    }
}
