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
import org.starpunk.config.BuildInfo;
import org.starpunk.config.Settings;
import org.starpunk.identity.Account;
import org.starpunk.identity.SiteClock;
import org.starpunk.identity.TokenRepository;
import org.starpunk.job.BackupStatus;
import org.starpunk.job.JobRegistry;
import org.starpunk.media.UnusedMediaCleanup;
import org.starpunk.monitor.MetricsVerticle;
import org.starpunk.note.NoteRepository;
import org.starpunk.note.SiteRevision;
import org.starpunk.server.HttpVerticle;
import org.starpunk.server.ServerContext;
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
import org.starpunk.telemetry.EventBatch;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.SamplingRates;
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
    private final VertxMetricsExport numbers;
    private final ClusterNotifier others;
    private final Vertx vertx;
    private final SamplingRates sampling;
    private final UnaryOperator<Recorder> wrapping;
    private final Database database;
    private final SiteRevision revision;
    private final Clock base;
    private final Clock clock;
    private final JobRegistry jobs;
    private final StoreClient store;
    private final Deque<String> deployed = new ArrayDeque<>();
    private @Nullable String monitor;
    private volatile @Nullable AccountStore account;
    private @Nullable ServerContext shared;
    private volatile Future<?> later = Future.succeededFuture();
    private volatile long laterTimer;

    private Deployment(
            Settings settings,
            Cluster cluster,
            VertxMetricsExport numbers,
            UnaryOperator<Recorder> wrapping,
            Clock wallClock) {
        this.wrapping = wrapping;
        this.settings = settings;
        this.base = new SiteClock(wallClock, settings::timeZone);
        this.clock = new SiteClock(base, this::zone);
        this.jobs = new JobRegistry(clock);
        this.others = new ClusterNotifier(cluster);
        this.vertx = cluster.vertx();
        this.revision = new SiteRevision(others::publishChange);
        this.numbers = numbers;
        this.sampling = SamplingRates.of(
                settings.metrics().samplingRates(), settings.metrics().slowQueryThreshold());
        this.database = Database.ofServer(settings);
        this.store = new StoreClient(vertx);
        vertx.eventBus().registerCodec(new EventBatch.EventBatchCodec());
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
        VertxMetricsExport numbers = new VertxMetricsExport(settings.metrics());
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
                .compose(
                        done -> AccountStore.open(store, base, revision, settings.baseUrl(), localUrl(settings.port())))
                .compose(opened -> deploySchedule(opened, recorders))
                .compose(opened -> deployHttpVerticles(opened, recorders));
    }

    private Future<Void> deployMonitor() {
        if (!settings.metrics().enabled()) {
            return Future.succeededFuture();
        }
        return vertx.deployVerticle(new MetricsVerticle(
                        settings.metrics(),
                        sampling,
                        BuildInfo.current(),
                        new AlertWebhookSender(vertx, settings.metrics().alerts(), this::address),
                        numbers::read,
                        this::condition,
                        settings.cluster().enabled() ? settings.cluster().node() : null))
                .onSuccess(id -> monitor = id)
                .map(this::remember);
    }

    /** Returns the disk space and the backup state for the monitor's alerts. Blocks. */
    private SiteCondition condition() {
        String backup = jobs.backup()
                .filter(state -> state.hasProblem(clock.instant()))
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

    /**
     * Deploys the schedule after the account is opened, because its log messages contain times in the zone of the site.
     */
    private Future<AccountStore> deploySchedule(AccountStore opened, Function<Vertx, Recorder> recorders) {
        account = opened;
        return vertx.deployVerticle(new ScheduleVerticle(store, revision, clock, recorders))
                .map(this::remember)
                .map(opened);
    }

    private Future<Void> deployHttpVerticles(AccountStore opened, Function<Vertx, Recorder> recorders) {
        return vertx.executeBlocking(() -> new ServerContext(store, opened, revision, clock, jobs, settings, others))
                .compose(common -> others.subscribe(opened, common).map(common))
                .compose(common -> deployHttpVerticles(common, recorders));
    }

    private Future<Void> deployHttpVerticles(ServerContext common, Function<Vertx, Recorder> recorders) {
        shared = common;
        revision.onChangeElsewhere(common::clearSessionCache);
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
    private void loadLater(ServerContext common) {
        laterTimer = vertx.setTimer(LATER_MILLIS, unused -> {
            HeapFreeRatioController.watch(vertx);
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
        return DataDirectory.deleteAbandoned(
                settings.dataDir(), settings.backup().folder(), clock.instant());
    }

    private Future<Void> deployBackup(Function<Vertx, Recorder> recorders) {
        unusedMedia().schedule(UNUSED_MEDIA_FIRST, others::isLeader);
        if (!(database instanceof DatabaseFile)) {
            // PostgreSQL is backed up by its own tools.
            jobs.backup(new BackupStatus(false, clock.instant(), null, null, null, null));
            return Future.succeededFuture();
        }
        return vertx.deployVerticle(new BackupVerticle(settings.dataDir(), settings.backup(), jobs, clock, recorders))
                .map(this::remember);
    }

    private UnusedMediaCleanup unusedMedia() {
        Duration timeout = Duration.ofDays(settings.limits().unusedMediaDays());
        return new UnusedMediaCleanup(vertx, settings.dataDir(), notes(), account(), timeout, clock);
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
        stopped.eventually(() -> later).onComplete(unused -> vertx.close().onComplete(closed));
        return closed.future();
    }

    /** Returns the revision of the site's content. Advancing it makes every cached page stale, which benchmarks use. */
    SiteRevision revision() {
        return revision;
    }

    /** Returns the port that the site listens on, or 0 before it listens. */
    public int port() {
        return shared == null ? 0 : shared.port();
    }

    /** Returns the address that a browser on this machine uses to reach the site. */
    public URI uri() {
        return URI.create(localUrl(port()));
    }

    private String localUrl(int port) {
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
    public JobRegistry jobs() {
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
    public NoteRepository notes() {
        return new NoteStore(vertx, store, Recorder.none(), clock);
    }

    /** Returns the app tokens, for code outside the verticles. */
    public TokenRepository tokens() {
        return new TokenStore(store, clock);
    }
}
