package org.starpunk.monitor;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.SplittableRandom;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.SamplingRates;
import org.starpunk.telemetry.SiteCondition;
import org.starpunk.telemetry.SqlShape;
import org.starpunk.telemetry.TestRequests;

/**
 * A monitor with a day of traffic on a busy site. The day is replayed as fast as the machine allows, before the
 * deployment.
 */
public final class AgedMonitor {

    private static final int DAY_SECONDS = 86_400;
    private static final int ENDPOINTS = 30;
    private static final int SHAPES = 60;

    /** The machine's clocks, late by the time that is still to be replayed. */
    private static final class LaggingClock implements TimeSource {
        long seconds = DAY_SECONDS;

        @Override
        public long nanos() {
            return SYSTEM.nanos() - seconds * 1_000_000_000L;
        }

        @Override
        public long millis() {
            return SYSTEM.millis() - seconds * 1_000L;
        }

        @Override
        public long cpuNanos() {
            return SYSTEM.cpuNanos();
        }

        @Override
        public long processCpuNanos() {
            return SYSTEM.processCpuNanos();
        }
    }

    private AgedMonitor() {}

    /** Deploys the verticle in place of a stopped monitor. */
    public static Future<String> deploy(Vertx vertx) {
        LaggingClock clock = new LaggingClock();
        MetricsVerticle verticle = new MetricsVerticle(
                MetricsVerticleTest.settings(1000),
                SamplingRates.all(),
                "0.1.0",
                unused -> Future.failedFuture("no webhook"),
                MetricSnapshots::new,
                () -> SiteCondition.UNKNOWN,
                null,
                clock);
        SplittableRandom random = new SplittableRandom(24);
        while (clock.seconds > 0) {
            verticle.batch(TestRequests.sent(0, requests(random, 1 + random.nextInt(8))));
            clock.seconds--;
            verticle.onSecond();
        }
        return vertx.deployVerticle(verticle);
    }

    private static RequestTiming[] requests(SplittableRandom random, int number) {
        RequestTiming[] requests = new RequestTiming[number];
        for (int i = 0; i < number; i++) {
            int which = random.nextInt(ENDPOINTS);
            Endpoint endpoint = new Endpoint("GET", "/some/route/" + which + "/:slug", false);
            SqlShape shape = new SqlShape(
                    "SELECT id, slug, html FROM notes_" + random.nextInt(SHAPES) + " WHERE slug = ?",
                    "SELECT",
                    "notes");
            QueryTiming query = TestQueries.ran(shape, 40_000 + random.nextInt(400_000));
            long took =
                    (long) (300_000 * (1 + which / 4.0) * Math.exp(2.5 * random.nextDouble() * random.nextDouble()));
            requests[i] = TestRequests.ended(endpoint, random.nextInt(3_000) == 0 ? 500 : 200, took, query);
        }
        return requests;
    }
}
