package org.starpunk.monitor;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.OperationType;

/**
 * Client of the metrics verticle, over the event bus. Futures fail with a {@code ReplyException}: code 400 or 404 for
 * an invalid request, type {@code NO_HANDLERS} or {@code TIMEOUT} if the monitor is not available.
 */
public final class MonitorClient {

    static final String ASK = "starpunk.monitor.ask";
    static final String WATCH = "starpunk.monitor.watch";
    private static final String FRAMES = "starpunk.monitor.frames";

    private static final DeliveryOptions LOCAL =
            new DeliveryOptions().setLocalOnly(true).setSendTimeout(5_000);

    private final Vertx vertx;

    public MonitorClient(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * Returns the address of the live updates of a node or of all nodes, within this process. Null stands for this
     * node.
     */
    static String frames(@Nullable String node) {
        return node == null ? FRAMES : FRAMES + '.' + node;
    }

    /**
     * Returns the snapshot as JSON.
     *
     * @param window {@code 15m}, {@code 1h} or {@code 24h}
     * @param recent number of newest events, at least 0
     * @param node name of a node, {@code all} for the sum of all nodes, null for this node
     */
    public Future<Buffer> snapshot(String window, int recent, @Nullable String node) {
        return request(new JsonObject()
                .put("op", "snapshot")
                .put("window", window)
                .put("recent", recent)
                .put("node", known(node)));
    }

    /**
     * Part of the exported ring buffer, oldest event first.
     *
     * @param text exported text
     * @param next position of the next part; -1 at the end
     */
    public record ExportPart(Buffer text, long next) {}

    /**
     * Exports a part of the ring buffer. Parts limit the memory and the time on the event loop that a large buffer
     * needs.
     *
     * @param format {@code csv} or {@code json}: lines, or objects each followed by a line feed
     * @param type type of the events; null for all
     * @param node name of a node; null for this node
     * @param from position of the part; 0 for the first
     */
    public Future<ExportPart> export(String format, @Nullable String type, @Nullable String node, long from) {
        JsonObject question = new JsonObject()
                .put("op", "export")
                .put("format", format)
                .put("type", type)
                .put("node", known(node))
                .put("from", from);
        return vertx.eventBus()
                .<Buffer>request(ASK, question, LOCAL)
                .map(message -> new ExportPart(
                        message.body(), Long.parseLong(message.headers().get("next"))));
    }

    /**
     * Returns buffered requests by end time and duration as JSON: {@code requests}, newest first, at most 100, and
     * {@code missing}, the names of selected nodes that do not respond.
     *
     * @param node name of a node, {@code all} for all nodes, null for this node
     * @param fromMillis earliest end time, epoch milliseconds
     * @param toMillis latest end time, exclusive, epoch milliseconds
     * @param minMillis shortest duration, milliseconds
     * @param maxMillis longest duration, exclusive, milliseconds
     */
    public Future<Buffer> requests(
            @Nullable String node, long fromMillis, long toMillis, double minMillis, double maxMillis) {
        return request(new JsonObject()
                .put("op", "requests")
                .put("node", known(node))
                .put("from", fromMillis)
                .put("to", toMillis)
                .put("least", minMillis)
                .put("most", maxMillis));
    }

    /** Returns the trace of a request id as JSON. */
    public Future<Buffer> trace(String requestId) {
        return request(new JsonObject().put("op", "trace").put("id", requestId));
    }

    /** Clears ring buffer and traces. */
    public Future<Void> clear() {
        return request(new JsonObject().put("op", "clear")).mapEmpty();
    }

    /** Changes sampling rates and returns the effective ones. */
    public Future<Buffer> sampling(Map<OperationType, Double> rates) {
        JsonObject json = new JsonObject();
        rates.forEach((type, rate) -> json.put(type.jsonName(), rate));
        return request(new JsonObject().put("op", "sampling").put("rates", json));
    }

    /**
     * Metrics in a Prometheus format.
     *
     * @param contentType content type of the format
     * @param text the metrics
     */
    public record Exposition(String contentType, Buffer text) {}

    /**
     * Returns the metrics as text.
     *
     * @param openMetrics whether to use the OpenMetrics format; otherwise the Prometheus text format
     */
    public Future<Exposition> prometheus(boolean openMetrics) {
        return vertx.eventBus()
                .<Buffer>request(ASK, new JsonObject().put("op", "prometheus").put("open_metrics", openMetrics), LOCAL)
                .map(message ->
                        new Exposition(Objects.requireNonNull(message.headers().get("type")), message.body()));
    }

    /** Completes if the metrics verticle replies. */
    public Future<Void> ping() {
        return request(new JsonObject().put("op", "ping")).mapEmpty();
    }

    /**
     * Reports the number of viewers of an HTTP verticle. Live updates are made while there are viewers. The number
     * expires, so it must be reported every 5 s.
     *
     * @param who name of the HTTP verticle
     * @param node view they watch: a node's name or {@code all}, null for this node
     */
    public void watch(String who, int viewers, @Nullable String node) {
        vertx.eventBus()
                .send(
                        WATCH,
                        new JsonObject().put("who", who).put("viewers", viewers).put("node", known(node)),
                        LOCAL);
    }

    /**
     * Subscribes to live updates, at most one per second, in the encoding of server-sent events.
     *
     * @param node name of a node, {@code all} for the sum of all nodes, null for this node
     */
    public MessageConsumer<Buffer> frames(@Nullable String node, Handler<Message<Buffer>> handler) {
        return vertx.eventBus().localConsumer(frames(known(node)), handler);
    }

    /** Returns null without a cluster, because then this node is the only one. */
    private @Nullable String known(@Nullable String node) {
        return vertx.isClustered() ? node : null;
    }

    private Future<Buffer> request(JsonObject question) {
        return vertx.eventBus().<Buffer>request(ASK, question, LOCAL).map(Message::body);
    }
}
