package org.starpunk.admin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.identity.Account;
import org.starpunk.identity.Account.Session;
import org.starpunk.identity.SecretTokens;
import org.starpunk.view.AcceptHeader;

/**
 * Authenticates the author by the session cookie. A request without a valid session fails with 401; a page request of a
 * browser is redirected to the login page.
 *
 * <p>The process has one instance, used by all event loops. It caches valid sessions for a minute, and clears the cache
 * as soon as a session ends.
 */
public final class AdminAuthHandler implements Handler<RoutingContext> {

    static final String COOKIE = "starpunk";

    private static final Logger LOG = LoggerFactory.getLogger(AdminAuthHandler.class);

    private static final String SECRET = "org.starpunk.admin.secret";
    private static final String SESSION = "org.starpunk.admin.session";
    private static final Duration CACHED = Duration.ofSeconds(60);
    private static final Duration TOUCHED_EVERY = Duration.ofHours(1);
    private static final Duration RECENT = Duration.ofMinutes(15);
    private static final int SECRET_LENGTH = 43;
    private static final int USER_AGENT_LENGTH = 200;

    private final Account account;
    private final Clock clock;
    private final Supplier<Future<Void>> sessionsEndedNotifier;
    private final DeviceCookie deviceCookie;
    private final Cache<String, Session> sessionCache =
            Caffeine.newBuilder().expireAfterWrite(CACHED).maximumSize(1000).build();
    private final AtomicLong endings = new AtomicLong();
    private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();

    /**
     * @param sessionsEndedNotifier notifies the other processes of the site that sessions have ended; they call {@link
     *     #clearSessionCache}
     */
    public AdminAuthHandler(Account account, Clock clock, Supplier<Future<Void>> sessionsEndedNotifier) {
        this.account = account;
        this.clock = clock;
        this.sessionsEndedNotifier = sessionsEndedNotifier;
        this.deviceCookie = new DeviceCookie(account);
    }

    @Override
    public void handle(RoutingContext ctx) {
        ctx.request().pause();
        FutureResponses.respond(ctx, session(ctx), session -> decide(ctx, session));
    }

    private void decide(RoutingContext ctx, Optional<Session> session) {
        if (!ctx.request().isEnded()) {
            ctx.request().resume();
        }
        ctx.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        if (session.isPresent()) {
            ctx.next();
        } else if (wantsPage(ctx)) {
            String next = URLEncoder.encode(ctx.request().uri(), StandardCharsets.UTF_8);
            LocalRedirect.to(ctx, "/admin/login?next=" + next);
        } else {
            ctx.fail(401);
        }
    }

    private static boolean wantsPage(RoutingContext ctx) {
        return ctx.request().method().equals(HttpMethod.GET) && AcceptHeader.prefersPage(ctx.request());
    }

    /**
     * Returns whether the author sent this request. A request without a session cookie costs nothing. A request with
     * one reads the cache, and the database at most once a minute.
     */
    public Future<Boolean> isAuthor(RoutingContext ctx) {
        return session(ctx).map(Optional::isPresent);
    }

    /** Returns the author's session; empty if the request has no valid one. */
    Future<Optional<Session>> session(RoutingContext ctx) {
        String secret = Cookies.read(ctx, COOKIE, siteUrl());
        if (secret == null || secret.length() != SECRET_LENGTH) {
            return Future.succeededFuture(Optional.empty());
        }
        return find(SecretTokens.hash(secret)).map(session -> cacheSession(ctx, secret, session));
    }

    private Optional<Session> cacheSession(RoutingContext ctx, String secret, Optional<Session> session) {
        if (session.isPresent()) {
            ctx.put(SECRET, secret);
            ctx.put(SESSION, session.get());
        }
        return session;
    }

    private Future<Optional<Session>> find(String hash) {
        Session known = sessionCache.getIfPresent(hash);
        if (known != null) {
            return Future.succeededFuture(Optional.of(known).filter(this::isValid));
        }
        long before = endings.get();
        return account.session(hash)
                .map(found -> found.filter(this::isValid))
                .compose(found -> cacheUnlessEnded(found, before));
    }

    private boolean isValid(Session session) {
        return session.validAt(clock.instant());
    }

