package org.starpunk.monitor;

import org.starpunk.telemetry.Outcome;

/** What happened to one endpoint or one SQL shape in a stretch of time: durations, errors, and bytes or rows. Can be added up. */
final class Tally {

    final Histogram durations = new Histogram();
    long errors;
    long volume;

    /** Number of errors that are time-outs. */
    long timeouts;

    long clientErrors;
    long clientsGone;
    long refused;

    /** Sum of the times of receiving bodies, nanoseconds. */
    long receiveNanos;

    /** Sum of the times of sending responses, nanoseconds. */
    long sendNanos;

    /**
     * Counts an operation.
     *
     * @param nanos how long it took
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
     * @param nanos time that the server worked on it
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

    /** Adds a request's times of receiving and sending, nanoseconds. */
    void addParts(long receiving, long sending) {
        receiveNanos += receiving;
        sendNanos += sending;
    }

    /** Number of requests of an outcome. */
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

    void merge(Tally other) {
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
