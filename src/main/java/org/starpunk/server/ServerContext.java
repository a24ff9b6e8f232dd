package org.starpunk.server;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.admin.AdminAuthHandler;
import org.starpunk.admin.AdminRoutes;
import org.starpunk.admin.Csrf;
import org.starpunk.admin.LoginRateLimiter;
import org.starpunk.config.Settings;
import org.starpunk.config.TlsSettings;
import org.starpunk.feed.FullFeedCache;
import org.starpunk.identity.Account;
import org.starpunk.indieauth.IndieAuthRoutes;
import org.starpunk.job.JobRegistry;
import org.starpunk.micropub.MicropubLog;
import org.starpunk.micropub.MicropubLogRoutes;
import org.starpunk.monitor.web.PerformancePage;
import org.starpunk.note.SiteRevision;
import org.starpunk.site.SiteRoutes;
import org.starpunk.store.StoreClient;
import org.starpunk.view.PageCache;
import org.starpunk.view.StaticAssets;
import org.starpunk.view.Templates;

/** Thread-safe objects that all HTTP verticles of the process share. */
public final class ServerContext {

    private static final Logger LOG = LoggerFactory.getLogger(ServerContext.class);
    private static final int CONNECT_MILLIS = 2_000;
    private static final long THEME_MILLIS = 2_000;

    /** Maximum heap for cached pages, bytes. */
    private static final long PAGE_BYTES = 16 * 1024 * 1024;

    final StoreClient store;
    final Account account;
    final SiteRevision revision;
    final Path staticFolder;
    final StaticAssets assets;
    final Templates templates;
    final AdminAuthHandler authHandler;
    final Csrf csrf;
    final LoginRateLimiter throttle;
    final Clock clock;
    final PageCache pages;
    final FullFeedCache fullFeedCache;
    final JobRegistry jobs;
    final MicropubLog micropubLog = new MicropubLog();
    final TrustedProxies proxies;
    final @Nullable TlsConfigurer tls;
    final ConnectionLimiter connectionLimiter;
    final MaintenanceMode maintenance;
    final OpenApiRoute openApi = new OpenApiRoute();
    private final AtomicInteger port = new AtomicInteger();

    /** Other processes of the site, to which security events are forwarded. */
    public interface ClusterSignals {

        /** Reports a password guess on this node. */
        void guessed(String guess);

        /** Reports that sessions have ended. Completes when no other process accepts them. */
        Future<Void> loggedOut();

        /** Reports that a passkey has signed this challenge on this node, which makes it invalid. */
        void signed(String challenge);
    }

    public ServerContext(
            StoreClient store,
            Account account,
            SiteRevision revision,
            Clock clock,
            JobRegistry jobs,
            Settings settings,
            ClusterSignals signals) {
        this.proxies = new TrustedProxies(settings.trustedProxies());
        TlsSettings files = settings.tls();
        this.tls = files == null ? null : new TlsConfigurer(files);
        this.connectionLimiter = new ConnectionLimiter(settings.limits(), proxies);
        this.maintenance = new MaintenanceMode(settings.dataDir());
        this.staticFolder = settings.dataDir().resolve("static").toAbsolutePath();
        this.store = store;
        this.account = account;
        this.revision = revision;
        this.clock = clock;
        this.jobs = jobs;
        this.assets = new StaticAssets(staticFolder);
        assets.refreshTheme();
        SiteRoutes.readFiles(assets);
        this.templates = new Templates(assets);
        this.pages = new PageCache(PAGE_BYTES, revision::current);
        this.fullFeedCache = new FullFeedCache(settings.dataDir(), revision::current);
        this.authHandler = new AdminAuthHandler(account, clock, signals::loggedOut);
        this.csrf = new Csrf(account, signals::signed);
        this.throttle = new LoginRateLimiter(clock, signals::guessed);
    }

