package org.starpunk;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.cluster.Cluster;
import org.starpunk.config.Settings;
import org.starpunk.config.Version;
import org.starpunk.identity.Account;
import org.starpunk.identity.SiteClock;
import org.starpunk.identity.Tokens;
import org.starpunk.job.BackupState;
import org.starpunk.job.Jobs;
import org.starpunk.media.UnusedMedia;
import org.starpunk.monitor.MetricsVerticle;
import org.starpunk.note.Notes;
import org.starpunk.note.Revision;
import org.starpunk.server.HttpVerticle;
import org.starpunk.server.Shared;
import org.starpunk.store.AccountStore;
import org.starpunk.store.BackupVerticle;
import org.starpunk.store.DataDirectory;
import org.starpunk.store.Database;
import org.starpunk.store.DatabaseFile;
import org.starpunk.store.NoteStore;
import org.starpunk.store.ScheduleVerticle;
import org.starpunk.store.StoreClient;
import org.starpunk.store.StoreVerticle;
import org.starpunk.store.TokenStore;
import org.starpunk.telemetry.Batch;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.Sampling;
import org.starpunk.telemetry.SiteCondition;

/**
 * The running server. Starts the monitor first, so that it records everything, then the store, then one HTTP verticle
 * per core.
 */
public final class Deployment {

    private static final Logger LOG = LoggerFactory.getLogger(Deployment.class);
    private static final long LATER_MILLIS = 1_000;

    /**
     * Worker threads for slow work: images, passwords, Markdown. The store has its own pool. Each thread that was used
     * retains memory.
     */
    private static final int WORKERS = 6;

    private static final Duration UNUSED_MEDIA_FIRST = Duration.ofMinutes(10);

    private final Settings settings;
    private final VertxNumbers numbers;
    private final OtherNodes others;
    private final Vertx vertx;
    private final Sampling sampling;
    private final UnaryOperator<Recorder> wrapping;
    private final Database database;
    private final Revision revision;
    private final Clock base;
    private final Clock clock;
    private final Jobs jobs;
    private final StoreClient store;
    private final Deque<String> deployed = new ArrayDeque<>();
    private @Nullable String monitor;
    private volatile @Nullable AccountStore account;
    private @Nullable Shared shared;
    private volatile Future<?> later = Future.succeededFuture();
    private volatile long laterTimer;

    private Deployment(
            Settings settings,
            Cluster cluster,
            VertxNumbers numbers,
            UnaryOperator<Recorder> wrapping,
            Clock wallClock) {
        this.wrapping = wrapping;
        this.settings = settings;
        this.base = new SiteClock(wallClock, settings::timeZone);
        this.clock = new SiteClock(base, this::zone);
        this.jobs = new Jobs(clock);
        this.others = new OtherNodes(cluster);
        this.vertx = cluster.vertx();
        this.revision = new Revision(others::changed);
        this.numbers = numbers;
        this.sampling = Sampling.of(
                settings.metrics().samplingRates(), settings.metrics().slowQueryThreshold());
        this.database = Database.ofServer(settings);
        this.store = new StoreClient(vertx);
        vertx.eventBus().registerCodec(new Batch.Codec());
        StoreClient.registerCodecs(vertx);
    }

    /** Starts every part. If a part fails to start, stops the parts that were started before it. */
    public static Future<Deployment> start(Settings settings) {
        return start(settings, UnaryOperator.identity());
    }

    /** @param recorders wraps each recorder, for example in a benchmark that turns the monitor on and off */
    static Future<Deployment> start(Settings settings, UnaryOperator<Recorder> recorders) {
        return start(settings, recorders, Clock.systemUTC());
    }

    /**
     * Starts every part with another clock.
     *
     * @param wallClock the clock of notes, sessions and schedules
     */
    public static Future<Deployment> start(Settings settings, Clock wallClock) {
        return start(settings, UnaryOperator.identity(), wallClock);
    }

    private static Future<Deployment> start(Settings settings, UnaryOperator<Recorder> recorders, Clock wallClock) {
        RequestTiming.register();
        // Without a context: after a failed start is undone, no event loop is left that could complete a context's
        // promise.
        Promise<Deployment> started = Promise.promise();
        VertxNumbers numbers = new VertxNumbers(settings.metrics());
        Cluster.start(numbers.applyTo(options()), settings.cluster())
                .onSuccess(cluster -> start(new Deployment(settings, cluster, numbers, recorders, wallClock), started))
                .onFailure(started::fail);
        return started.future();
    }

