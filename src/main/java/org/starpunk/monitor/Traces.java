package org.starpunk.monitor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.starpunk.monitor.Trace.Why;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.Sampling;
import org.starpunk.telemetry.Statement;

/**
 * Retained traces, at most {@value #MOST}: the slowest of each endpoint, failed requests, and one random request per
 * minute.
 */
final class Traces {

    static final int MOST = 100;

    private static final int PER_ENDPOINT = 5;
    private static final int WORST = 70;
    private static final int ERRORS = 20;
    private static final int RANDOM = 10;
    private static final long WORST_FOR_MILLIS = 3_600_000;

    /** Slowest traces of each endpoint, slowest first. */
    private final Map<Endpoint, List<Trace>> worst = new HashMap<>();

    private final ArrayDeque<Trace> errors = new ArrayDeque<>();
    private final ArrayDeque<Trace> random = new ArrayDeque<>();
    private boolean randomDue = true;
    private double share = 1;

    /**
     * Retains a request if it qualifies.
     *
     * @param endpoint endpoint of the request, or the endpoint {@code other}
     * @param atMillis end time, epoch milliseconds
     */
    void offer(RequestTiming request, Endpoint endpoint, Rows<Statement> shapes, long atMillis) {
        if (!request.kept() && !Sampling.isChosen(request.id(), share)) {
            return;
        }
        if (request.failed()) {
            keep(errors, ERRORS, new Trace(request, endpoint, Why.ERROR, shapes, atMillis));
            return;
        }
        if (randomDue) {
            randomDue = false;
            keep(random, RANDOM, new Trace(request, endpoint, Why.RANDOM, shapes, atMillis));
            return;
        }
        offerWorst(request, endpoint, shapes, atMillis);
    }

    private void offerWorst(RequestTiming request, Endpoint endpoint, Rows<Statement> shapes, long atMillis) {
        List<Trace> list = worst.get(endpoint);
        if (list == null) {
            if (worst.size() >= WORST) {
                return;
            }
            list = new ArrayList<>(PER_ENDPOINT);
            worst.put(endpoint, list);
        }
        int most = Math.min(PER_ENDPOINT, WORST / worst.size());
        if (list.size() >= most && request.durationNanos() <= list.get(most - 1).durationNanos) {
            return;
        }
        Trace trace = new Trace(request, endpoint, Why.WORST, shapes, atMillis);
        int place = list.size();
        while (place > 0 && list.get(place - 1).durationNanos < trace.durationNanos) {
            place--;
        }
        list.add(place, trace);
        trim(most);
    }

    /** Limits the traces of each endpoint. The limit falls as the number of endpoints grows. */
    private void trim(int most) {
        for (List<Trace> list : worst.values()) {
            while (list.size() > most) {
                list.remove(list.size() - 1);
            }
        }
    }

    private static void keep(ArrayDeque<Trace> traces, int most, Trace trace) {
        if (traces.size() >= most) {
            traces.removeFirst();
        }
        traces.addLast(trace);
    }

    /**
     * Considers only one request in 2^steps. The selection is the same as for events, so that traces and ring buffer
     * have the same requests. Slow and failed requests are not affected.
     */
    void thin(int steps) {
        share = 1.0 / (1 << steps);
    }

    /** Ends a minute: allows another random trace, and removes slowest traces older than an hour. */
    void roll(long nowMillis) {
        randomDue = true;
        for (List<Trace> list : worst.values()) {
            list.removeIf(trace -> nowMillis - trace.atMillis > WORST_FOR_MILLIS);
        }
        worst.values().removeIf(List::isEmpty);
    }

    /** Returns the trace of this id; null if there is none. */
    @Nullable
    Trace find(long id) {
        for (Trace trace : all()) {
            if (trace.id == id) {
                return trace;
            }
        }
        return null;
    }

    /** Returns all traces, newest first. */
    List<Trace> all() {
        List<Trace> all = new ArrayList<>(errors);
        all.addAll(random);
        worst.values().forEach(all::addAll);
        all.sort(Comparator.comparingLong((Trace trace) -> trace.atMillis).reversed());
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
        for (Trace trace : all()) {
            bytes += trace.bytes();
        }
        return bytes;
    }
}
