package org.starpunk.monitor;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.OperationType;

/** Handles the requests of a {@link MonitorClient}: decodes them, calls the {@link MonitorService} and replies. */
final class MonitorRequestHandler {

    private static final int WRONG = 400;
    private static final int ABSENT = 404;
    static final int MAX_REQUESTS = 100;

    private final MonitorState monitor;
    private final MonitorService service;
    private final Supplier<MetricSnapshots> more;

    /** @param more supplies the Prometheus metrics of other parts of the server */
    MonitorRequestHandler(MonitorState monitor, MonitorService service, Supplier<MetricSnapshots> more) {
        this.more = more;
        this.monitor = monitor;
        this.service = service;
    }

    void answer(Message<JsonObject> message) {
        JsonObject question = message.body();
        try {
            switch (question.getString("op")) {
                case "snapshot" -> snapshot(message, question);
                case "export" -> export(message, question);
                case "requests" ->
                    message.reply(new JsonObject()
                            .put("requests", requests(question))
                            .put("missing", new JsonArray())
                            .toBuffer());
                case "trace" ->
                    reply(message, service.trace(question.getString("id")), "this request was not retained");
                case "clear" -> clear(message);
                case "sampling" -> message.reply(service.rates(rates(question.getJsonObject("rates"))));
                case "prometheus" -> prometheus(message, question);
                case "ping" -> message.reply(Buffer.buffer());
                default -> message.fail(WRONG, "unknown operation");
            }
        } catch (IllegalArgumentException e) {
            message.fail(WRONG, e.getMessage());
        }
    }

    private static void reply(Message<JsonObject> message, @Nullable Buffer answer, String absent) {
        if (answer == null) {
            message.fail(ABSENT, absent);
        } else {
            message.reply(answer);
        }
    }

    private void snapshot(Message<JsonObject> message, JsonObject question) {
        TimeWindow window = TimeWindow.of(question.getString("window"));
        if (window == null) {
            throw new IllegalArgumentException(
                    "window must be 15m, 1h or 24h, but was " + question.getString("window"));
        }
        message.reply(service.snapshot(window, Math.max(0, question.getInteger("recent"))));
    }

    /** Returns buffered requests of this node by end time and duration, newest first. */
    JsonArray requests(JsonObject question) {
        long from = question.getLong("from");
        long to = question.getLong("to");
        double least = question.getDouble("least") * 1e6;
        double most = question.getDouble("most") * 1e6;
        EventRingBuffer ring = monitor.ring;
        JsonArray found = new JsonArray();
        for (long number = ring.end() - 1; number >= ring.begin() && found.size() < MAX_REQUESTS; number--) {
            long at = ring.atMillis(number);
            long took = ring.durationNanos(number);
            if (ring.type(number) == OperationType.HTTP && at >= from && at < to && took >= least && took < most) {
                found.add(ring.get(number).toJson());
            }
        }
        return found;
    }

    private void prometheus(Message<JsonObject> message, JsonObject question) {
        PrometheusExporter.PrometheusText read = new PrometheusExporter(
                        monitor, Objects.requireNonNull(monitor.prometheusHistograms))
                .text(question.getBoolean("open_metrics"), more.get());
        message.reply(read.text(), new DeliveryOptions().setLocalOnly(true).addHeader("type", read.contentType()));
    }

    private void clear(Message<JsonObject> message) {
        service.clear();
        message.reply(Buffer.buffer());
    }

    private void export(Message<JsonObject> message, JsonObject question) {
        String typeName = question.getString("type");
        OperationType type = typeName == null ? null : type(typeName);
        EventExporter export = new EventExporter(monitor.ring, "csv".equals(question.getString("format")), type);
        long next = export.part(question.getLong("from"));
        message.reply(export.text(), new DeliveryOptions().setLocalOnly(true).addHeader("next", Long.toString(next)));
    }

    private static OperationType type(String name) {
        for (OperationType type : OperationType.values()) {
            if (type.jsonName().equals(name)) {
                return type;
            }
        }
        throw new IllegalArgumentException("type must be database, http or render, but was " + name);
    }

    private static Map<OperationType, Double> rates(JsonObject json) {
        Map<OperationType, Double> rates = new EnumMap<>(OperationType.class);
        for (String name : json.fieldNames()) {
            rates.put(type(name), json.getDouble(name));
        }
        return rates;
    }
}
