package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.jdbcclient.JDBCConnectOptions;
import io.vertx.jdbcclient.JDBCPool;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import java.util.Collection;
import java.util.EnumSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Vert.x's number of SQL connections in use, which was always 0 in version 5.0.5. The store counts its own figures
 * nevertheless, because each Vert.x connection holds its Agroal connection permanently.
 */
class VertxPoolMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Vertx vertx = Vertx.builder()
            .with(new VertxOptions()
                    .setMetricsOptions(new MicrometerMetricsOptions()
                            .setEnabled(true)
                            .setLabels(EnumSet.of(Label.POOL_TYPE, Label.POOL_NAME))))
            .withMetrics(new MicrometerMetricsFactory(registry))
            .build();

    @AfterEach
    void stop() {
        wait(vertx.close());
    }

    private static <T> T wait(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(120, TimeUnit.SECONDS)
                .join();
    }

    private double inUse() {
        Collection<Gauge> gauges =
                registry.find("vertx.pool.in.use").tag("pool_type", "sql").gauges();
        return gauges.stream().mapToDouble(Gauge::value).sum();
    }

    @Test
    void connections_in_use_are_counted_by_this_version_of_vertx() {
        Pool pool = JDBCPool.pool(
                vertx,
                new JDBCConnectOptions().setJdbcUrl("jdbc:sqlite::memory:"),
                new PoolOptions().setMaxSize(3).setName("notes"));
        SqlConnection first = wait(pool.getConnection());
        SqlConnection second = wait(pool.getConnection());
        assertThat(inUse()).isEqualTo(2);
        wait(first.close());
        wait(second.close());
        await().untilAsserted(() -> assertThat(inUse()).isZero());
    }
}
