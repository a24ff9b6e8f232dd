package org.starpunk.monitor.web;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;
import org.starpunk.monitor.MonitorClient;
import org.starpunk.monitor.MonitorClient.ExportPart;
import org.starpunk.telemetry.MonitorCost;

/** Streams the export of the ring buffer in parts, at the client's speed. Memory use is limited to one part. */
final class ExportStream {

    private final MonitorClient monitor;
    private final MonitorCost cost;
    private final RoutingContext ctx;
    private final boolean csv;
    private final @Nullable String type;
    private boolean started;

    ExportStream(MonitorClient monitor, MonitorCost cost, RoutingContext ctx, boolean csv) {
        this.monitor = monitor;
        this.cost = cost;
        this.ctx = ctx;
        this.csv = csv;
        this.type = ctx.request().getParam("type");
    }

    void send() {
        read(0);
    }

    private void read(long from) {
        monitor.export(csv ? "csv" : "json", type, ctx.request().getParam(MonitorRoutes.NODE), from)
                .onSuccess(cost.timed(this::part))
                .onFailure(this::failed);
    }

    private void failed(Throwable failure) {
        if (ctx.response().headWritten()) {
            ctx.response().reset();
        } else {
            MonitorErrorHandler.answer(ctx, failure);
        }
    }

    private void part(ExportPart part) {
        HttpServerResponse response = ctx.response();
        if (response.closed()) {
            return;
        }
        if (!response.headWritten()) {
            response.setChunked(true)
                    .putHeader("Content-Type", csv ? "text/csv; charset=utf-8; header=present" : "application/json")
                    .putHeader("Content-Disposition", "attachment; filename=\"metrics." + (csv ? "csv" : "json") + '"');
        }
        Buffer text = csv ? part.text() : array(part);
        if (part.next() < 0) {
            response.end(text);
            return;
        }
        Future<Void> written = response.write(text);
        written.onSuccess(unused -> read(part.next()));
    }

    /** Converts lines of objects to elements of one array. */
    private Buffer array(ExportPart part) {
        StringBuilder text = new StringBuilder(started ? "" : "[");
        for (String line : part.text().toString().split("\n")) {
            if (!line.isEmpty()) {
                text.append(started ? ",\n" : "\n").append(line);
                started = true;
            }
        }
        started = true;
        return Buffer.buffer(text.append(part.next() < 0 ? "\n]\n" : "").toString());
    }
}
