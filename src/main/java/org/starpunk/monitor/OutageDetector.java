package org.starpunk.monitor;

import java.util.Arrays;
import org.starpunk.telemetry.Endpoint;

/**
 * Detects an outage on a site whose requests are too few for a rate per minute: five consecutive failures, or at least
 * three failures that are over half of the requests of the last fifteen minutes. The outage ends after five consecutive
 * successes, or after fifteen minutes without a failure.
 */
final class OutageDetector {

    /** Number of consecutive failures that form an outage, and of consecutive successes that end it. */
    static final int IN_A_ROW = 5;

    static final int BYTES = 64 + 2 * (16 + 4 * 15);

    private static final int MINUTES = 15;
    private static final int LEAST_FAILURES = 3;

    private final int[] requestsOf = new int[MINUTES];
    private final int[] failuresOf = new int[MINUTES];
    private int place;
    private int requests;
    private int failures;
    private int failedInARow;
    private int succeededInARow;

    /** Counts a request for its endpoint and, unless the endpoint is a probe, for the site. */
    void request(KeyStats<Endpoint> endpoint, boolean failed) {
        endpoint.countResult(failed);
        if (!endpoint.probe) {
            count(failed);
        }
    }

    private void count(boolean failed) {
        requestsOf[place]++;
        requests++;
        if (failed) {
            failuresOf[place]++;
            failures++;
            failedInARow++;
            succeededInARow = 0;
        } else {
            failedInARow = 0;
            succeededInARow++;
            if (failures > 0 && succeededInARow >= IN_A_ROW) {
                clear();
            }
        }
    }

    private void clear() {
        Arrays.fill(requestsOf, 0);
        Arrays.fill(failuresOf, 0);
        requests = 0;
        failures = 0;
        failedInARow = 0;
    }

    /** Drops the oldest minute and starts a new one. */
    void endMinute() {
        place = (place + 1) % MINUTES;
        requests -= requestsOf[place];
        failures -= failuresOf[place];
        requestsOf[place] = 0;
        failuresOf[place] = 0;
        if (failures == 0) {
            failedInARow = 0;
        }
    }

    boolean failing() {
        return failedInARow >= IN_A_ROW || (failures >= LEAST_FAILURES && 2 * failures > requests);
    }

    /** Returns the number of requests in the last 15 minutes, or since the last recovery. */
    int requests() {
        return requests;
    }

    int failures() {
        return failures;
    }

    /** Returns the share of failed requests, 0.0 to 1.0. */
    double share() {
        return requests == 0 ? 0 : (double) failures / requests;
    }
}
