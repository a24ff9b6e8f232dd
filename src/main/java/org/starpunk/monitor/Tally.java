package org.starpunk.monitor;

/** What happened to one endpoint or one SQL shape in a stretch of time: durations, errors, and bytes or rows. Can be added up. */
final class Tally {

    final Histogram durations = new Histogram();
    long errors;
    long volume;

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

    void merge(Tally other) {
        durations.merge(other.durations);
        errors += other.errors;
        volume += other.volume;
    }

    void clear() {
        durations.clear();
        errors = 0;
        volume = 0;
    }

    long count() {
        return durations.count();
    }

    boolean isEmpty() {
        return durations.count() == 0;
    }

    int bytes() {
        return 32 + durations.bytes();
    }
}
