package org.starpunk;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.RequestTiming;

/** A recorder that is switched between on and off while the server runs; each request ends with the one that it began with. */
final class SwitchableRecorder implements Recorder {

    private static volatile boolean on;

    private final Recorder live;
    private final Recorder none = Recorder.none();

    SwitchableRecorder(Recorder live) {
        this.live = live;
    }

    static void turn(boolean newOn) {
        on = newOn;
    }

    private Recorder now(@Nullable RequestTiming request) {
        return (request == null ? on : request.startNanos() != 0) ? live : none;
    }

    @Override
    public Recorder forVerticle(String verticle) {
        live.forVerticle(verticle);
        return this;
    }

    @Override
    public RequestTiming requestStarted() {
        return now(null).requestStarted();
    }

    @Override
    public void requestEnded(RequestTiming request, Endpoint endpoint, int status, long in, long out) {
        now(request).requestEnded(request, endpoint, status, in, out);
    }

    @Override
    public void query(QueryTiming query) {
        live.query(query);
    }

    @Override
    public long now() {
        return now(null).now();
    }

    @Override
    public boolean sample(OperationType type, long requestId) {
        return now(null).sample(type, requestId);
    }

    @Override
    public long slowQueryNanos() {
        return live.slowQueryNanos();
    }

    @Override
    public boolean record(OperationType type, String name, long nanos, Map<String, Object> metadata, boolean force) {
        return now(null).record(type, name, nanos, metadata, force);
    }

    @Override
    public void gauge(String name, long value) {
        live.gauge(name, value);
    }

    @Override
    public void close() {
        live.close();
    }
}