    private static VertxOptions options() {
        return new VertxOptions()
                .setWorkerPoolSize(WORKERS)
                .setInternalBlockingPoolSize(WORKERS)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false));
    }

    private static void start(Deployment deployment, Promise<Deployment> started) {
        deployment
                .deploy()
                .onSuccess(done -> started.complete(deployment))
                .onFailure(failure -> deployment.stop().onComplete(stopped -> started.fail(failure)));
    }

    private Future<Void> deploy() {
        Function<Vertx, Recorder> recorders = settings.metrics().enabled()
                ? verticle -> wrapping.apply(Recorder.toBus(verticle, sampling))
                : verticle -> Recorder.none();
        return deployMonitor()
                .compose(done -> deployStore(recorders))
                .compose(done -> AccountStore.open(store, base, revision, settings.baseUrl(), here(settings.port())))
                .compose(opened -> deploySchedule(opened, recorders))
                .compose(opened -> deployFrontDoors(opened, recorders));
    }

    private Future<Void> deployMonitor() {
        if (!settings.metrics().enabled()) {
            return Future.succeededFuture();
        }
        return vertx.deployVerticle(new MetricsVerticle(
                        settings.metrics(),
                        sampling,
                        Version.current(),
                        new AlertPost(vertx, settings.metrics().alerts(), this::address),
                        numbers::read,
                        this::condition,
                        settings.cluster().enabled() ? settings.cluster().node() : null))
                .onSuccess(id -> monitor = id)
                .map(this::remember);
    }

    /** Returns the disk space and the backup state for the monitor's alerts. Blocks. */
    private SiteCondition condition() {
        String backup = jobs.backup()
                .filter(state -> state.troubled(clock.instant()))
                .map(state -> state.failure() == null ? "none was made for two days" : state.failure())
                .orElse(null);
        try {
            FileStore disk = Files.getFileStore(settings.dataDir());
            return new SiteCondition(disk.getTotalSpace(), disk.getUsableSpace(), backup);
        } catch (IOException e) {
            LOG.debug("cannot read the free disk space", e);
            return new SiteCondition(0, 0, backup);
        }
    }

    private ZoneId zone() {
        AccountStore opened = account;
        return opened == null ? base.getZone() : opened.profile().zone();
    }

    private @Nullable String address() {
        return account == null ? settings.baseUrl() : account.profile().siteUrl();
    }

    /** Stops the monitor; the site continues to run. */
    public Future<Void> stopMonitor() {
        String id = monitor;
        monitor = null;
        return id == null || !deployed.remove(id) ? Future.succeededFuture() : vertx.undeploy(id);
    }

    /** Starts the monitor again after {@link #stopMonitor}, with empty statistics. */
    public Future<Void> startMonitor() {
        return monitor == null ? deployMonitor() : Future.succeededFuture();
    }

    private Future<Void> deployStore(Function<Vertx, Recorder> recorders) {
        return vertx.deployVerticle(new StoreVerticle(
                        database, revision, recorders, settings.metrics().logQueries()))
                .map(this::remember);
    }

    /** Runs after the account is opened, because the log names times in the zone of the site. */
    private Future<AccountStore> deploySchedule(AccountStore opened, Function<Vertx, Recorder> recorders) {
        account = opened;
        return vertx.deployVerticle(new ScheduleVerticle(store, revision, clock, recorders))
                .map(this::remember)
                .map(opened);
    }

    private Future<Void> deployFrontDoors(AccountStore opened, Function<Vertx, Recorder> recorders) {
        return vertx.executeBlocking(() -> new Shared(store, opened, revision, clock, jobs, settings, others))
                .compose(common -> others.hear(opened, common).map(common))
                .compose(common -> deployFrontDoors(common, recorders));
    }

    private Future<Void> deployFrontDoors(Shared common, Function<Vertx, Recorder> recorders) {
        shared = common;
        revision.onChangeElsewhere(common::sessionsEndedElsewhere);
        return vertx.deployVerticle(
                        () -> new HttpVerticle(settings, common, recorders),
                        new DeploymentOptions().setInstances(HttpVerticle.instances(settings)))
                .onSuccess(id -> common.watchTheme(vertx))
                .map(this::remember)
                .onSuccess(done -> loadLater(common))
                .compose(done -> common.connectOnce(vertx, settings.host()))
                .compose(done -> deployBackup(recorders));
    }

    /** Defers templates and file cleanup until the first pages are sent, so that those pages do not wait. */
    private void loadLater(Shared common) {
        laterTimer = vertx.setTimer(LATER_MILLIS, tick -> {
            HeapRoom.watch(vertx);
            later = Future.join(
                    vertx.executeBlocking(() -> {
                                common.loadTemplates();
                                return null;
                            })
                            .onFailure(failure -> LOG.error("cannot compile a template", failure)),
                    vertx.executeBlocking(this::sweep)
                            .onFailure(failure -> LOG.warn("cannot delete leftover files", failure)));
        });
    }

    private int sweep() throws IOException {
        return DataDirectory.sweep(settings.dataDir(), settings.backup().folder(), clock.instant());
    }

    private Future<Void> deployBackup(Function<Vertx, Recorder> recorders) {
        unusedMedia().schedule(UNUSED_MEDIA_FIRST, others::oldest);
        if (!(database instanceof DatabaseFile)) {
            // PostgreSQL is backed up by its own tools.
            jobs.backup(new BackupState(false, clock.instant(), null, null, null, null));
            return Future.succeededFuture();
        }
        return vertx.deployVerticle(new BackupVerticle(settings.dataDir(), settings.backup(), jobs, clock, recorders))
                .map(this::remember);
    }

    private UnusedMedia unusedMedia() {
        Duration patience = Duration.ofDays(settings.limits().unusedMediaDays());
        return new UnusedMedia(vertx, settings.dataDir(), notes(), account(), patience, clock);
    }

    private @Nullable Void remember(String id) {
        deployed.push(id);
        return null;
    }

    /**
     * Stops in reverse order: refuses new requests, completes the running ones, then stops the store and the monitor.
     */
    public Future<Void> stop() {
        Future<Void> stopped =
                shared == null ? Future.succeededFuture() : shared.stopListening(vertx, settings.shutdownDelay());
        vertx.cancelTimer(laterTimer);
        while (!deployed.isEmpty()) {
            String id = deployed.pop();
            stopped = stopped.eventually(() -> vertx.undeploy(id));
        }
        // Without a context: a promise of Vert.x completes on an event loop, and a closed Vert.x has none.
        Promise<Void> closed = Promise.promise();
        stopped.eventually(() -> later).onComplete(undeployed -> vertx.close().onComplete(closed));
        return closed.future();
    }

    /** Returns the revision of the site's content. Advancing it makes every cached page stale, which benchmarks use. */
    Revision revision() {
        return revision;
    }

    /** Returns the port that the site listens on, or 0 before it listens. */
    public int port() {
        return shared == null ? 0 : shared.port();
    }

    /** Returns the address that a browser on this machine uses to reach the site. */
    public URI uri() {
        return URI.create(here(port()));
    }

    private String here(int port) {
        String host = settings.host().contains(":") ? '[' + settings.host() + ']' : settings.host();
        return (settings.tls() == null ? "http://" : "https://") + host + ":" + port;
    }

    public Settings settings() {
        return settings;
    }

    public Vertx vertx() {
        return vertx;
    }

    public Database database() {
        return database;
    }

    /** Returns the registry of this server's background jobs. */
    public Jobs jobs() {
        return jobs;
    }

    /**
     * Returns the author's account.
     *
     * @throws IllegalStateException before the server is started
     */
    public Account account() {
        if (account == null) {
            throw new IllegalStateException("the server has not started");
        }
        return account;
    }

    /** Returns the notes, for code outside the verticles, such as a command. */
    public Notes notes() {
        return new NoteStore(vertx, store, Recorder.none(), clock);
    }

    /** Returns the app tokens, for code outside the verticles. */
    public Tokens tokens() {
        return new TokenStore(store, clock);
    }
}
