package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.identity.Account;
import org.starpunk.telemetry.Recorder;

/** {@code /admin/login} and {@code /admin/logout}. */
final class LoginPage {

    private static final Logger LOG = LoggerFactory.getLogger(LoginPage.class);

    private final Pages pages;
    private final Account account;
    private final Gate gate;
    private final LoginThrottle throttle;
    private final ClientAddress clients;
    private final PasswordWork passwords;
    private final Recorder recorder;
    private final Runnable loggedOut;

    LoginPage(AdminContext with, Pages pages, PasswordWork passwords) {
        this.pages = pages;
        this.account = with.account();
        this.gate = with.gate();
        this.throttle = with.throttle();
        this.clients = new ClientAddress(with.settings().trustedProxies());
        this.passwords = passwords;
        this.recorder = with.recorder();
        this.loggedOut = with.loggedOut();
    }

    void show(RoutingContext ctx) {
        Reply.to(ctx, gate.isAuthor(ctx), author -> show(ctx, author));
    }

    private void show(RoutingContext ctx, boolean author) {
        if (author) {
            Redirect.to(ctx, Redirect.local(ctx.request().getParam("next")));
        } else if (!account.profile().isSet()) {
            pages.page(ctx, "admin/unowned", "This site has no owner yet").answer(200);
        } else {
            form(ctx, ctx.request().getParam("next"), null, 200);
        }
    }

    private void form(RoutingContext ctx, @Nullable String next, @Nullable String wrong, int status) {
        pages.page(ctx, "admin/login", "Log in")
                .with("next", Redirect.local(next))
                .with("out", ctx.request().getParam("out") != null)
                .with("wrong", wrong)
                .answer(status);
    }

    void login(RoutingContext ctx) {
        long start = recorder.now();
        Duration wait = throttle.guess(clients.of(ctx.request()));
        if (!wait.isZero()) {
            refuse(ctx, wait);
            return;
        }
        account.passwordHash()
                .compose(hash -> check(Form.text(ctx, "password"), hash))
                .compose(right -> right ? enter(ctx, start) : stayOut(ctx, start))
                .onFailure(ctx::fail);
    }

    private Future<Boolean> check(String password, Optional<String> hash) {
        return hash.isPresent() ? passwords.check(password, hash.get()) : Future.succeededFuture(false);
    }

    private void refuse(RoutingContext ctx, Duration wait) {
        long seconds = wait.toSeconds() + 1;
        LOG.warn("a login was refused: too many attempts");
        ctx.response().putHeader(HttpHeaders.RETRY_AFTER, String.valueOf(seconds));
        String message = "Too many attempts. The next one is possible in " + inWords(seconds) + ".";
        form(ctx, Form.line(ctx, "next"), message, 429);
    }

    private static String inWords(long seconds) {
        return seconds < 120 ? seconds + " seconds" : (seconds + 59) / 60 + " minutes";
    }

    private Future<Void> enter(RoutingContext ctx, long start) {
        throttle.wasRight(clients.of(ctx.request()));
        return Reply.when(gate.open(ctx), done -> entered(ctx, start));
    }

    private void entered(RoutingContext ctx, long start) {
        recorder.business("login", recorder.now() - start, Map.of("result", "ok"));
        Redirect.to(ctx, Redirect.local(Form.line(ctx, "next")));
    }

    private Future<Void> stayOut(RoutingContext ctx, long start) {
        LOG.warn("a login failed: wrong password");
        recorder.business("login", recorder.now() - start, Map.of("result", "wrong password"));
        form(ctx, Form.line(ctx, "next"), "That is not the password.", 401);
        return Future.succeededFuture();
    }

    void logout(RoutingContext ctx) {
        Reply.to(ctx, gate.close(ctx), done -> left(ctx));
    }

    private void left(RoutingContext ctx) {
        loggedOut.run();
        Redirect.to(ctx, "/admin/login?out");
    }
}
