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
import org.starpunk.monitor.Markers.Kind;
import org.starpunk.telemetry.Addresses;
import org.starpunk.telemetry.Batch;
import org.starpunk.telemetry.Event;
import org.starpunk.telemetry.MonitorCost;
import org.starpunk.telemetry.Sampling;
import org.starpunk.telemetry.SiteCondition;

/**
 * Owner of the monitor's state, on one event loop. Events arrive in batches over the event bus, requests from a {@link
 * MonitorClient}. No state is shared with other threads.
 */
public final class MetricsVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(MetricsVerticle.class);
    private static final long SECOND_MILLIS = 1_000;
    private static final long BASELINE_MILLIS = 5_000;

    private final MetricsSettings settings;
    private final Clock clock;
    private final Sampling sampling;
    private final @Nullable String node;
    private final Monitor monitor;
    private final Desk desk;
    private final Supplier<SiteCondition> condition;
    private final Supplier<MetricSnapshots> more;
    private @Nullable Plans plans;
    private @Nullable ClusterDesk cluster;
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
            Sampling sampling,
            String version,
            Function<JsonObject, Future<Integer>> post,
            Supplier<MetricSnapshots> more,
            Supplier<SiteCondition> condition,
            @Nullable String node) {
        this(settings, sampling, version, post, more, condition, node, Clock.SYSTEM);
    }

    MetricsVerticle(
            MetricsSettings settings,
            Sampling sampling,
            String version,
            Function<JsonObject, Future<Integer>> post,
            Supplier<MetricSnapshots> more,
            Supplier<SiteCondition> condition,
            @Nullable String node,
            Clock clock) {
        this.settings = settings;
        this.condition = condition;
        this.more = more;
        this.clock = clock;
        this.cost = new MonitorCost(clock::cpuNanos);
        AlertSettings alerts = settings.alerts();
        this.monitor = new Monitor(clock, settings.bufferSize(), alerts.memoryGrowth(), node != null);
        monitor.version = version;
        monitor.counters = settings.prometheusEnabled() ? new Counters() : null;
        this.node = node;
        this.sampling = sampling;
        Webhook webhook = alerts.webhook() == null ? null : new Webhook(clock, post, this::after);
        this.desk = new Desk(monitor, sampling, settings.samplingIsSet(), alerts, this::alert, webhook);
        monitor.markers.add(monitor.time.nowMillis(), Kind.START, "StarPunk " + version + " started");
        monitor.markers.add(
                monitor.time.nowMillis(), Kind.VERSION, "StarPunk " + version + " on Java " + Runtime.version());
    }

    @Override
    public Future<?> start() {
        plans = new Plans(monitor, vertx.eventBus());
        cost = MonitorCost.of(vertx);
        Answers answers = new Answers(monitor, desk, more);
        vertx.eventBus().<Batch>localConsumer(Addresses.EVENTS, message -> batch(message.body()));
        vertx.eventBus().<JsonObject>localConsumer(MonitorClient.ASK, message -> fresh(message, answers));
        vertx.eventBus().<JsonObject>localConsumer(MonitorClient.WATCH, this::watch);
        vertx.eventBus().<Object>localConsumer(Addresses.CLEAR_METRICS, unused -> clear());
        lastSecond = clock.nanos();
        vertx.setPeriodic(SECOND_MILLIS, unused -> second());
        HostReader reader = new HostReader(vertx, monitor, desk, condition);
        host = reader;
        reader.start();
        vertx.setTimer(BASELINE_MILLIS, timer -> reader.begin(true));
        vertx.setPeriodic(settings.memoryInterval().toMillis(), timer -> reader.begin(false));
        return node == null ? Future.succeededFuture() : join(node, answers);
    }

    private Future<Void> join(String name, Answers answers) {
        Peers peers = new Peers(vertx, clock, name, monitor.startMillis, desk::state);
        desk.join(peers);
        cluster = new ClusterDesk(
                vertx,
                clock,
                peers,
                desk::state,
                numbers -> new Desk(numbers, sampling, settings.alerts(), unused -> {}, null));
        return peers.start(answers::answer);
    }

    @Override
    public Future<?> stop() {
        return cluster == null ? Future.succeededFuture() : cluster.leave();
    }

    private void clear() {
        desk.clear();
        if (cluster != null) {
            cluster.clearOthers();
        }
    }

    /** Reads memory first if the last reading is old, so that all figures of a snapshot belong to the same time. */
    private void fresh(Message<JsonObject> message, Answers answers) {
        HostReader reader = host;
        if (reader != null && "snapshot".equals(message.body().getString("op")) && !reader.isFresh()) {
            reader.read(false).onComplete(done -> answer(message, answers));
        } else {
            answer(message, answers);
        }
    }

    private void answer(Message<JsonObject> message, Answers answers) {
        cost.run(() -> answerNow(message, answers));
    }

    private void answerNow(Message<JsonObject> message, Answers answers) {
        if (cluster != null && cluster.isMeant(message.body())) {
            cluster.answer(message);
        } else if (cluster != null && cluster.isTraceOfAnother(message.body(), desk)) {
            cluster.trace(message);
        } else {
            answers.answer(message);
        }
    }

    /** Counts the events of a recorder. */
    void batch(Batch batch) {
        cost.run(() -> countAll(batch));
    }

    private void countAll(Batch batch) {
        try {
            monitor.dropped += batch.dropped();
            batch.forEach(this::count);
        } finally {
            monitor.cost.worked(batch.costNanos());
            batch.release();
        }
    }

    /** Counts an event. A failure must neither lose the other events of the batch nor stop the verticle. */
    private void count(Event event) {
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
    void second() {
        cost.run(this::secondEnded);
        cost.tick();
        monitor.cost.worked(cost.take());
    }

    private void secondEnded() {
        lag();
        if (host != null && desk.viewers() > 0 && !host.isFresh()) {
            host.begin(false);
        }
        desk.tick();
        Buffer frame = desk.frame();
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
            cluster.second();
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
        monitor.loops.lag("monitor@" + Thread.currentThread().getName(), late / 1_000);
    }

    private void watch(Message<JsonObject> message) {
        String who = message.body().getString("who");
        int viewers = message.body().getInteger("viewers");
        if (cluster != null && cluster.isMeant(message.body())) {
            cluster.watched(message.body().getString("node"), who, viewers);
        } else {
            desk.watched(who, viewers);
        }
    }

    private void after(long millis, Runnable task) {
        vertx.setTimer(millis, unused -> task.run());
    }

    private void alert(Alert alert) {
        if (alert.firing()) {
            LOG.warn(MarkerFactory.getDetachedMarker(alert.rule().jsonName()), "alert: {}", alert.text());
        } else {
            LOG.info("alert: {}", alert.text());
        }
        monitor.markers.add(monitor.time.nowMillis(), Kind.ALERT, alert.text());
    }
}