    /**
     * Compiles the templates. The call blocks for some tenths of a second, so it is made once the site is up. A request
     * that needs a template before that waits for it.
     */
    public void loadTemplates() {
        SiteRoutes.load(templates.load(RequestErrorHandler.TEMPLATE));
        AdminRoutes.load(templates);
        PerformancePage.load(templates);
        IndieAuthRoutes.load(templates);
        var unused = MicropubLogRoutes.load(templates);
    }

    /** Checks every two seconds whether the author's style sheet has changed. A change invalidates all cached pages. */
    public void watchTheme(Vertx vertx) {
        vertx.setPeriodic(
                THEME_MILLIS,
                unused -> (connectionLimiter.closing() ? Future.succeededFuture(false) : refreshTheme(vertx))
                        .onSuccess(changed -> themed(changed))
                        .onFailure(failure -> LOG.warn("the theme cannot be read", failure)));
    }

    private Future<Boolean> refreshTheme(Vertx vertx) {
        return vertx.executeBlocking(assets::refreshTheme, false);
    }

    private void themed(boolean changed) {
        if (changed) {
            LOG.info("the theme has changed");
            revision.advance();
        }
    }

    /** Counts a password guess on another node. */
    public void countRemoteGuess(String guess) {
        throttle.countRemoteGuess(guess);
    }

    /** Drops cached sessions after sessions may have ended in another process: a node or a command. */
    public void clearSessionCache() {
        authHandler.clearSessionCache();
    }

    /** Invalidates a challenge that a passkey has signed on another node. */
    public void markRemoteChallengeUsed(String challenge) {
        csrf.markChallengeUsed(challenge);
    }

    void listening(int actualPort) {
        port.set(actualPort);
    }

    /**
     * Connects to the site once, which gives the {@link ConnectionLimiter} access to its channel. A failure is harmless, because
     * the first visitor has the same effect. With TLS, Vert.x reports a connection only after its handshake. The
     * certificate is not checked.
     *
     * @return a future that always succeeds
     */
    public Future<Void> connectOnce(Vertx vertx, String host) {
        return (tls == null ? connectOncePlainly(vertx, host) : connectOnceByTls(vertx, host))
                .onFailure(failure -> LOG.debug("the site could not connect to itself", failure))
                .otherwiseEmpty();
    }

    /** Uses the JDK's socket, because Vert.x would load a client and a DNS resolver for this. */
    private Future<Void> connectOncePlainly(Vertx vertx, String host) {
        return vertx.<Socket>executeBlocking(
                        () -> {
                            Socket socket = new Socket();
                            socket.connect(new InetSocketAddress(host, port()), CONNECT_MILLIS);
                            return socket;
                        },
                        false)
                .compose(socket -> connectionLimiter
                        .whenListening()
                        .timeout(CONNECT_MILLIS, TimeUnit.MILLISECONDS)
                        .eventually(() -> vertx.executeBlocking(
                                () -> {
                                    socket.close();
                                    return null;
                                },
                                false)));
    }

    private Future<Void> connectOnceByTls(Vertx vertx, String host) {
        NetClient client = vertx.createNetClient(new NetClientOptions()
                .setConnectTimeout(CONNECT_MILLIS)
                .setSsl(true)
                .setTrustAll(true)
                .setHostnameVerificationAlgorithm(""));
        return client.connect(port(), host)
                .compose(unused -> connectionLimiter.whenListening())
                .timeout(CONNECT_MILLIS, TimeUnit.MILLISECONDS)
                .eventually(client::close);
    }

    /**
     * Stops accepting connections. Open connections continue until the HTTP verticles stop. During the delay {@code
     * /readyz} reports that the site is not ready, so that a proxy can notice, and each response is the last of its
     * connection.
     */
    public Future<Void> stopListening(Vertx vertx, Duration delay) {
        if (delay.isZero() || port() == 0) {
            return connectionLimiter.close();
        }
        connectionLimiter.beginToClose();
        return vertx.timer(delay.toMillis(), TimeUnit.MILLISECONDS).compose(unused -> connectionLimiter.close());
    }

    /** Returns the port of the site; 0 before it listens. */
    public int port() {
        return port.get();
    }
}
