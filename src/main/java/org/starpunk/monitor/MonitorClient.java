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
 * Asks the metrics verticle, over the event bus. Every answer fails with a {@code ReplyException}: of code 400 or 404 when the
 * question was wrong, of type {@code NO_HANDLERS} or {@code TIMEOUT} when the monitor is not there.
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

    /** Where the frames of a node, or of all, are published within this process; null stands for this node. */
    static String frames(@Nullable String node) {
        return node == null ? FRAMES : FRAMES + '.' + node;
    }

    /**
     * Everything, as JSON.
     *
     * @param window {@code 15m}, {@code 1h} or {@code 24h}
     * @param recent how many of the newest events, at least 0
     * @param node of which node; {@code all} for all of them added up, null for this one
     */
    public Future<Buffer> snapshot(String window, int recent, @Nullable String node) {
        return ask(new JsonObject()
                .put("op", "snapshot")
                .put("window", window)
                .put("recent", recent)
                .put("node", known(node)));
    }

    /**
     * A part of the buffer, oldest first.
     *
     * @param text what has been collected
     * @param next the number to go on from; -1 at the end
     */
    public record Part(Buffer text, long next) {}

    /**
     * Reads the buffer in parts, so that a large one neither holds the event loop nor the heap.
     *
     * @param format {@code csv} or {@code json}: lines, or objects each followed by a line break
     * @param type only events of this type; null for all
     * @param node of which node; null for this one
     * @param from the number to go on from, 0 at the beginning
     */
    public Future<Part> export(String format, @Nullable String type, @Nullable String node, long from) {
        JsonObject question = new JsonObject()
                .put("op", "export")
                .put("format", format)
                .put("type", type)
                .put("node", known(node))
                .put("from", from);
        return vertx.eventBus()
                .<Buffer>request(ASK, question, LOCAL)
                .map(message -> new Part(
                        message.body(), Long.parseLong(message.headers().get("next"))));
    }

    /**
     * The requests of this node's buffer that ended within a time and took so long, newest first, at most a hundred, as an array.
     *
     * @param fromMillis the first moment, epoch milliseconds
     * @param toMillis the moment after the last
     * @param least the shortest duration, milliseconds
     * @param most the duration after the longest, milliseconds
     */
    public Future<Buffer> requests(long fromMillis, long toMillis, double least, double most) {
        return ask(new JsonObject()
                .put("op", "requests")
                .put("from", fromMillis)
                .put("to", toMillis)
                .put("least", least)
                .put("most", most));
    }

    /** One kept request, by the text of its id. */
    public Future<Buffer> trace(String requestId) {
        return ask(new JsonObject().put("op", "trace").put("id", requestId));
    }

    /** Empties the buffer and the traces. */
    public Future<Void> clear() {
        return ask(new JsonObject().put("op", "clear")).mapEmpty();
    }

    /** Changes sampling rates, and answers those now in force. */
    public Future<Buffer> sampling(Map<OperationType, Double> rates) {
        JsonObject json = new JsonObject();
        rates.forEach((type, rate) -> json.put(type.jsonName(), rate));
        return ask(new JsonObject().put("op", "sampling").put("rates", json));
    }

    /**
     * What Prometheus reads.
     *
     * @param contentType the format that was chosen
     */
    public record Exposition(String contentType, Buffer text) {}

    /**
     * The counters, as Prometheus or OpenMetrics text.
     *
     * @param openMetrics whether as OpenMetrics
     */
    public Future<Exposition> prometheus(boolean openMetrics) {
        return vertx.eventBus()
                .<Buffer>request(ASK, new JsonObject().put("op", "prometheus").put("open_metrics", openMetrics), LOCAL)
                .map(message ->
                        new Exposition(Objects.requireNonNull(message.headers().get("type")), message.body()));
    }

    /** Whether the metrics verticle answers. */
    public Future<Void> ping() {
        return ask(new JsonObject().put("op", "ping")).mapEmpty();
    }

    /**
     * Says how many viewers a front door has. Frames are made while there are any; to be said again every 5 s.
     *
     * @param who which front door
     * @param node what they watch: a node's name or {@code all}, null for this node
     */
    public void watch(String who, int viewers, @Nullable String node) {
        vertx.eventBus()
                .send(
                        WATCH,
                        new JsonObject().put("who", who).put("viewers", viewers).put("node", known(node)),
                        LOCAL);
    }

    /**
     * Receives each frame as it goes over the wire, at most one a second.
     *
     * @param node of which node; {@code all} for all of them added up, null for this one
     */
    public MessageConsumer<Buffer> frames(@Nullable String node, Handler<Message<Buffer>> handler) {
        return vertx.eventBus().localConsumer(frames(known(node)), handler);
    }

    /** A process that is alone is all nodes there are. */
    private @Nullable String known(@Nullable String node) {
        return vertx.isClustered() ? node : null;
    }

    private Future<Buffer> ask(JsonObject question) {
        return vertx.eventBus().<Buffer>request(ASK, question, LOCAL).map(Message::body);
    }
}
