package org.starpunk.store;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.jdbcclient.JDBCPool;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.job.Progress;
import org.starpunk.note.Revision;
import org.starpunk.telemetry.Addresses;
import org.starpunk.telemetry.MonitorCost;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.Recorder;

/** Owns the database. One per process; answers the calls of {@link StoreClient}s. */
public final class StoreVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(StoreVerticle.class);
    private static final int READERS = 4;
    private static final long OTHERS_MILLIS = 1_000;
    private static final long HEALTH_MILLIS = 5_000;

    private final Database database;
    private final Dialect dialect;
    private final Revision revision;
    private final Function<Vertx, Recorder> recorders;
    private final boolean logQueries;
    private Recorder recorder = Recorder.none();
    private @Nullable WorkerExecutor workers;
    private @Nullable DataLock lock;
    private @Nullable Connections source;
    private @Nullable Pool pool;
    private @Nullable Lanes readers;
    private @Nullable Writer writer;
    private boolean stopping;

    /**
     * @param database the database
     * @param revision moves on with each change of what pages show
     * @param recorders makes the verticle's recorder, on its event loop
     * @param logQueries whether each statement is logged with its time, without values
     */
    public StoreVerticle(
            Database database, Revision revision, Function<Vertx, Recorder> recorders, boolean logQueries) {
        this.database = database;
        this.dialect = database.dialect();
        this.revision = revision;
        this.recorders = recorders;
        this.logQueries = logQueries;
    }

    @Override
    public Future<?> start() {
        recorder = recorders.apply(vertx).named("store");
        WorkerExecutor threads = vertx.createSharedWorkerExecutor("starpunk-store", READERS + 1, 60, TimeUnit.SECONDS);
        workers = threads;
        return threads.executeBlocking(this::open)
                .compose(opened -> connect(opened, READERS + 1))
                .onSuccess(lanes -> serve(threads, lanes))
                .onSuccess(lanes -> bringUpToDate());
    }

    /**
     * Renders notes of earlier rules again; and rebuilds an index that lost rows, or was made by a SQLite without FTS5. The site runs
     * during both.
     */
    private void bringUpToDate() {
        StoreClient self = new StoreClient(vertx);
        Rendering.update(self)
                .compose(updated -> self.ask(sql -> sql.read(SearchIndex::inStep)))
                .compose(inStep -> inStep ? Future.succeededFuture(0L) : rebuildSearchIndex(self))
                .onFailure(failure -> {
                    // A command is often done before its store has looked at the index; the server will look again.
                    if (!stopping) {
                        LOG.error("old notes or the search index could not be brought up to date", failure);
                    }
                });
    }

    private static Future<Long> rebuildSearchIndex(StoreClient self) {
        LOG.info("the search index is out of step: rebuilding it");
        return new SearchStore(self).rebuild(Progress.unseen());
    }

    private Connections open() throws SQLException {
        long start = System.nanoTime();
        lock = database.share();
        Connections opened = database.open(READERS + 2);
        source = opened;
        int applied = database.migrate(opened);
        if (applied > 0) {
            LOG.info("database {} brought to schema {}", database.name(), Migrations.newest());
            boolean unused = recorder.record(
                    OperationType.DATABASE,
                    "migration",
                    System.nanoTime() - start,
                    Map.of("applied", applied, "schema", Migrations.newest()),
                    true);
        }
        return opened;
    }

    /** Opens the lanes one after the other: the connection that the pool has just asked for is the lane's. */
    private Future<List<Lane>> connect(Connections opened, int count) {
        TimedDataSource timed = new TimedDataSource(opened, dialect);
        Pool clients = JDBCPool.pool(vertx, timed, new PoolOptions().setMaxSize(count));
        pool = clients;
        Future<List<Lane>> lanes = Future.succeededFuture(new ArrayList<>());
        for (int i = 0; i < count; i++) {
            lanes = lanes.compose(list -> clients.getConnection().map(client -> {
                list.add(new Lane(client, timed.lastOpened()));
                return list;
            }));
        }
        return lanes;
    }

    private void serve(WorkerExecutor threads, List<Lane> lanes) {
        Lanes reading = new Lanes(vertx, recorder, logQueries, threads, lanes.subList(1, lanes.size()));
        readers = reading;
        Writer writing = new Writer(context, lanes.get(0), threads, revision, recorder, reading::fileProblem);
        writer = writing;
        StoreClient.readers(vertx).put(StoreClient.ADDRESS, reading);
        vertx.eventBus().<Call<Object>>localConsumer(StoreClient.ADDRESS, this::answer);
        vertx.eventBus().<String>localConsumer(Addresses.EXPLAIN, this::explain);
        vertx.setPeriodic(1_000, timer -> {
            reading.report();
            record();
        });
        writing.lookForOthers();
        vertx.setPeriodic(OTHERS_MILLIS, timer -> writing.lookForOthers());
        vertx.setPeriodic(
                0, HEALTH_MILLIS, timer -> reading.ifIdle(dialect::health).ifPresent(this::reportHealth));
        reading.report();
    }

    private void reportHealth(Future<Map<String, Long>> look) {
        look.onSuccess(found -> found.forEach(recorder::gauge))
                .onFailure(failure -> LOG.debug("the database's health could not be read", failure));
    }

    private void answer(Message<Call<Object>> message) {
        Lanes reading = readers;
        Writer writing = writer;
        if (reading == null || writing == null) {
            return;
        }
        Call<Object> call = message.body();
        QueryLog log = reading.log(call.requestId());
        long since = System.nanoTime();
        run(call, new Sql(reading, writing, log, call.writes())).onComplete(done -> reply(message, since, log, done));
    }

    /**
     * What was run for a request is recorded by who has asked, on the way that is taken anyway; what was run for none, or for one that
     * has given up waiting, is recorded here.
     */
    private void reply(Message<Call<Object>> message, long since, QueryLog log, AsyncResult<Object> done) {
        boolean late = System.nanoTime() - since > StoreClient.PATIENCE_NANOS;
        List<QueryTiming> timings = log.timings();
        if (late || message.body().requestId() == 0) {
            timings.forEach(recorder::query);
        }
        Throwable problem = done.succeeded() ? null : Problems.translate(done.cause());
        message.reply(new Call.Answer<>(done.result(), problem, late ? List.of() : timings), StoreClient.ANSWER);
    }

    /** Tells the monitor what worker threads have done since the last time: the recorder is this event loop's. */
    private void record() {
        if (readers != null) {
            readers.record();
        }
        if (writer != null) {
            writer.record();
        }
    }

    private static <T> Future<T> run(Call<T> call, Sql sql) {
        try {
            return call.work().apply(sql);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private void explain(Message<String> message) {
        Lanes reading = readers;
        if (reading == null) {
            message.fail(503, "not ready");
            return;
        }
        MonitorCost cost = MonitorCost.of(vertx);
        reading.ifIdle(sql -> cost.onWorker(() -> dialect.explain(sql, message.body())))
                .orElseGet(() -> Future.failedFuture("no connection is idle"))
                .onSuccess(plan -> message.reply(
                        String.join("\n", plan.steps()),
                        new DeliveryOptions().addHeader(Addresses.SCANNED_ROWS, Long.toString(plan.scannedRows()))))
                .onFailure(failure -> message.fail(500, Problems.code(failure)));
    }

    @Override
    public Future<?> stop() {
        stopping = true;
        StoreClient.readers(vertx).clear();
        record();
        recorder.close();
        Future<Void> idle = readers == null ? Future.succeededFuture() : readers.drained();
        return idle.eventually(() -> pool == null ? Future.succeededFuture() : pool.close())
                .eventually(() -> vertx.executeBlocking(this::closeSource))
                .eventually(() -> workers == null ? Future.succeededFuture() : workers.close());
    }

    private @Nullable Void closeSource() throws IOException {
        if (source != null) {
            source.close();
        }
        if (lock != null) {
            lock.close();
        }
        return null;
    }
}
