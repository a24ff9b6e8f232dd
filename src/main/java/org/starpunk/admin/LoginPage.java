package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.identity.Account;
import org.starpunk.identity.Passkeys;
import org.starpunk.telemetry.Recorder;

/** {@code /admin/login} and {@code /admin/logout}. */
final class LoginPage {

    private static final Logger LOG = LoggerFactory.getLogger(LoginPage.class);
    private static final String AGAIN = "again";

    private final Pages pages;
    private final Account account;
    private final Gate gate;
    private final PasswordCheck passwords;
    private final Passkeys passkeys;
    private final PasskeyCheck check;
    private final Recorder recorder;
    private final Runnable loggedOut;

    LoginPage(AdminContext with, Pages pages, PasswordCheck passwords, PasskeyCheck check) {
        this.pages = pages;
        this.account = with.account();
        this.gate = with.gate();
        this.passwords = passwords;
        this.passkeys = with.passkeys();
        this.check = check;
        this.recorder = with.recorder();
        this.loggedOut = with.loggedOut();
    }

    /** Who is logged in goes on, unless something asks for a new login. */
    void show(RoutingContext ctx) {
        Future<Boolean> author =
                ctx.request().getParam(AGAIN) == null ? gate.isAuthor(ctx) : Future.succeededFuture(false);
        author.compose(known -> show(ctx, known)).onFailure(ctx::fail);
    }

    private Future<Void> show(RoutingContext ctx, boolean author) {
        if (author) {
            Redirect.to(ctx, Redirect.local(ctx.request().getParam("next")));
        } else if (!account.profile().isSet()) {
            pages.page(ctx, "admin/unowned", "This site has no owner yet").answer(200);
        } else {
            return form(ctx, ctx.request().getParam("next"), null, 200);
        }
        return Future.succeededFuture();
    }

    private Future<Void> form(RoutingContext ctx, @Nullable String next, @Nullable String wrong, int status) {
        return Reply.when(
                passkeys.list(),
                list -> pages.page(ctx, "admin/login", "Log in")
                        .with("next", Redirect.local(next))
                        .with("out", ctx.request().getParam("out") != null ? true : null)
                        .with("again", ctx.request().getParam(AGAIN) != null ? true : null)
                        .with(
                                "passkey",
                                list.isEmpty() ? null : check.request(ctx).encode())
                        .with("origin", check.origin())
                        .with("obstacle", check.obstacle().orElse(null))
                        .with("wrong", wrong)
                        .answer(status));
    }

    void login(RoutingContext ctx) {
        long start = recorder.now();
        passwords
                .check(ctx, Form.text(ctx, "password"))
                .compose(answer -> answer.right() ? enter(ctx, start, "password") : stayOut(ctx, start, answer))
                .onFailure(ctx::fail);
    }

    /** A passkey is nothing that could be guessed: it is not throttled, but checked one at a time. */
    void loginByPasskey(RoutingContext ctx) {
        long start = recorder.now();
        check.shown(ctx, Form.line(ctx, "credential"))
                .compose(done -> enter(ctx, start, "passkey"))
                .recover(error -> error instanceof PasskeyCheck.Refused
                        ? stayOut(ctx, start, "wrong passkey", String.valueOf(error.getMessage()))
                        : Future.failedFuture(error))
                .onFailure(ctx::fail);
    }

    private Future<Void> enter(RoutingContext ctx, long start, String method) {
        return Reply.when(gate.open(ctx), done -> entered(ctx, start, method));
    }

    private void entered(RoutingContext ctx, long start, String method) {
        recorder.business("login", recorder.now() - start, Map.of("result", "ok", "method", method));
        Redirect.to(ctx, Redirect.local(Form.line(ctx, "next")));
    }

    private Future<Void> stayOut(RoutingContext ctx, long start, PasswordCheck.Answer answer) {
        if (answer.tooMany()) {
            LOG.warn("a login was refused: too many attempts");
            return form(ctx, Form.line(ctx, "next"), answer.tellWait(ctx), 429);
        }
        return stayOut(ctx, start, "wrong password", "That is not the password.");
    }

    private Future<Void> stayOut(RoutingContext ctx, long start, String why, String message) {
        LOG.warn("a login failed: {}", why);
        recorder.business("login", recorder.now() - start, Map.of("result", why));
        return form(ctx, Form.line(ctx, "next"), message, 401);
    }

    void logout(RoutingContext ctx) {
        Reply.to(ctx, gate.close(ctx), done -> left(ctx));
    }

    private void left(RoutingContext ctx) {
        loggedOut.run();
        Redirect.to(ctx, "/admin/login?out");
    }
}
