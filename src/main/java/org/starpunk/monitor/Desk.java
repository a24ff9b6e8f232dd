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

/** Answers what is asked of the monitor, and makes the frames while somebody watches. */
final class Desk {

    /** How many of its newest events a node tells the others. */
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
     * @param changed is told of every alert that is raised or ended
     * @param webhook gets every alert too; null for none
     */
    Desk(Monitor monitor, Sampling sampling, AlertSettings limits, Consumer<Alert> changed, @Nullable Webhook webhook) {
        this(monitor, sampling, false, limits, changed, webhook);
    }

    /** @param ratesAreSet whether a person has configured the sampling rates */
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

    /** Follows the clock: called once a second. */
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

    /** Memory was read. */
    void memoryRead() {
        resources.memory();
    }

    /**
     * A front door says how many viewers it has.
     *
     * @param who which front door
     */
    void watched(String who, int viewers) {
        watchers.watched(who, viewers);
    }

    /** How many viewers there are. */
    int viewers() {
        return watchers.count();
    }

    /** The next frame as it goes over the wire; null when nobody watches: then nothing is computed either. */
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

    /** There are other nodes: what is answered says of which node it is. */
    void join(Peers others) {
        peers = others;
    }

    private JsonObject named(JsonObject json) {
        return peers == null ? json : json.put("node", peers.name()).put("nodes", peers.toJson());
    }

    /** All that this node knows, for another one. */
    byte[] state() {
        monitor.settle();
        return State.write(monitor, snapshot.lists(Window.QUARTER, RECENT));
    }

    /** Everything, as JSON, of numbers that were added up. */
    JsonObject json(Window window) {
        return snapshot.toJson(window, 0);
    }

    /** Everything, as JSON. Kept for the rest of the second for those who ask for the usual window. */
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

    /** Returns the trace of a request, or one assembled from its events in the ring; null when there is neither. */
    @Nullable
    Buffer trace(String requestId) {
        long id = RequestId.parse(requestId);
        Trace kept = monitor.trace(id);
        Trace trace = kept == null ? alerts.find(id) : kept;
        JsonObject json = trace == null ? BufferedTrace.of(monitor.ring, requestId) : Json.trace(trace);
        return json == null ? null : json.toBuffer();
    }

    /** Empties ring and traces, and drops the evidence of alerts. */
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
     * @return the rates now in force
     * @throws IllegalArgumentException when one is not from 0.0 to 1.0; then none has changed
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

    /** What became of the alerts' posts, null when they are posted nowhere. */
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

    /** What the monitor retains, bytes, its recorders included. */
    long retainedBytes() {
        return monitor.retainedBytes() + alerts.bytes() + monitor.loops.recorderBytes();
    }
}
