package org.starpunk.monitor;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MarkerFactory;
import org.starpunk.config.AlertSettings;
import org.starpunk.config.MetricsSettings;
import org.starpunk.monitor.Annotations.AnnotationType;
import org.starpunk.telemetry.EventBatch;
import org.starpunk.telemetry.EventBusAddresses;
import org.starpunk.telemetry.MonitorCost;
import org.starpunk.telemetry.SamplingRates;
import org.starpunk.telemetry.SiteCondition;
import org.starpunk.telemetry.TelemetryEvent;

/**
 * Owner of the monitor's state, on one event loop. Events arrive in batches over the event bus, requests from a {@link
 * MonitorClient}. No state is shared with other threads.
 */
public final class MetricsVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(MetricsVerticle.class);
    private static final long SECOND_MILLIS = 1_000;
    private static final long BASELINE_MILLIS = 5_000;

    private final MetricsSettings settings;
    private final TimeSource clock;
    private final SamplingRates sampling;
    private final @Nullable String node;
    private final MonitorState monitor;
    private final MonitorService service;
    private final Supplier<SiteCondition> condition;
    private final Supplier<MetricSnapshots> more;
    private @Nullable QueryPlanCollector plans;
    private @Nullable ClusterRequestHandler cluster;
    private @Nullable HostReader host;
    private long lastSecond;
    private long failures;
    private MonitorCost cost;

    /**
     * @param settings settings of the monitor
     * @param sampling sampling rates, shared with the recorders
     * @param version version of StarPunk, for annotations
     * @param post posts an alert to the webhook; completes with the status of the response, fails if there was none
     * @param more supplies the Prometheus metrics of other parts of the server
     * @param condition reads disk and backup of the site; blocks, called on a worker thread
     * @param node name of this node in the cluster; null without a cluster
     */
    public MetricsVerticle(
            MetricsSettings settings,
            SamplingRates sampling,
            String version,
            Function<JsonObject, Future<Integer>> post,
            Supplier<MetricSnapshots> more,
            Supplier<SiteCondition> condition,
            @Nullable String node) {
        this(settings, sampling, version, post, more, condition, node, TimeSource.SYSTEM);
    }

    MetricsVerticle(
            MetricsSettings settings,
            SamplingRates sampling,
            String version,
            Function<JsonObject, Future<Integer>> post,
            Supplier<MetricSnapshots> more,
            Supplier<SiteCondition> condition,
            @Nullable String node,
            TimeSource clock) {
        this.settings = settings;
        this.condition = condition;
        this.more = more;
        this.clock = clock;
        this.cost = new MonitorCost(clock::cpuNanos);
        AlertSettings alerts = settings.alerts();
        this.monitor = new MonitorState(clock, settings.bufferSize(), alerts.memoryGrowth(), node != null);
        monitor.version = version;
        monitor.prometheusHistograms = settings.prometheusEnabled() ? new PrometheusHistograms() : null;
        this.node = node;
        this.sampling = sampling;
        WebhookQueue webhook = alerts.webhook() == null ? null : new WebhookQueue(clock, post, this::schedule);
        this.service = new MonitorService(monitor, sampling, settings.samplingIsSet(), alerts, this::alert, webhook);
        monitor.annotations.add(monitor.time.nowMillis(), AnnotationType.START, "StarPunk " + version + " started");
        monitor.annotations.add(
                monitor.time.nowMillis(),
                AnnotationType.VERSION,
                "StarPunk " + version + " on Java " + Runtime.version());
    }

    @Override
    public Future<?> start() {
        plans = new QueryPlanCollector(monitor, vertx.eventBus());
        cost = MonitorCost.of(vertx);
        MonitorRequestHandler requestHandler = new MonitorRequestHandler(monitor, service, more);
        vertx.eventBus().<EventBatch>localConsumer(EventBusAddresses.EVENTS, message -> batch(message.body()));
        vertx.eventBus().<JsonObject>localConsumer(MonitorClient.ASK, message -> fresh(message, requestHandler));
        vertx.eventBus().<JsonObject>localConsumer(MonitorClient.WATCH, this::watch);
        vertx.eventBus().<Object>localConsumer(EventBusAddresses.CLEAR_METRICS, unused -> clear());
        lastSecond = clock.nanos();
        vertx.setPeriodic(SECOND_MILLIS, unused -> onSecond());
        HostReader reader = new HostReader(vertx, monitor, service, condition);
        host = reader;
        reader.start();
        vertx.setTimer(BASELINE_MILLIS, ignored -> reader.startReading(true));
        vertx.setPeriodic(settings.memoryInterval().toMillis(), ignored -> reader.startReading(false));
        return node == null ? Future.succeededFuture() : join(node, requestHandler);
    }

    private Future<Void> join(String name, MonitorRequestHandler requestHandler) {
        PeerRegistry peers = new PeerRegistry(vertx, clock, name, monitor.startMillis, service::state);
        service.join(peers);
        cluster = new ClusterRequestHandler(
                vertx,
                clock,
                peers,
                service::state,
                requestHandler::requests,
                numbers -> new MonitorService(numbers, sampling, settings.alerts(), unused -> {}, null));
        return peers.start(requestHandler::answer);
    }

    @Override
    public Future<?> stop() {
        return cluster == null ? Future.succeededFuture() : cluster.leave();
    }

    private void clear() {
        service.clear();
        if (cluster != null) {
            cluster.clearOthers();
        }
    }

    /** Reads memory first if the last reading is old, so that all figures of a snapshot belong to the same time. */
    private void fresh(Message<JsonObject> message, MonitorRequestHandler requestHandler) {
        HostReader reader = host;
        if (reader != null && "snapshot".equals(message.body().getString("op")) && !reader.isFresh()) {
            reader.read(false).onComplete(unused -> answer(message, requestHandler));
        } else {
            answer(message, requestHandler);
        }
    }

    private void answer(Message<JsonObject> message, MonitorRequestHandler requestHandler) {
        cost.run(() -> answerNow(message, requestHandler));
    }

    private void answerNow(Message<JsonObject> message, MonitorRequestHandler requestHandler) {
        if (cluster != null && cluster.concernsCluster(message.body())) {
            cluster.answer(message);
        } else if (cluster != null && cluster.isTraceOfAnother(message.body(), service)) {
            cluster.trace(message);
        } else {
            requestHandler.answer(message);
        }
    }

    /** Counts the events of a recorder. */
    void batch(EventBatch batch) {
        cost.run(() -> countAll(batch));
    }

    private void countAll(EventBatch batch) {
        try {
            monitor.dropped += batch.dropped();
            batch.forEach(this::count);
        } finally {
            monitor.cost.worked(batch.costNanos());
            batch.release();
        }
    }

    /** Counts an event. A failure must neither lose the other events of the batch nor stop the verticle. */
    private void count(TelemetryEvent event) {
        try {
            monitor.accept(event);
        } catch (RuntimeException e) {
            failures++;
            if (failures == 1) {
                LOG.error("an event could not be counted; further ones of this kind are not logged", e);
            }
            monitor.dropped++;
        }
    }

    /** Handles the end of a second. */
    void onSecond() {
        cost.run(this::secondEnded);
        cost.tick();
        monitor.cost.worked(cost.takeNanos());
    }

    private void secondEnded() {
        lag();
        if (host != null && service.viewers() > 0 && !host.isFresh()) {
            host.startReading(false);
        }
        service.tick();
        Buffer frame = service.frame();
        if (frame != null) {
            publish(MonitorClient.frames(null), frame);
            if (node != null) {
                publish(MonitorClient.frames(node), frame);
            }
        }
        if (plans != null) {
            plans.tick();
        }
        if (cluster != null) {
            cluster.onSecond();
        }
    }

    /** Returns the CPU use of the monitor over the last minute, percent of one core. */
    double cpuPercent() {
        return monitor.cost.cpuPercent();
    }

    private void publish(String address, Buffer frame) {
        DeliveryOptions options = new DeliveryOptions().setLocalOnly(true);
        vertx.eventBus().publish(address, frame, options.addHeader("number", Long.toString(monitor.frame)));
    }

    /** Measures the lag of the monitor's own event loop, which has no recorder. */
    private void lag() {
        long now = clock.nanos();
        long late = Math.max(0, now - lastSecond - SECOND_MILLIS * 1_000_000);
        lastSecond = now;
        monitor.lag.lag("monitor@" + Thread.currentThread().getName(), late / 1_000);
    }

    private void watch(Message<JsonObject> message) {
        String who = message.body().getString("who");
        int viewers = message.body().getInteger("viewers");
        if (cluster != null && cluster.concernsCluster(message.body())) {
            cluster.setViewers(message.body().getString("node"), who, viewers);
        } else {
            service.setViewers(who, viewers);
        }
    }

    private void schedule(long millis, Runnable task) {
        vertx.setTimer(millis, unused -> task.run());
    }

    private void alert(Alert alert) {
        if (alert.firing()) {
            LOG.warn(MarkerFactory.getDetachedMarker(alert.rule().jsonName()), "alert: {}", alert.text());
        } else {
            LOG.info("alert: {}", alert.text());
        }
        monitor.annotations.add(monitor.time.nowMillis(), AnnotationType.ALERT, alert.text());
    }
}
