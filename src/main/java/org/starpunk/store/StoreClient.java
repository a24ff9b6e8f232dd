package org.starpunk.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.shareddata.LocalMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.UnavailableException;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.RequestWrites;

/** Client of the store verticle, for any verticle. Adds the timings of the statements to the current request. */
public final class StoreClient {

    private static final long SEND_TIMEOUT_MILLIS = 20_000;

    /** One second less than the send timeout, so that the caller is normally still waiting. */
    static final long CALLER_TIMEOUT_NANOS = (SEND_TIMEOUT_MILLIS - 1_000) * 1_000_000;

    static final String ADDRESS = "starpunk.store";
    private static final StoreCall.StoreCallCodec<StoreCall<?>> CALLS = new StoreCall.StoreCallCodec<>("starpunk.call");
    private static final StoreCall.StoreCallCodec<StoreCall.StoreResult<?>> ANSWERS =
            new StoreCall.StoreCallCodec<>("starpunk.answer");
    private static final DeliveryOptions CALL =
            new DeliveryOptions().setCodecName(CALLS.name()).setLocalOnly(true).setSendTimeout(SEND_TIMEOUT_MILLIS);
    static final DeliveryOptions ANSWER =
            new DeliveryOptions().setCodecName(ANSWERS.name()).setLocalOnly(true);

    private final Vertx vertx;
    private final NoteCache notes;
    private final ReadConnectionShare share;

    /** @param vertx instance on which {@link #registerCodecs} was called */
    public StoreClient(Vertx vertx) {
        this(vertx, new NoteCache(), ReadConnectionShare.AUTHOR);
    }

    private StoreClient(Vertx vertx, NoteCache notes, ReadConnectionShare share) {
        this.vertx = vertx;
        this.notes = notes;
        this.share = share;
    }

    /** Returns a client for public pages, which leaves one connection free for the author. */
    public StoreClient forVisitors() {
        return new StoreClient(vertx, notes, ReadConnectionShare.VISITOR);
    }

    /**
     * Returns a client for public searches, which use at most half of the connections and are interrupted after two
     * seconds.
     */
    public StoreClient forSearches() {
        return new StoreClient(vertx, notes, ReadConnectionShare.SEARCH);
    }

    /** Registers the codecs of calls and results. Must be called once per Vert.x instance. */
    public static void registerCodecs(Vertx vertx) {
        var unused = vertx.eventBus().registerCodec(CALLS).registerCodec(ANSWERS);
    }

    /** Returns the cache of notes. */
    NoteCache notes() {
        return notes;
    }

    /**
     * Checks that the database can serve a page, by reading one row of the notes; a constant would not read the file.
     * Fails if it cannot, or if its files are not the open ones.
     */
    public Future<Void> ping() {
        ReadConnectionPool pool = readers(vertx).get(ADDRESS);
        if (pool != null && !pool.fileProblem().isEmpty()) {
            return Future.failedFuture(new UnavailableException(pool.fileProblem()));
        }
        return read(jdbc -> {
                    jdbc.dialect().requireSound();
                    return jdbc.list("SELECT slug FROM notes ORDER BY id DESC LIMIT 1", row -> row.getString(1));
                })
                .mapEmpty();
    }

    /** Returns the current state of the read pool. */
    public Future<PoolStats> pool() {
        return call(sql -> Future.succeededFuture(sql.pool()));
    }

    /**
     * Runs a read on a worker thread. It acquires its connection on the current thread, because a message to the
     * store's event loop would take half of the time of a short read.
     */
    <T> Future<T> read(JdbcSession.SqlWork<T> work) {
        ReadConnectionPool pool = readers(vertx).get(ADDRESS);
        if (pool == null) {
            return Future.failedFuture(new UnavailableException("the store is not open"));
        }
        RequestTiming request = RequestTiming.current();
        Recorder recorder = request == null ? null : request.recorder();
        long asked = request == null ? 0 : request.queryStarted();
        Promise<StoreCall.StoreResult<T>> promise = ((ContextInternal) vertx.getOrCreateContext()).promise();
        StatementTimings log = pool.log(request == null ? 0 : request.id());
        pool.read(share, log, work, (result, failure, timings) -> {
            if (recorder == null) {
                pool.recordTimings(timings);
            }
            promise.complete(new StoreCall.StoreResult<>(
                    result, failure == null ? null : SqlErrors.translate(failure), timings));
        });
        return promise.future().compose(answer -> open(answer, recorder, asked));
    }

    /** Returns the map with the read pool of the open store in this process. */
    static LocalMap<String, ReadConnectionPool> readers(Vertx vertx) {
        return vertx.sharedData().getLocalMap(ADDRESS);
    }

    /** Runs work on the store verticle over the event bus, such as a write. */
    <T> Future<T> call(Function<StoreSession, Future<T>> work) {
        RequestTiming request = RequestTiming.current();
        StoreCall<T> call = new StoreCall<>(
                work, request == null ? 0 : request.id(), request == null ? new RequestWrites() : request.writes());
        long asked = request == null ? 0 : request.queryStarted();
        return vertx.eventBus()
                .<StoreCall.StoreResult<T>>request(ADDRESS, call, CALL)
                .recover(StoreClient::unreachable)
                .compose(message -> open(message.body(), request == null ? null : request.recorder(), asked));
    }

    /**
     * Converts a failure of the event bus. A call without a handler did not run; a call without a reply in time may
     * have run.
     */
    private static <T> Future<Message<StoreCall.StoreResult<T>>> unreachable(Throwable failure) {
        if (!(failure instanceof ReplyException reply)) {
            return Future.failedFuture(failure);
        }
        return Future.failedFuture(
                reply.failureType() == ReplyFailure.NO_HANDLERS
                        ? new UnavailableException("the store is not open", failure)
                        : UnavailableException.outcomeUnknown("the store does not answer", failure));
    }

    @SuppressWarnings("NullAway") // the value is null only if T is nullable
    private static <T> Future<T> open(StoreCall.StoreResult<T> answer, @Nullable Recorder recorder, long asked) {
        if (recorder != null) {
            answer.timings().forEach(recorder::query);
        }
        RequestTiming request = RequestTiming.current();
        if (request != null) {
            request.queriesCompleted(asked, answer.timings());
        }
        Throwable failure = answer.failure();
        return failure == null ? Future.succeededFuture(answer.value()) : Future.failedFuture(failure);
    }
}
