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
import org.starpunk.config.TimeZones;
import org.starpunk.identity.Account;
import org.starpunk.identity.Profile;
import org.starpunk.identity.Secret;
import org.starpunk.identity.WebOrigin;

/** {@code /admin/setup?t=…}: the owner takes a new site over, with the link that was printed at the start, once. */
final class SetupPage {

    static final String ZONE_WANTED = "Give " + TimeZones.ALLOWED + ".";
    private static final int LONGEST_NAME = 100;

    private final Pages pages;
    private final Account account;
    private final Gate gate;
    private final PasswordWork passwords;
    private final @Nullable String baseUrl;

    SetupPage(AdminContext with, Pages pages, PasswordWork passwords) {
        this.pages = pages;
        this.account = with.account();
        this.gate = with.gate();
        this.passwords = passwords;
        this.baseUrl = with.settings().baseUrl();
    }

    /** What was typed. */
    record Typed(String secret, String siteName, String siteUrl, String authorName, String timeZone) {}

    void show(RoutingContext ctx) {
        String secret = ctx.request().getParam("t", "");
        withOffer(
                ctx,
                secret,
                () -> form(
                        ctx,
                        new Typed(
                                secret,
                                "",
                                here(ctx),
                                "",
                                account.profile().zone().getId()),
                        Map.of(),
                        200));
    }

    /** What is probably the site's address: the one that the browser has come by. */
    private String here(RoutingContext ctx) {
        HostAndPort host = ctx.request().authority();
        if (baseUrl != null || host == null) {
            return account.profile().siteUrl();
        }
        boolean plain = Cookies.onLoopback(ctx.request())
                && !"https".equals(ctx.request().scheme());
        return WebOrigin.of(plain ? "http" : "https", host.host(), host.port());
    }

    void save(RoutingContext ctx) {
        String address = baseUrl != null ? baseUrl : Form.line(ctx, "site_url");
        Typed typed = new Typed(
                ctx.request().getParam("t", ""),
                Form.line(ctx, "site_name"),
                address,
                Form.line(ctx, "author_name"),
                Form.line(ctx, "time_zone", account.profile().zone().getId()));
        withOffer(ctx, typed.secret(), () -> save(ctx, typed));
    }

    private void withOffer(RoutingContext ctx, String secret, Runnable work) {
        if (account.profile().isSet()) {
            Redirect.to(ctx, "/admin");
            return;
        }
        Reply.to(ctx, account.setupOffered(Secret.hash(secret)), offered -> decide(ctx, offered, work));
    }

    private void decide(RoutingContext ctx, boolean offered, Runnable work) {
        if (offered) {
            work.run();
        } else {
            pages.page(ctx, "admin/unowned", "This link is not valid")
                    .with("badLink", true)
                    .answer(403);
        }
    }

    private void form(RoutingContext ctx, Typed typed, Map<String, String> wrong, int status) {
        pages.page(ctx, "admin/setup", "Set up your site")
                .with("typed", typed)
                .with("fixedUrl", baseUrl != null)
                .with("timeZones", TimeZones.suggestions())
                .withWrong(wrong)
                .answer(status);
    }

    private void save(RoutingContext ctx, Typed typed) {
        Map<String, String> wrong = new LinkedHashMap<>();
        required(wrong, "site_name", typed.siteName(), "the site's name");
        Optional<String> url = SiteUrl.parse(typed.siteUrl());
        if (url.isEmpty()) {
            wrong.put("site_url", "Give the address with which readers find the site, such as https://example.org.");
        }
        required(wrong, "author_name", typed.authorName(), "your name");
        Optional<ZoneId> zone = TimeZones.parse(typed.timeZone());
        if (zone.isEmpty()) {
            wrong.put("time_zone", ZONE_WANTED);
        }
        passwords
                .hash(Form.text(ctx, "password"), List.of(typed.siteName(), typed.authorName()))
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

    private Profile profile(Typed typed, String url, Optional<ZoneId> zone) {
        ZoneId known = zone.orElse(account.profile().zone());
        return new Profile(typed.siteName(), url, typed.authorName(), "", "", "en", known);
    }

    private Future<Void> finish(
            RoutingContext ctx, Profile profile, Typed typed, Map<String, String> wrong, PasswordWork.Wished wished) {
        wished.problem().ifPresent(problem -> wrong.put("password", problem));
        if (!wrong.isEmpty()) {
            form(ctx, typed, wrong, Form.UNPROCESSABLE);
            return Future.succeededFuture();
        }
        return account.setUp(profile, wished.hash()).compose(first -> enter(ctx, first));
    }

    /** Of two who send the form at the same time, one becomes the owner. */
    private Future<Void> enter(RoutingContext ctx, boolean first) {
        if (!first) {
            Redirect.to(ctx, "/admin/login");
            return Future.succeededFuture();
        }
        return Reply.when(gate.open(ctx), done -> Redirect.to(ctx, "/admin/notes/new?first"));
    }
}
