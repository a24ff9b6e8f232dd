package org.starpunk.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.starpunk.TestDatabase;
import org.starpunk.journey.TestSite;
import org.starpunk.note.UnavailableException;

/** Shares of the read connections: searches and visitors leave some for the author. */
class ReadConnectionShareTest {

    private static final int CONNECTIONS = 4;

    private final TestSite site = TestSite.start();
    private final StoreClient store = new StoreClient(site.deployment().vertx());
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger running = new AtomicInteger();

    @AfterEach
    void close() {
        release.countDown();
        site.close();
    }

    private List<Future<Integer>> hold(StoreClient client, int reads) {
        List<Future<Integer>> futures = new ArrayList<>();
        for (int i = 0; i < reads; i++) {
            futures.add(client.read(unused -> {
                int now = running.incrementAndGet();
                try {
                    assertThat(release.await(2, TimeUnit.MINUTES)).isTrue();
                } catch (InterruptedException e) {
                    throw new SQLException(e);
                }
                return now;
            }));
        }
        return futures;
    }

    private long one(StoreClient client) {
        return TestSite.await(client.read(
                jdbc -> jdbc.first("SELECT 1", row -> row.getLong(1)).orElseThrow()));
    }

    @Test
    void searches_take_half_of_the_connections_and_visitors_all_but_one() {
        List<Future<Integer>> held = new ArrayList<>(hold(store.forSearches(), 10));
        await().until(() -> running.get() == CONNECTIONS / 2);
        assertThat(one(store)).isEqualTo(1);
        assertThat(one(store.forVisitors())).isEqualTo(1);
        held.addAll(hold(store.forVisitors(), 10));
        await().until(() -> running.get() == CONNECTIONS - 1);
        for (int i = 0; i < 20; i++) {
            assertThat(one(store)).isEqualTo(1);
        }
        assertThat(running.get()).isEqualTo(CONNECTIONS - 1);
        release.countDown();
        held.forEach(read -> assertThat(TestSite.await(read)).isPositive());
        assertThat(running.get()).isEqualTo(20);
    }

    @Test
    void a_search_that_does_not_end_is_interrupted_and_its_connection_goes_on() {
        String endless = TestDatabase.onPostgres()
                ? "SELECT pg_sleep(60)"
                : "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
        List<Future<List<String>>> searches = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS / 2; i++) {
            searches.add(store.forSearches().read(jdbc -> jdbc.list(endless, row -> row.getString(1))));
        }
        for (Future<List<String>> search : searches) {
            await().atMost(Duration.ofMinutes(1)).until(search::isComplete);
            assertThat(search.cause()).isInstanceOf(UnavailableException.class);
        }
        for (int i = 0; i < 20; i++) {
            assertThat(one(store.forSearches())).isEqualTo(1);
            assertThat(one(store)).isEqualTo(1);
        }
    }

    @Test
    void a_read_that_waits_too_long_for_its_share_is_refused() {
        List<Future<Integer>> held = hold(store.forSearches(), CONNECTIONS / 2);
        await().until(() -> running.get() == CONNECTIONS / 2);
        assertThatThrownBy(() -> one(store.forSearches()))
                .isInstanceOf(AssertionError.class)
                .hasRootCauseInstanceOf(UnavailableException.class);
        release.countDown();
        held.forEach(read -> assertThat(TestSite.await(read)).isPositive());
    }

    /** Acquires the lock of all writes in another connection. */
    private Connection lock() throws SQLException {
        Connection other = site.database().connect();
        try (Statement statement = other.createStatement()) {
            boolean unused =
                    statement.execute(TestDatabase.onPostgres() ? "BEGIN; " + PostgresDialect.LOCK : "BEGIN IMMEDIATE");
        }
        return other;
    }

    @Test
    void writes_that_queue_for_a_locked_database_share_one_budget_and_cached_pages_go_on() throws SQLException {
        Future<Long> first;
        Future<Long> second;
        AtomicLong firstEnded = new AtomicLong();
        AtomicLong secondEnded = new AtomicLong();
        assertThat(site.get("/").statusCode()).isEqualTo(200);
        try (Connection other = lock()) {
            assertThat(other.isClosed()).isFalse();
            first = touch(firstEnded);
            second = touch(secondEnded);
            await().atMost(Duration.ofMinutes(1)).until(() -> first.isComplete() && second.isComplete());
            assertThat(site.get("/").statusCode()).isEqualTo(200);
        }
        assertThat(first.cause()).isInstanceOf(UnavailableException.class);
        assertThat(second.cause()).isInstanceOf(UnavailableException.class);
        assertThat(Duration.ofNanos(Math.abs(secondEnded.get() - firstEnded.get())))
                .isLessThan(Duration.ofMillis(2_500));
        assertThat(TestSite.await(touch(new AtomicLong()))).isNotNull();
    }

    private Future<Long> touch(AtomicLong ended) {
        return store.call(sql ->
                        sql.write(jdbc -> (long) jdbc.change("UPDATE notes SET version = version WHERE id = ?", 0L)))
                .onComplete(unused -> ended.set(System.nanoTime()));
    }
}
