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
 * Lets the author pass, and nobody else. A browser that asks for a page is sent to the login; everything else gets 401.
 *
 * <p>There is one gate in the process, used by all event loops: it keeps the sessions that it has seen for a minute, and a
 * session that ends is forgotten at once.
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

    /** @param sessionsEndedNotifier tells the site's other processes that sessions have ended: for them to {@link #clearSessionCache} */
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
     * Whether the author sent this request. Costs nothing for readers, who have no session cookie; for the author, one look into
     * memory, once a minute into the database.
     */
    public Future<Boolean> isAuthor(RoutingContext ctx) {
        return session(ctx).map(Optional::isPresent);
    }

    /** The author's session; empty when the request does not belong to one. */
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
        if (endings.get() != before) { // a session ended while this one was being read: it may be this one
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

    /** Who is known stays known when nothing can be written: the time of use is written at the next try, a minute later. */
    private static @Nullable Void logTouchFailure(Throwable error) {
        LOG.debug("the use of a session was not noted", error);
        return null;
    }

    /**
     * Lets pass who has logged in not long ago, and asks everyone else to log in again: for what decides who may log in. Stands
     * behind the gate.
     *
     * @param page where to go on after login
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

    /** The session of a request that has passed the gate. */
    static Session sessionOf(RoutingContext ctx) {
        Session session = ctx.get(SESSION);
        if (session == null) {
            throw new IllegalStateException("the request has not passed the gate");
        }
        return session;
    }

    /** The cookie's secret of a request that has passed the gate; null for any other. */
    static @Nullable String secretOf(RoutingContext ctx) {
        return ctx.get(SECRET);
    }

    /** Logs the author in: opens a session under a new secret, ends the one that the browser had, and sets the cookie. */
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

    /** Logs the author out of this browser. */
    Future<Void> close(RoutingContext ctx) {
        Cookies.clear(ctx, COOKIE, siteUrl());
        return endSession(sessionOf(ctx).secretHash());
    }

    /** Ends a session, wherever it was opened. */
    Future<Void> endSession(String secretHash) {
        return account.endSession(secretHash).compose(unused -> publishSessionsEnded());
    }

    /** Sessions have ended: forgets what it has seen, here and in the site's other processes. */
    Future<Void> publishSessionsEnded() {
        clearSessionCache();
        return sessionsEndedNotifier.get();
    }

    /** Forgets what it has seen: another process has ended sessions, or has changed the database. */
    public void clearSessionCache() {
        endings.incrementAndGet();
        sessionCache.invalidateAll();
        listeners.forEach(Runnable::run);
    }

    /**
     * Registers a task that runs after sessions have ended, in this process or another, for any reason. The task runs on any
     * thread.
     *
     * @return unregisters the task
     */
    public Runnable onEnded(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Returns a key for the session of a request that this handler let pass. */
    public static String sessionKey(RoutingContext ctx) {
        return sessionOf(ctx).secretHash();
    }

    private String siteUrl() {
        return account.profile().siteUrl();
    }
}
