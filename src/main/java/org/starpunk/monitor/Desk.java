package org.starpunk.monitor;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.starpunk.config.AlertSettings;
import org.starpunk.monitor.Markers.Kind;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.RequestId;
import org.starpunk.telemetry.Sampling;
import org.starpunk.telemetry.SiteCondition;

/**
 * Service of the monitor on one node: evaluates alerts each second, builds snapshots and live updates, and changes the
 * sampling rates.
 */
final class Desk {

    /** Number of newest events in the state for other nodes. */
    private static final int RECENT = 50;

    private final Monitor monitor;
    private final SelfRestraint restraint;
    private final @Nullable Webhook webhook;
    private final Alerts alerts;
    private final AlertRules rules;
    private final ResourceRules resources;
    private final Summary summary;
    private final Snapshot snapshot;
    private final Watchers watchers;
    private @Nullable Peers peers;
    private long seen;
    private int frameBytes;
    private long frameMicros;
    private @Nullable Buffer cached;
    private long cachedAt;
    private int cachedRecent;

    /**
     * @param changed receives every alert that is raised or resolved
     * @param webhook also receives every alert; null if not configured
     */
    Desk(Monitor monitor, Sampling sampling, AlertSettings limits, Consumer<Alert> changed, @Nullable Webhook webhook) {
        this(monitor, sampling, false, limits, changed, webhook);
    }

    /** @param ratesAreSet whether the sampling rates are configured */
    Desk(
            Monitor monitor,
            Sampling sampling,
            boolean ratesAreSet,
            AlertSettings limits,
            Consumer<Alert> changed,
            @Nullable Webhook webhook) {
        this.monitor = monitor;
        monitor.slowNanos = sampling::slowQueryNanos;
        this.watchers = new Watchers(monitor.clock);
        this.restraint = new SelfRestraint(monitor, sampling, ratesAreSet);
        this.webhook = webhook;
        this.alerts = new Alerts(
                finding -> Evidence.of(monitor, finding, sampling.slowQueryNanos()),
                webhook == null ? changed : changed.andThen(webhook::send));
        monitor.clockListener = millis -> alerts.shift(millis, monitor.traces.all());
        this.rules = new AlertRules(monitor, alerts, limits);
        this.resources = new ResourceRules(monitor, alerts, limits);
        this.summary = new Summary(monitor, alerts, limits);
        this.snapshot = new Snapshot(monitor, this, sampling);
    }

    /** Advances the monitor and evaluates the alert rules. Must be called once a second. */
    void tick() {
        long before = monitor.site.minute();
        monitor.tick();
        rules.second();
        if (monitor.site.minute() > before) {
            rules.minute();
            restraint.minute(watchers.count());
        }
        cached = null;
    }

    /** Evaluates a reading of disk and backup. */
    void condition(SiteCondition condition) {
        resources.condition(condition);
    }

    /** Evaluates the memory rules after a reading. */
    void memoryRead() {
        resources.memory();
    }

    /**
     * Sets the number of viewers.
     *
     * @param who sender of the number, an HTTP verticle
     */
    void watched(String who, int viewers) {
        watchers.watched(who, viewers);
    }

    /** Returns the number of viewers. */
    int viewers() {
        return watchers.count();
    }

    /** Returns the next live update, encoded as a server-sent event; null if there is no viewer or no update is due. */
    @Nullable
    Buffer frame() {
        if (watchers.count() == 0 || monitor.site.second() % restraint.updateSeconds() != 0) {
            return null;
        }
        long start = monitor.clock.nanos();
        JsonObject frame = named(Frame.make(monitor, summary, alerts.firing(), seen));
        seen = monitor.ring.end();
        Buffer event = Buffer.buffer("id: " + monitor.frame + "\nevent: frame\ndata: " + frame.encode() + "\n\n");
        frameBytes = event.length();
        frameMicros = (monitor.clock.nanos() - start) / 1_000;
        return event;
    }

    /** Joins a cluster. From now on JSON names the node and lists the other nodes. */
    void join(Peers others) {
        peers = others;
    }

    private JsonObject named(JsonObject json) {
        return peers == null ? json : json.put("node", peers.name()).put("nodes", peers.toJson());
    }

    /** Returns the encoded state of this node, for other nodes. */
    byte[] state() {
        monitor.settle();
        return State.write(monitor, snapshot.lists(Window.QUARTER, RECENT));
    }

    /** Returns the snapshot of a merged monitor as JSON, without recent events. */
    JsonObject json(Window window) {
        return snapshot.toJson(window, 0);
    }

    /** Returns the snapshot as JSON. The result for 15 minutes is cached until the next second. */
    Buffer snapshot(Window window, int recent) {
        Buffer known = cached;
        if (known != null && window == Window.QUARTER && recent == cachedRecent && cachedAt == monitor.site.second()) {
            return known;
        }
        Buffer made = named(snapshot.toJson(window, recent)).toBuffer();
        if (window == Window.QUARTER) {
            cached = made;
            cachedRecent = recent;
            cachedAt = monitor.site.second();
        }
        return made;
    }

    /**
     * Returns the trace of a request, or a trace assembled from its events in the ring buffer; null if there is
     * neither.
     */
    @Nullable
    Buffer trace(String requestId) {
        long id = RequestId.parse(requestId);
        Trace kept = monitor.trace(id);
        Trace trace = kept == null ? alerts.find(id) : kept;
        JsonObject json = trace == null ? BufferedTrace.of(monitor.ring, requestId) : Json.trace(trace);
        return json == null ? null : json.toBuffer();
    }

    /** Clears ring buffer and traces, and drops the evidence of alerts. */
    void clear() {
        monitor.clear();
        alerts.forgetEvidence();
        cached = null;
        seen = monitor.ring.end();
        monitor.markers.add(monitor.time.nowMillis(), Kind.CLEAR, "buffer, traces and evidence cleared");
    }

    /**
     * Changes sampling rates.
     *
     * @return the effective rates as JSON
     * @throws IllegalArgumentException if a rate is not in 0.0 to 1.0; then no rate is changed
     */
    Buffer rates(Map<OperationType, Double> rates) {
        restraint.configure(rates);
        JsonObject now = snapshot.stats().getJsonObject("sampling_rates");
        monitor.markers.add(monitor.time.nowMillis(), Kind.SAMPLING, "sampling rates set to " + now.encode());
        cached = null;
        return now.toBuffer();
    }

    Alerts alerts() {
        return alerts;
    }

    Summary summary() {
        return summary;
    }

    /** Returns delivery statistics of the webhook; null if it is not configured. */
    @Nullable
    JsonObject webhook() {
        return webhook == null ? null : webhook.toJson();
    }

    int frameBytes() {
        return frameBytes;
    }

    long frameMicros() {
        return frameMicros;
    }

    int updateSeconds() {
        return restraint.updateSeconds();
    }

    int samplingLowered() {
        return restraint.steps();
    }

    /** Returns the retained size in bytes, including the recorders. */
    long retainedBytes() {
        return monitor.retainedBytes() + alerts.bytes() + monitor.loops.recorderBytes();
    }
}
