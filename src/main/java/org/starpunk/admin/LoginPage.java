package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.identity.Account;
import org.starpunk.identity.PasskeyRepository;
import org.starpunk.telemetry.Recorder;

/** {@code /admin/login} and {@code /admin/logout}. */
final class LoginPage {

    private static final Logger LOG = LoggerFactory.getLogger(LoginPage.class);
    private static final String REAUTHENTICATE_PARAMETER = "again";

    private final AdminPageRenderer pageRenderer;
    private final Account account;
    private final AdminAuthHandler authHandler;
    private final PasswordAuthenticator passwords;
    private final PasskeyRepository passkeys;
    private final PasskeyVerifier check;
    private final Recorder recorder;
    private final Runnable loggedOut;

    LoginPage(
            AdminDependencies with,
            AdminPageRenderer pageRenderer,
            PasswordAuthenticator passwords,
            PasskeyVerifier check) {
        this.pageRenderer = pageRenderer;
        this.account = with.account();
        this.authHandler = with.gate();
        this.passwords = passwords;
        this.passkeys = with.passkeys();
        this.check = check;
        this.recorder = with.recorder();
        this.loggedOut = with.loggedOut();
    }

    /** Redirects an author who is logged in, unless the request demands a new login. */
    void show(RoutingContext ctx) {
        Future<Boolean> author = ctx.request().getParam(REAUTHENTICATE_PARAMETER) == null
                ? authHandler.isAuthor(ctx)
                : Future.succeededFuture(false);
        author.compose(known -> show(ctx, known)).onFailure(ctx::fail);
    }

    private Future<Void> show(RoutingContext ctx, boolean author) {
        if (author) {
            LocalRedirect.to(ctx, LocalRedirect.local(ctx.request().getParam("next")));
        } else if (!account.profile().isSet()) {
            pageRenderer
                    .page(ctx, "admin/unowned", "This site has no owner yet")
                    .answer(200);
        } else {
            return form(ctx, ctx.request().getParam("next"), null, 200);
        }
        return Future.succeededFuture();
    }

    private Future<Void> form(RoutingContext ctx, @Nullable String next, @Nullable String wrong, int status) {
        return FutureResponses.when(
                passkeys.list(),
                list -> pageRenderer
                        .page(ctx, "admin/login", "Log in")
                        .with("next", LocalRedirect.local(next))
                        .with("out", ctx.request().getParam("out") != null ? true : null)
                        .with("again", ctx.request().getParam(REAUTHENTICATE_PARAMETER) != null ? true : null)
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
                .check(ctx, SubmittedForm.text(ctx, "password"))
                .compose(answer -> answer.right() ? logIn(ctx, start, "password") : rejectLogin(ctx, start, answer))
                .onFailure(ctx::fail);
    }

    /**
     * Logs in with a passkey. Passkeys cannot be guessed, so they have no rate limit; they are checked one at a time.
     */
    void loginByPasskey(RoutingContext ctx) {
        long start = recorder.now();
        check.verifyPresented(ctx, SubmittedForm.line(ctx, "credential"))
                .compose(unused -> logIn(ctx, start, "passkey"))
                .recover(error -> error instanceof PasskeyVerifier.PasskeyRefusedException
                        ? rejectLogin(ctx, start, "wrong passkey", String.valueOf(error.getMessage()))
                        : Future.failedFuture(error))
                .onFailure(ctx::fail);
    }

    private Future<Void> logIn(RoutingContext ctx, long start, String method) {
        return FutureResponses.when(authHandler.open(ctx), unused -> recordLogin(ctx, start, method));
    }

    private void recordLogin(RoutingContext ctx, long start, String method) {
        recorder.business("login", recorder.now() - start, Map.of("result", "ok", "method", method));
        LocalRedirect.to(ctx, LocalRedirect.local(SubmittedForm.line(ctx, "next")));
    }

    private Future<Void> rejectLogin(
            RoutingContext ctx, long start, PasswordAuthenticator.AuthenticationResult answer) {
        if (answer.tooMany()) {
            LOG.warn("a login was refused: too many attempts");
            return form(ctx, SubmittedForm.line(ctx, "next"), answer.setRetryAfter(ctx), 429);
        }
        return rejectLogin(ctx, start, "wrong password", "The password is wrong.");
    }

    private Future<Void> rejectLogin(RoutingContext ctx, long start, String why, String message) {
        LOG.warn("a login failed: {}", why);
        recorder.business("login", recorder.now() - start, Map.of("result", why));
        return form(ctx, SubmittedForm.line(ctx, "next"), message, 401);
    }

    void logout(RoutingContext ctx) {
        FutureResponses.respond(ctx, authHandler.close(ctx), unused -> redirectAfterLogout(ctx));
    }

    private void redirectAfterLogout(RoutingContext ctx) {
        loggedOut.run();
        LocalRedirect.to(ctx, "/admin/login?out");
    }
}
