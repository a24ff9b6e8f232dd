package org.starpunk.monitor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.starpunk.monitor.RequestTrace.RetentionReason;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.SamplingRates;
import org.starpunk.telemetry.SqlShape;

/**
 * Retained traces, at most {@value #MAX_TRACES}: the slowest of each endpoint, failed requests, and one random request per
 * minute.
 */
final class TraceStore {

    static final int MAX_TRACES = 100;

    private static final int PER_ENDPOINT = 5;
    private static final int WORST = 70;
    private static final int ERRORS = 20;
    private static final int RANDOM = 10;
    private static final long WORST_FOR_MILLIS = 3_600_000;

    /** Slowest traces of each endpoint, slowest first. */
    private final Map<Endpoint, List<RequestTrace>> worst = new HashMap<>();

    private final ArrayDeque<RequestTrace> errors = new ArrayDeque<>();
    private final ArrayDeque<RequestTrace> random = new ArrayDeque<>();
    private boolean randomDue = true;
    private double share = 1;

    /**
     * Retains a request if it qualifies.
     *
     * @param endpoint endpoint of the request, or the endpoint {@code other}
     * @param atMillis end time, epoch milliseconds
     */
    void offer(RequestTiming request, Endpoint endpoint, BoundedStatsTable<SqlShape> shapes, long atMillis) {
        if (!request.isRetained() && !SamplingRates.isChosen(request.id(), share)) {
            return;
        }
        if (request.failed()) {
            retain(errors, ERRORS, new RequestTrace(request, endpoint, RetentionReason.ERROR, shapes, atMillis));
            return;
        }
        if (randomDue) {
            randomDue = false;
            retain(random, RANDOM, new RequestTrace(request, endpoint, RetentionReason.RANDOM, shapes, atMillis));
            return;
        }
        offerWorst(request, endpoint, shapes, atMillis);
    }

    private void offerWorst(
            RequestTiming request, Endpoint endpoint, BoundedStatsTable<SqlShape> shapes, long atMillis) {
        List<RequestTrace> list = worst.get(endpoint);
        if (list == null) {
            if (worst.size() >= WORST) {
                return;
            }
            list = new ArrayList<>(PER_ENDPOINT);
            worst.put(endpoint, list);
        }
        int max = Math.min(PER_ENDPOINT, WORST / worst.size());
        if (list.size() >= max && request.durationNanos() <= list.get(max - 1).durationNanos) {
            return;
        }
        RequestTrace trace = new RequestTrace(request, endpoint, RetentionReason.WORST, shapes, atMillis);
        int place = list.size();
        while (place > 0 && list.get(place - 1).durationNanos < trace.durationNanos) {
            place--;
        }
        list.add(place, trace);
        evictOver(max);
    }

    /** Limits the traces of each endpoint. The limit falls as the number of endpoints grows. */
    private void evictOver(int max) {
        for (List<RequestTrace> list : worst.values()) {
            while (list.size() > max) {
                list.remove(list.size() - 1);
            }
        }
    }

    private static void retain(ArrayDeque<RequestTrace> traces, int max, RequestTrace trace) {
        if (traces.size() >= max) {
            traces.removeFirst();
        }
        traces.addLast(trace);
    }

    /**
     * Considers only one request in 2^steps. The selection is the same as for events, so that traces and ring buffer
     * have the same requests. Slow and failed requests are not affected.
     */
    void reduce(int steps) {
        share = 1.0 / (1 << steps);
    }

    /** Ends a minute: allows another random trace, and removes slowest traces older than an hour. */
    void expire(long nowMillis) {
        randomDue = true;
        for (List<RequestTrace> list : worst.values()) {
            list.removeIf(trace -> nowMillis - trace.atMillis > WORST_FOR_MILLIS);
        }
        worst.values().removeIf(List::isEmpty);
    }

    /** Returns the trace of this id; null if there is none. */
    @Nullable
    RequestTrace find(long id) {
        for (RequestTrace trace : all()) {
            if (trace.id == id) {
                return trace;
            }
        }
        return null;
    }

    /** Returns all traces, newest first. */
    List<RequestTrace> all() {
        List<RequestTrace> all = new ArrayList<>(errors);
        all.addAll(random);
        worst.values().forEach(all::addAll);
        all.sort(
                Comparator.comparingLong((RequestTrace trace) -> trace.atMillis).reversed());
        return all;
    }

    /** Shifts all times after an adjustment of the wall clock. */
    void shift(long millis) {
        all().forEach(trace -> trace.atMillis += millis);
    }

    void clear() {
        worst.clear();
        errors.clear();
        random.clear();
        randomDue = true;
    }

    int bytes() {
        int bytes = 1024 + 96 * worst.size();
        for (RequestTrace trace : all()) {
            bytes += trace.bytes();
        }
        return bytes;
    }
}
