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

/** Asks the store verticle, from any verticle, and gives the timings that come back to the request that the calling code works for. */
public final class StoreClient {

    private static final long SEND_TIMEOUT_MILLIS = 20_000;

    /** Whoever asks has most probably not given up waiting before. */
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

    /** @param vertx with {@link #registerCodecs} done */
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

    /** Returns a client for public searches, which use at most half of the connections and are interrupted after two seconds. */
    public StoreClient forSearches() {
        return new StoreClient(vertx, notes, ReadConnectionShare.SEARCH);
    }

    /** Makes the event bus know what calls look like. Once for each Vert.x. */
    public static void registerCodecs(Vertx vertx) {
        var unused = vertx.eventBus().registerCodec(CALLS).registerCodec(ANSWERS);
    }

    /** The notes that are kept in memory. */
    NoteCache notes() {
        return notes;
    }

    /**
     * Reads one row of the notes, because a constant would not touch the file. Fails when the database cannot serve a page, or when
     * its files are not the open ones.
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

    /** How busy the connections are. */
    public Future<PoolStats> pool() {
        return call(sql -> Future.succeededFuture(sql.pool()));
    }

    /**
     * Reads with plain statements, in one visit. A read takes a lane from here, without waking the store's event loop on its way:
     * that would be half of what a short one costs.
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

    /** The lanes of the store that is open in this process. */
    static LocalMap<String, ReadConnectionPool> readers(Vertx vertx) {
        return vertx.sharedData().getLocalMap(ADDRESS);
    }

    /** Asks for what takes more than plain reading, by the event bus. */
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

    /** A call without a store was not carried out; one without an answer in time may still be. */
    private static <T> Future<Message<StoreCall.StoreResult<T>>> unreachable(Throwable failure) {
        if (!(failure instanceof ReplyException reply)) {
            return Future.failedFuture(failure);
        }
        return Future.failedFuture(
                reply.failureType() == ReplyFailure.NO_HANDLERS
                        ? new UnavailableException("the store is not open", failure)
                        : UnavailableException.outcomeUnknown("the store does not answer", failure));
    }

    @SuppressWarnings("NullAway") // a value is null only where T says so
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
