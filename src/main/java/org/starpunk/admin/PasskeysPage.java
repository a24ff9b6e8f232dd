package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Passkey;
import org.starpunk.identity.PasskeyRepository;

/** {@code /admin/passkeys}: adds, lists, renames and removes passkeys. Requires a recent login. */
final class PasskeysPage {

    static final String PATH = "/admin/passkeys";

    private final AdminPageRenderer pageRenderer;
    private final PasskeyRepository passkeys;
    private final PasskeyVerifier check;
    private final Clock clock;

    PasskeysPage(AdminDependencies with, AdminPageRenderer pageRenderer, PasskeyVerifier check) {
        this.pageRenderer = pageRenderer;
        this.passkeys = with.passkeys();
        this.check = check;
        this.clock = with.clock();
    }

    /** A passkey in the list. */
    record PasskeyListItem(String id, String name, String added, String used, boolean wrong) {}

    void show(RoutingContext ctx) {
        show(ctx, null, 200).onFailure(ctx::fail);
    }

    private Future<Void> show(RoutingContext ctx, @Nullable String wrong, int status) {
        return FutureResponses.when(passkeys.list(), list -> answer(ctx, list, wrong, status));
    }

    private void answer(RoutingContext ctx, List<Passkey> list, @Nullable String wrong, int status) {
        // The submitted name belongs to an existing passkey, not to the form for a new one.
        String renamed = SubmittedForm.line(ctx, "id");
        String typed = renamed.isEmpty() ? SubmittedForm.line(ctx, "name") : "";
        Instant now = clock.instant();
        pageRenderer
                .page(ctx, "admin/passkeys", "Passkeys")
                .with(
                        "lines",
                        list.stream()
                                .map(passkey -> line(
                                        passkey,
                                        now,
                                        wrong != null && passkey.id().equals(renamed)))
                                .toList())
                .with("options", check.creation(ctx, list).encode())
                .with("origin", check.origin())
                .with("typed", typed)
                .with("wrong", wrong)
                .with("wrongName", wrong != null && renamed.isEmpty() && isWrong(typed) ? wrong : null)
                .with("obstacle", check.obstacle().orElse(null))
                .with("done", done(ctx))
                .answer(status);
    }

    private static PasskeyListItem line(Passkey passkey, Instant now, boolean wrong) {
        Instant used = passkey.lastUsed();
        return new PasskeyListItem(
                passkey.id(),
                passkey.name(),
                RelativeTime.text(passkey.created(), now),
                used == null ? "never" : RelativeTime.text(used, now),
                wrong);
    }

    private static @Nullable String done(RoutingContext ctx) {
        return switch (ctx.request().getParam("done", "")) {
            case "added" -> "The passkey is added: you can log in with it.";
            case "renamed" -> "The passkey is renamed.";
            case "removed" -> "The passkey is removed here. Delete it on your device, too.";
            default -> null;
        };
    }

    void add(RoutingContext ctx) {
        String name = SubmittedForm.line(ctx, "name");
        if (isWrong(name)) {
            refuseName(ctx);
            return;
        }
        check.verifyCreated(ctx, SubmittedForm.line(ctx, "credential"), name)
                .compose(passkeys::add)
                .compose(added -> added
                        ? FutureResponses.when(
                                Future.succeededFuture(), unused -> LocalRedirect.to(ctx, PATH + "?done=added"))
                        : show(ctx, "This passkey was already added.", SubmittedForm.UNPROCESSABLE))
                .recover(error -> error instanceof PasskeyVerifier.PasskeyRefusedException
                        ? show(ctx, error.getMessage(), SubmittedForm.UNPROCESSABLE)
                        : Future.failedFuture(error))
                .onFailure(ctx::fail);
    }

    private static boolean isWrong(String name) {
        return name.isEmpty() || name.length() > Passkey.LONGEST_NAME;
    }

    private void refuseName(RoutingContext ctx) {
        show(
                        ctx,
                        "Give the passkey a name of at most " + Passkey.LONGEST_NAME + " characters.",
                        SubmittedForm.UNPROCESSABLE)
                .onFailure(ctx::fail);
    }

    void rename(RoutingContext ctx) {
        String name = SubmittedForm.line(ctx, "name");
        if (isWrong(name)) {
            refuseName(ctx);
            return;
        }
        FutureResponses.respond(
                ctx,
                passkeys.rename(SubmittedForm.line(ctx, "id"), name),
                renamed -> LocalRedirect.to(ctx, renamed ? PATH + "?done=renamed" : PATH));
    }

    void remove(RoutingContext ctx) {
        FutureResponses.respond(
                ctx,
                passkeys.remove(SubmittedForm.line(ctx, "id")),
                removed -> LocalRedirect.to(ctx, removed ? PATH + "?done=removed" : PATH));
    }
}
