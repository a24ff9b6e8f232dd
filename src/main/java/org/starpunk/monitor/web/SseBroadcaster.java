package org.starpunk.monitor.web;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.monitor.MonitorClient;
import org.starpunk.telemetry.EventBusAddresses;
import org.starpunk.telemetry.MonitorCost;

/** Viewers of the live updates on one HTTP verticle. */
final class SseBroadcaster {

    /*
     * The metrics verticle encodes a live update once and publishes it. This class only writes it, to each viewer whose
     * socket has room. A slow viewer misses updates and costs no memory, because each update is complete in itself. A
     * write takes about 15 µs, so a thousand of them would delay other requests. After every AT_ONCE writes
     * there is a pause, in which the event loop serves others. Subscription and timers exist only while there are
     * viewers.
     */
    static final int MAX_VIEWERS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(SseBroadcaster.class);
    private static final long PING_MILLIS = 15_000;
    private static final long WATCH_MILLIS = 5_000;
    private static final long ALLOWED_MILLIS = 60_000;
    private static final int AT_ONCE = 32;
    private static final long PAUSE_MILLIS = 1;
    private static final int QUEUE_BYTES = 64 * 1024;
    private static final Buffer RETRY = Buffer.buffer("retry: 2000\n\n");
    private static final Buffer PING = Buffer.buffer(": ping\n\n");
    private static final int RECENT = 50;

    private final Vertx vertx;
    private final MonitorClient monitor;
    private final MonitorCost cost;
    private final @Nullable String node;
    private final Function<RoutingContext, Future<Boolean>> allowed;
    private final String name = UUID.randomUUID().toString();
    private final Set<StreamViewer> viewers = new LinkedHashSet<>();
    private final List<Long> timers = new ArrayList<>();
    private @Nullable MessageConsumer<Buffer> frames;
    private @Nullable MessageConsumer<Object> logouts;
    private boolean fetching;
    private boolean writing;
    private long lastFrame;

    /** A viewer. It is greeted once the snapshot is sent. */
    private static final class StreamViewer {
        final RoutingContext ctx;
        final HttpServerResponse response;
        boolean greeted;

        StreamViewer(RoutingContext ctx) {
            this.ctx = ctx;
            this.response = ctx.response();
        }
    }

    /**
     * @param allowed returns whether a request may continue to watch
     * @param node view they watch: a node's name or {@code all}, null for this node
     */
    SseBroadcaster(
            Vertx vertx,
            MonitorClient monitor,
            Function<RoutingContext, Future<Boolean>> allowed,
            @Nullable String node) {
        this.vertx = vertx;
        this.monitor = monitor;
        this.cost = MonitorCost.of(vertx);
        this.allowed = allowed;
        this.node = node;
    }

    /** Responds to a request with the stream. */
    void addViewer(RoutingContext ctx) {
        if (ctx.response().closed()) { // disconnected during authentication, before the end handler was set
            return;
        }
        if (viewers.size() >= MAX_VIEWERS) {
            ctx.fail(new HttpException(503, "too many viewers are connected"));
            return;
        }
        StreamViewer viewer = new StreamViewer(ctx);
        HttpServerResponse response = viewer.response;
        ctx.addEndHandler(unused -> removeViewer(viewer));
        response.setWriteQueueMaxSize(QUEUE_BYTES);
        response.setChunked(true)
                .putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Accel-Buffering", "no");
        response.write(RETRY);
        viewers.add(viewer);
        if (viewers.size() == 1) {
            open();
        }
        monitor.watch(name, viewers.size(), node);
        sendSnapshot();
    }

    private void open() {
        frames = monitor.frames(node, cost.timed(this::frame));
        logouts = vertx.eventBus().localConsumer(EventBusAddresses.CLEAR_METRICS, unused -> check());
        timers.add(vertx.setPeriodic(PING_MILLIS, cost.timed(unused -> write(PING))));
        timers.add(vertx.setPeriodic(WATCH_MILLIS, unused -> monitor.watch(name, viewers.size(), node)));
        timers.add(vertx.setPeriodic(ALLOWED_MILLIS, unused -> check()));
    }

    private void removeViewer(StreamViewer viewer) {
        if (!viewers.remove(viewer)) {
            return;
        }
        monitor.watch(name, viewers.size(), node);
        if (viewers.isEmpty()) {
            closeAll();
        }
    }

    private void closeAll() {
        timers.forEach(vertx::cancelTimer);
        timers.clear();
        if (frames != null) {
            frames.unregister();
        }
        if (logouts != null) {
            logouts.unregister();
        }
    }

    /** Sends the snapshot to the viewers without one. One request serves all of them. */
    private void sendSnapshot() {
        if (!fetching) {
            fetching = true;
            monitor.snapshot("15m", RECENT, node)
                    .onComplete(unused -> fetching = false)
                    .onSuccess(cost.timed(this::sendSnapshot));
        }
    }

    private void sendSnapshot(Buffer snapshot) {
        Buffer event = Buffer.buffer(snapshot.length() + 64)
                .appendString("event: snapshot\ndata: ")
                .appendBuffer(snapshot)
                .appendString("\n\n");
        for (StreamViewer viewer : viewers) {
            if (!viewer.greeted) {
                viewer.greeted = true;
                viewer.response.write(event);
            }
        }
    }

    private void frame(Message<Buffer> message) {
        long number = Long.parseLong(message.headers().get("number"));
        if (number <= lastFrame) { // the metrics verticle has restarted, so the snapshots are obsolete
            viewers.forEach(viewer -> viewer.greeted = false);
        }
        lastFrame = number;
        if (viewers.stream().anyMatch(viewer -> !viewer.greeted)) {
            sendSnapshot();
        }
        write(message.body());
    }

    /** Writes to all viewers. Skips the update if the previous one is still being written. */
    private void write(Buffer text) {
        if (!writing) {
            writing = true;
            write(text, List.copyOf(viewers), 0);
        }
    }

    private void write(Buffer text, List<StreamViewer> all, int from) {
        int to = Math.min(from + AT_ONCE, all.size());
        for (StreamViewer viewer : all.subList(from, to)) {
            if (viewer.greeted && viewers.contains(viewer) && !viewer.response.writeQueueFull()) {
                viewer.response.write(text);
            }
        }
        if (to < all.size()) {
            vertx.setTimer(PAUSE_MILLIS, cost.timed(unused -> write(text, all, to)));
        } else {
            writing = false;
        }
    }

    /**
     * Checks each viewer's access again: once a minute, and immediately after a session has ended. Only a definite
     * refusal ends a stream. A failed check is repeated later.
     */
    void check() {
        for (StreamViewer viewer : List.copyOf(viewers)) {
            allowed.apply(viewer.ctx)
                    .onSuccess(may -> dismissUnless(may, viewer))
                    .onFailure(error ->
                            LOG.debug("the access of a viewer could not be checked; the next check follows", error));
        }
    }

    private void dismissUnless(boolean may, StreamViewer viewer) {
        if (!may) {
            dismiss(viewer, "logout");
        }
    }

    private void dismiss(StreamViewer viewer, String reason) {
        removeViewer(viewer);
        if (!viewer.response.ended() && !viewer.response.closed()) {
            viewer.response.end("event: bye\ndata: {\"reason\":\"" + reason + "\"}\n\n");
        }
    }

    /** Ends all streams with the reason that the server stops. */
    void close() {
        for (StreamViewer viewer : List.copyOf(viewers)) {
            dismiss(viewer, "stopping");
        }
    }

    int size() {
        return viewers.size();
    }
}
