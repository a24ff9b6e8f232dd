package org.starpunk.monitor;

/**
 * From where on the monitor speaks up.
 *
 * @param p99Nanos p99 of an endpoint over a minute
 * @param errorShare share of requests that fail over a minute, 0.0 to 1.0
 * @param slowQueries slow statements in a minute
 * @param lagNanos how late an event loop's timer may be
 * @param leastCount requests that a minute must have to be judged by p99 or share of errors
 * @param inARow how many bad minutes in a row raise an alert, and how many good ones end it
 */
record AlertLimits(long p99Nanos, double errorShare, int slowQueries, long lagNanos, int leastCount, int inARow) {

    static final AlertLimits DEFAULT = new AlertLimits(500_000_000L, 0.05, 5, 200_000_000L, 20, 2);
}
