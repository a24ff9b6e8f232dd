package org.starpunk.telemetry;

import java.util.Map;

/** Recorder for a disabled monitor. It only assigns request ids. */
final class NoopRecorder implements Recorder {

    static final NoopRecorder INSTANCE = new NoopRecorder();

    private NoopRecorder() {}

    @Override
    public RequestTiming requestStarted() {
        RequestTiming request = new RequestTiming(this);
        request.id = RequestId.next();
        return request;
    }

    @Override
    public void requestEnded(
            RequestTiming request, Endpoint endpoint, int status, long requestBytes, long responseBytes) {}

    @Override
    public void query(QueryTiming query) {}

    @Override
    public long now() {
        return 0;
    }

    @Override
    public boolean sample(OperationType type, long requestId) {
        return false;
    }

    @Override
    public long slowQueryNanos() {
        return Long.MAX_VALUE;
    }

    @Override
    public boolean record(
            OperationType type, String name, long durationNanos, Map<String, Object> metadata, boolean force) {
        return false;
    }

    @Override
    public void gauge(String name, long value) {}

    @Override
    public void close() {}
}
