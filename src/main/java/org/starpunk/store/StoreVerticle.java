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
import org.starpunk.job.ProgressListener;
import org.starpunk.note.SiteRevision;
import org.starpunk.telemetry.EventBusAddresses;
import org.starpunk.telemetry.MonitorCost;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.Recorder;

/**
 * Owns the database: connections, write queue, worker threads and timers. Handles the calls of {@link StoreClient}. One
 * instance per process.
 */
public final class StoreVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(StoreVerticle.class);
    private static final int READERS = 4;
    private static final long OTHERS_MILLIS = 1_000;
    private static final long HEALTH_MILLIS = 5_000;

    private final Database database;
    private final Dialect dialect;
    private final SiteRevision revision;
    private final Function<Vertx, Recorder> recorders;
    private final boolean logQueries;
    private Recorder recorder = Recorder.none();
    private @Nullable WorkerExecutor workers;
    private @Nullable DataDirectoryLock lock;
    private @Nullable ConnectionFactory source;
    private @Nullable Pool pool;
    private @Nullable ReadConnectionPool readers;
    private @Nullable WriteQueue writeQueue;
    private boolean stopping;

    /**
     * @param database the database
     * @param revision advanced with each change of the content of pages
     * @param recorders creates the verticle's recorder on its event loop
     * @param logQueries whether each statement is logged with its duration, without values
     */
    public StoreVerticle(
            Database database, SiteRevision revision, Function<Vertx, Recorder> recorders, boolean logQueries) {
        this.database = database;
        this.dialect = database.dialect();
        this.revision = revision;
        this.recorders = recorders;
        this.logQueries = logQueries;
    }

    @Override
    public Future<?> start() {
        recorder = recorders.apply(vertx).forVerticle("store");
        WorkerExecutor threads = vertx.createSharedWorkerExecutor("starpunk-store", READERS + 1, 60, TimeUnit.SECONDS);
        workers = threads;
        return threads.executeBlocking(this::open)
                .compose(opened -> connect(opened, READERS + 1))
                .onSuccess(lanes -> serve(threads, lanes))
                .onSuccess(unused -> bringUpToDate());
    }

    /**
     * Renders outdated notes again, and rebuilds an index that lacks rows or was created without FTS5. The site runs
     * during both.
     */
    private void bringUpToDate() {
        StoreClient self = new StoreClient(vertx);
        NoteRerendering.update(self)
                .compose(unused -> self.call(sql -> sql.read(SearchIndex::inStep)))
                .compose(inStep -> inStep ? Future.succeededFuture(0L) : rebuildSearchIndex(self))
                .onFailure(failure -> {
                    // A command often stops before this check is complete. The server repeats the check.
                    if (!stopping) {
                        LOG.error("outdated notes or the search index could not be updated", failure);
                    }
                });
    }

    private static Future<Long> rebuildSearchIndex(StoreClient self) {
        LOG.info("the search index is inconsistent with the notes: rebuilding it");
        return new SearchStore(self).rebuild(ProgressListener.none());
    }

    private ConnectionFactory open() throws SQLException {
        long start = System.nanoTime();
        lock = database.share();
        ConnectionFactory opened = database.open(READERS + 2);
        source = opened;
        int applied = database.migrate(opened);
        if (applied > 0) {
            LOG.info("database {} migrated to schema {}", database.name(), Migrations.newest());
            boolean unused = recorder.record(
                    OperationType.DATABASE,
                    "migration",
                    System.nanoTime() - start,
                    Map.of("applied", applied, "schema", Migrations.newest()),
                    true);
        }
        return opened;
    }

    /** Opens the connections one after the other, so that the last opened connection belongs to the current client. */
    private Future<List<StoreConnection>> connect(ConnectionFactory opened, int count) {
        TimedDataSource timed = new TimedDataSource(opened, dialect);
        Pool clients = JDBCPool.pool(vertx, timed, new PoolOptions().setMaxSize(count));
        pool = clients;
        Future<List<StoreConnection>> lanes = Future.succeededFuture(new ArrayList<>());
        for (int i = 0; i < count; i++) {
            lanes = lanes.compose(list -> clients.getConnection().map(client -> {
                list.add(new StoreConnection(client, timed.lastOpened()));
                return list;
            }));
        }
        return lanes;
    }

    private void serve(WorkerExecutor threads, List<StoreConnection> lanes) {
        ReadConnectionPool reading =
                new ReadConnectionPool(vertx, recorder, logQueries, threads, lanes.subList(1, lanes.size()));
        readers = reading;
        WriteQueue writing = new WriteQueue(context, lanes.get(0), threads, revision, recorder, reading::fileProblem);
        writeQueue = writing;
        StoreClient.readers(vertx).put(StoreClient.ADDRESS, reading);
        vertx.eventBus().<StoreCall<Object>>localConsumer(StoreClient.ADDRESS, this::answer);
        vertx.eventBus().<String>localConsumer(EventBusAddresses.EXPLAIN, this::explain);
        vertx.setPeriodic(1_000, unused -> {
            reading.reportStats();
            record();
        });
        writing.checkForExternalChanges();
        vertx.setPeriodic(OTHERS_MILLIS, unused -> writing.checkForExternalChanges());
        vertx.setPeriodic(
                0, HEALTH_MILLIS, unused -> reading.ifIdle(dialect::health).ifPresent(this::reportHealth));
        reading.reportStats();
    }

    private void reportHealth(Future<Map<String, Long>> look) {
        look.onSuccess(found -> found.forEach(recorder::gauge))
                .onFailure(failure -> LOG.debug("the health of the database could not be read", failure));
    }

    private void answer(Message<StoreCall<Object>> message) {
        ReadConnectionPool reading = readers;
        WriteQueue writing = writeQueue;
        if (reading == null || writing == null) {
            return;
        }
        StoreCall<Object> call = message.body();
        StatementTimings log = reading.log(call.requestId());
        long since = System.nanoTime();
        run(call, new StoreSession(reading, writing, log, call.writes()))
                .onComplete(done -> reply(message, since, log, done));
    }

    /**
     * Sends the result. The caller records the timings of a request. This verticle records timings without a request,
     * or after the timeout of the caller.
     */
    private void reply(Message<StoreCall<Object>> message, long since, StatementTimings log, AsyncResult<Object> done) {
        boolean late = System.nanoTime() - since > StoreClient.CALLER_TIMEOUT_NANOS;
        List<QueryTiming> timings = log.timings();
        if (late || message.body().requestId() == 0) {
            timings.forEach(recorder::query);
        }
        Throwable problem = done.succeeded() ? null : SqlErrors.translate(done.cause());
        message.reply(
                new StoreCall.StoreResult<>(done.result(), problem, late ? List.of() : timings), StoreClient.ANSWER);
    }

    /** Records the timings of worker threads, because the recorder belongs to this event loop. */
    private void record() {
        if (readers != null) {
            readers.record();
        }
        if (writeQueue != null) {
            writeQueue.record();
        }
    }

    private static <T> Future<T> run(StoreCall<T> call, StoreSession sql) {
        try {
            return call.work().apply(sql);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private void explain(Message<String> message) {
        ReadConnectionPool reading = readers;
        if (reading == null) {
            message.fail(503, "not ready");
            return;
        }
        MonitorCost cost = MonitorCost.of(vertx);
        reading.ifIdle(sql -> cost.onWorker(() -> dialect.explain(sql, message.body())))
                .orElseGet(() -> Future.failedFuture("no connection is idle"))
                .onSuccess(plan -> message.reply(
                        String.join("\n", plan.steps()),
                        new DeliveryOptions()
                                .addHeader(EventBusAddresses.SCANNED_ROWS, Long.toString(plan.scannedRows()))))
                .onFailure(failure -> message.fail(500, SqlErrors.code(failure)));
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
