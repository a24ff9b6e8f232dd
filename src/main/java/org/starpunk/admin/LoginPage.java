package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
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
    private final PasswordCheck passwords;
    private final Recorder recorder;
    private final Runnable loggedOut;

    LoginPage(AdminContext with, Pages pages, PasswordCheck passwords) {
        this.pages = pages;
        this.account = with.account();
        this.gate = with.gate();
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
        passwords
                .check(ctx, Form.text(ctx, "password"))
                .compose(answer -> answer.right() ? enter(ctx, start) : stayOut(ctx, start, answer))
                .onFailure(ctx::fail);
    }

    private Future<Void> enter(RoutingContext ctx, long start) {
        return Reply.when(gate.open(ctx), done -> entered(ctx, start));
    }

    private void entered(RoutingContext ctx, long start) {
        recorder.business("login", recorder.now() - start, Map.of("result", "ok"));
        Redirect.to(ctx, Redirect.local(Form.line(ctx, "next")));
    }

    private Future<Void> stayOut(RoutingContext ctx, long start, PasswordCheck.Answer answer) {
        if (answer.tooMany()) {
            LOG.warn("a login was refused: too many attempts");
            form(ctx, Form.line(ctx, "next"), answer.tellWait(ctx), 429);
            return Future.succeededFuture();
        }
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