    private Future<Optional<Session>> cacheUnlessEnded(Optional<Session> found, long before) {
        if (found.isEmpty()) {
            return Future.succeededFuture(found);
        }
        Session session = found.get();
        sessionCache.put(session.secretHash(), session);
        if (endings.get() != before) { // a session ended during the read, perhaps this one
            sessionCache.invalidate(session.secretHash());
        }
        Instant now = clock.instant();
        if (session.seen().plus(TOUCHED_EVERY).isAfter(now)) {
            return Future.succeededFuture(found);
        }
        return account.touchSession(session.secretHash(), now)
                .otherwise(AdminAuthHandler::logTouchFailure)
                .map(found);
    }

    /**
     * Ignores a failed write of the time of use. The session stays valid, and the next request after the cache expires
     * writes the time.
     */
    private static @Nullable Void logTouchFailure(Throwable error) {
        LOG.debug("cannot record the use of a session", error);
        return null;
    }

    /**
     * Returns a handler that requires a login within the last 15 minutes, for pages that change who can log in. It
     * redirects older sessions to the login page. It must follow this handler in a route.
     *
     * @param page path to open after the login
     */
    public Handler<RoutingContext> requireRecentLogin(String page) {
        return ctx -> {
            if (sessionOf(ctx).created().plus(RECENT).isAfter(clock.instant())) {
                ctx.next();
            } else {
                LocalRedirect.to(ctx, "/admin/login?again&next=" + page);
            }
        };
    }

    /**
     * Returns the session of a request that passed this handler.
     *
     * @throws IllegalStateException if the request has not passed it
     */
    static Session sessionOf(RoutingContext ctx) {
        Session session = ctx.get(SESSION);
        if (session == null) {
            throw new IllegalStateException("the request was not authenticated");
        }
        return session;
    }

    /** Returns the secret of the session cookie; null if the request has not passed this handler. */
    static @Nullable String secretOf(RoutingContext ctx) {
        return ctx.get(SECRET);
    }

    /**
     * Logs the author in: ends the browser's previous session, opens a session with a new secret, and sets the cookies.
     */
    Future<Void> open(RoutingContext ctx) {
        String secret = SecretTokens.create();
        Instant now = clock.instant();
        Session session = new Session(SecretTokens.hash(secret), now, now, now.plus(Session.LIFETIME), userAgent(ctx));
        String old = Cookies.read(ctx, COOKIE, siteUrl());
        Future<Void> ended = old == null ? Future.succeededFuture() : endSession(SecretTokens.hash(old));
        return ended.compose(unused -> account.openSession(session))
                .compose(unused -> deviceCookie.setCookie(ctx))
                .onSuccess(unused -> Cookies.set(ctx, COOKIE, secret, Session.LIFETIME, siteUrl()));
    }

    private static String userAgent(RoutingContext ctx) {
        String name = ctx.request().getHeader(HttpHeaders.USER_AGENT);
        if (name == null) {
            return "";
        }
        return name.length() <= USER_AGENT_LENGTH ? name : name.substring(0, USER_AGENT_LENGTH);
    }

    /** Ends the session of this browser. */
    Future<Void> close(RoutingContext ctx) {
        Cookies.clear(ctx, COOKIE, siteUrl());
        return endSession(sessionOf(ctx).secretHash());
    }

    /** Ends a session of any browser. */
    Future<Void> endSession(String secretHash) {
        return account.endSession(secretHash).compose(unused -> publishSessionsEnded());
    }

    /** Clears the session cache here and in the other processes of the site. */
    Future<Void> publishSessionsEnded() {
        clearSessionCache();
        return sessionsEndedNotifier.get();
    }

    /** Clears the session cache, because another process ended sessions or changed the database. */
    public void clearSessionCache() {
        endings.incrementAndGet();
        sessionCache.invalidateAll();
        listeners.forEach(Runnable::run);
    }

    /**
     * Registers a task that runs after sessions end, in this process or another, for any reason. The task runs on any
     * thread.
     *
     * @return unregisters the task
     */
    public Runnable onEnded(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /**
     * Returns a key of the session of a request that passed this handler.
     *
     * @throws IllegalStateException if the request has not passed it
     */
    public static String sessionKey(RoutingContext ctx) {
        return sessionOf(ctx).secretHash();
    }

    private String siteUrl() {
        return account.profile().siteUrl();
    }
}
