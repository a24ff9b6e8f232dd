package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.starpunk.config.TimeZoneNames;
import org.starpunk.identity.Account;
import org.starpunk.identity.Profile;
import org.starpunk.identity.SecretTokens;
import org.starpunk.identity.WebOrigin;

/** {@code /admin/setup?t=…}: the owner sets up a new site, once, with the link from the first start. */
final class SetupPage {

    static final String ZONE_WANTED = "Give " + TimeZoneNames.ALLOWED + ".";
    private static final int LONGEST_NAME = 100;

    private final AdminPageRenderer pageRenderer;
    private final Account account;
    private final AdminAuthHandler authHandler;
    private final PasswordHashingExecutor passwords;
    private final @Nullable String baseUrl;

    SetupPage(AdminDependencies with, AdminPageRenderer pageRenderer, PasswordHashingExecutor passwords) {
        this.pageRenderer = pageRenderer;
        this.account = with.account();
        this.authHandler = with.gate();
        this.passwords = passwords;
        this.baseUrl = with.settings().baseUrl();
    }

    /** Submitted values of the form. */
    record SetupInput(String secret, String siteName, String siteUrl, String authorName, String timeZone) {}

    void show(RoutingContext ctx) {
        String secret = ctx.request().getParam("t", "");
        withOffer(
                ctx,
                secret,
                () -> form(
                        ctx,
                        new SetupInput(
                                secret,
                                "",
                                localUrl(ctx),
                                "",
                                account.profile().zone().getId()),
                        Map.of(),
                        200));
    }

    /** Returns a suggestion for the site's address: the address in the browser's request. */
    private String localUrl(RoutingContext ctx) {
        HostAndPort host = ctx.request().authority();
        if (baseUrl != null || host == null) {
            return account.profile().siteUrl();
        }
        boolean plain = Cookies.onLoopback(ctx.request())
                && !"https".equals(ctx.request().scheme());
        return WebOrigin.of(plain ? "http" : "https", host.host(), host.port());
    }

    void save(RoutingContext ctx) {
        String address = baseUrl != null ? baseUrl : SubmittedForm.line(ctx, "site_url");
        SetupInput typed = new SetupInput(
                ctx.request().getParam("t", ""),
                SubmittedForm.line(ctx, "site_name"),
                address,
                SubmittedForm.line(ctx, "author_name"),
                SubmittedForm.line(ctx, "time_zone", account.profile().zone().getId()));
        withOffer(ctx, typed.secret(), () -> save(ctx, typed));
    }

    private void withOffer(RoutingContext ctx, String secret, Runnable work) {
        if (account.profile().isSet()) {
            LocalRedirect.to(ctx, "/admin");
            return;
        }
        FutureResponses.respond(
                ctx, account.setupOffered(SecretTokens.hash(secret)), offered -> decide(ctx, offered, work));
    }

    private void decide(RoutingContext ctx, boolean offered, Runnable work) {
        if (offered) {
            work.run();
        } else {
            pageRenderer
                    .page(ctx, "admin/unowned", "This link is not valid")
                    .with("badLink", true)
                    .answer(403);
        }
    }

    private void form(RoutingContext ctx, SetupInput typed, Map<String, String> wrong, int status) {
        pageRenderer
                .page(ctx, "admin/setup", "Set up your site")
                .with("typed", typed)
                .with("fixedUrl", baseUrl != null)
                .with("timeZones", TimeZoneNames.suggestions())
                .withWrong(wrong)
                .answer(status);
    }

    private void save(RoutingContext ctx, SetupInput typed) {
        Map<String, String> wrong = new LinkedHashMap<>();
        required(wrong, "site_name", typed.siteName(), "the site's name");
        Optional<String> url = SiteUrl.parse(typed.siteUrl());
        if (url.isEmpty()) {
            wrong.put("site_url", "Enter the public address of the site, such as https://example.org.");
        }
        required(wrong, "author_name", typed.authorName(), "your name");
        Optional<ZoneId> zone = TimeZoneNames.parse(typed.timeZone());
        if (zone.isEmpty()) {
            wrong.put("time_zone", ZONE_WANTED);
        }
        passwords
                .hash(SubmittedForm.text(ctx, "password"), List.of(typed.siteName(), typed.authorName()))
                .compose(wished -> finish(ctx, profile(typed, url.orElse(""), zone), typed, wrong, wished))
                .onFailure(ctx::fail);
    }

    static void required(Map<String, String> wrong, String field, String value, String what) {
        if (value.isEmpty()) {
            wrong.put(field, "Give " + what + ".");
        } else if (value.length() > LONGEST_NAME) {
            wrong.put(field, "At most " + LONGEST_NAME + " characters, please.");
        }
    }

    private Profile profile(SetupInput typed, String url, Optional<ZoneId> zone) {
        ZoneId known = zone.orElse(account.profile().zone());
        return new Profile(typed.siteName(), url, typed.authorName(), "", "", "en", known);
    }

    private Future<Void> finish(
            RoutingContext ctx,
            Profile profile,
            SetupInput typed,
            Map<String, String> wrong,
            PasswordHashingExecutor.NewPasswordResult wished) {
        wished.problem().ifPresent(problem -> wrong.put("password", problem));
        if (!wrong.isEmpty()) {
            form(ctx, typed, wrong, SubmittedForm.UNPROCESSABLE);
            return Future.succeededFuture();
        }
        return account.setUp(profile, wished.hash()).compose(first -> enter(ctx, first));
    }

    /** Logs the owner in. If two people send the form at the same time, only the first becomes the owner. */
    private Future<Void> enter(RoutingContext ctx, boolean first) {
        if (!first) {
            LocalRedirect.to(ctx, "/admin/login");
            return Future.succeededFuture();
        }
        return FutureResponses.when(authHandler.open(ctx), unused -> LocalRedirect.to(ctx, "/admin/notes/new?first"));
    }
}
