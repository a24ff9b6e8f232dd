package org.starpunk.monitor;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.starpunk.config.AlertSettings;
import org.starpunk.monitor.Annotations.AnnotationType;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.RequestId;
import org.starpunk.telemetry.SamplingRates;
import org.starpunk.telemetry.SiteCondition;

/**
 * Service of the monitor on one node: evaluates alerts each second, builds snapshots and live updates, and changes the
 * sampling rates.
 */
final class MonitorService {

    /** Number of newest events in the state for other nodes. */
    private static final int RECENT = 50;

    private final MonitorState monitor;
    private final AdaptiveSampling restraint;
    private final @Nullable WebhookQueue webhook;
    private final AlertTracker alerts;
    private final AlertRuleEvaluator rules;
    private final ResourceRuleEvaluator resources;
    private final DashboardSummary summary;
    private final SnapshotJson snapshot;
    private final ViewerLeases viewerLeases;
    private @Nullable PeerRegistry peers;
    private long lastSentEvent;
    private int frameBytes;
    private long frameMicros;
    private @Nullable Buffer cached;
    private long cachedAt;
    private int cachedRecent;

    /**
     * @param changed receives every alert that is raised or resolved
     * @param webhook also receives every alert; null if not configured
     */
    MonitorService(
            MonitorState monitor,
            SamplingRates sampling,
            AlertSettings limits,
            Consumer<Alert> changed,
            @Nullable WebhookQueue webhook) {
        this(monitor, sampling, false, limits, changed, webhook);
    }

    /** @param ratesAreSet whether the sampling rates are configured */
    MonitorService(
            MonitorState monitor,
            SamplingRates sampling,
            boolean ratesAreSet,
            AlertSettings limits,
            Consumer<Alert> changed,
            @Nullable WebhookQueue webhook) {
        this.monitor = monitor;
        monitor.slowNanos = sampling::slowQueryNanos;
        this.viewerLeases = new ViewerLeases(monitor.clock);
        this.restraint = new AdaptiveSampling(monitor, sampling, ratesAreSet);
        this.webhook = webhook;
        this.alerts = new AlertTracker(
                finding -> AlertContext.of(monitor, finding, sampling.slowQueryNanos()),
                webhook == null ? changed : changed.andThen(webhook::send));
        monitor.clockListener = millis -> alerts.shift(millis, monitor.traces.all());
        this.rules = new AlertRuleEvaluator(monitor, alerts, limits);
        this.resources = new ResourceRuleEvaluator(monitor, alerts, limits);
        this.summary = new DashboardSummary(monitor, alerts, limits);
        this.snapshot = new SnapshotJson(monitor, this, sampling);
    }

    /** Advances the monitor and evaluates the alert rules. Must be called once a second. */
    void tick() {
        long before = monitor.site.minute();
        monitor.tick();
        rules.evaluateSecond();
        if (monitor.site.minute() > before) {
            rules.minute();
            restraint.minute(viewerLeases.count());
        }
        cached = null;
    }

    /** Evaluates a reading of disk and backup. */
    void condition(SiteCondition condition) {
        resources.condition(condition);
    }

    /** Evaluates the memory rules after a reading. */
    void onMemoryReading() {
        resources.memory();
    }

    /**
     * Sets the number of viewers.
     *
     * @param who sender of the number, an HTTP verticle
     */
    void setViewers(String who, int viewers) {
        viewerLeases.setViewers(who, viewers);
    }

    /** Returns the number of viewers. */
    int viewers() {
        return viewerLeases.count();
    }

    /** Returns the next live update, encoded as a server-sent event; null if there is no viewer or no update is due. */
    @Nullable
    Buffer frame() {
        if (viewerLeases.count() == 0 || monitor.site.currentSecond() % restraint.updateSeconds() != 0) {
            return null;
        }
        long start = monitor.clock.nanos();
        JsonObject frame = addNodeFields(LiveUpdateJson.make(monitor, summary, alerts.firing(), lastSentEvent));
        lastSentEvent = monitor.ring.end();
        Buffer event = Buffer.buffer("id: " + monitor.frame + "\nevent: frame\ndata: " + frame.encode() + "\n\n");
        frameBytes = event.length();
        frameMicros = (monitor.clock.nanos() - start) / 1_000;
        return event;
    }

    /** Joins a cluster. From now on JSON names the node and lists the other nodes. */
    void join(PeerRegistry others) {
        peers = others;
    }

    private JsonObject addNodeFields(JsonObject json) {
        return peers == null ? json : json.put("node", peers.name()).put("nodes", peers.toJson());
    }

    /** Returns the encoded state of this node, for other nodes. */
    byte[] state() {
        monitor.closeSecond();
        return NodeState.write(monitor, snapshot.lists(TimeWindow.QUARTER, RECENT));
    }

    /** Returns the snapshot of a merged monitor as JSON, without recent events. */
    JsonObject json(TimeWindow window) {
        return snapshot.toJson(window, 0);
    }

    /** Returns the snapshot as JSON. The result for 15 minutes is cached until the next second. */
    Buffer snapshot(TimeWindow window, int recent) {
        Buffer known = cached;
        if (known != null
                && window == TimeWindow.QUARTER
                && recent == cachedRecent
                && cachedAt == monitor.site.currentSecond()) {
            return known;
        }
        Buffer made = addNodeFields(snapshot.toJson(window, recent)).toBuffer();
        if (window == TimeWindow.QUARTER) {
            cached = made;
            cachedRecent = recent;
            cachedAt = monitor.site.currentSecond();
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
        RequestTrace kept = monitor.trace(id);
        RequestTrace trace = kept == null ? alerts.find(id) : kept;
        JsonObject json = trace == null ? BufferedTrace.of(monitor.ring, requestId) : JsonFields.trace(trace);
        return json == null ? null : json.toBuffer();
    }

    /** Clears ring buffer and traces, and drops the evidence of alerts. */
    void clear() {
        monitor.clear();
        alerts.evictEvidence();
        cached = null;
        lastSentEvent = monitor.ring.end();
        monitor.annotations.add(monitor.time.nowMillis(), AnnotationType.CLEAR, "buffer, traces and evidence cleared");
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
        monitor.annotations.add(
                monitor.time.nowMillis(), AnnotationType.SAMPLING, "sampling rates set to " + now.encode());
        cached = null;
        return now.toBuffer();
    }

    AlertTracker alerts() {
        return alerts;
    }

    DashboardSummary summary() {
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
        return monitor.retainedBytes() + alerts.bytes() + monitor.lag.recorderBytes();
    }
}
