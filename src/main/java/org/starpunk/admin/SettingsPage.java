package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.IllformedLocaleException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.starpunk.config.TimeZoneNames;
import org.starpunk.identity.Account;
import org.starpunk.identity.Account.Session;
import org.starpunk.identity.Profile;
import org.starpunk.note.DisplayedProperty;
import org.starpunk.note.UploadStore;
import org.starpunk.telemetry.Recorder;

/** {@code /admin/settings}: the profile, the password and the sessions. */
final class SettingsPage {

    private static final int LONGEST_BIO = 500;
    private static final int LONGEST_URL = 2000;
    private static final int MOST_LINKS = 20;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm", Locale.ENGLISH);

    private final AdminPageRenderer pageRenderer;
    private final Account account;
    private final AdminAuthHandler authHandler;
    private final PasswordAuthenticator check;
    private final PasswordHashingExecutor passwords;
    private final Clock clock;
    private final Recorder recorder;
    private final UploadStore uploads;
    private final Runnable loggedOut;
    private final @Nullable String baseUrl;

    SettingsPage(
            AdminDependencies with,
            AdminPageRenderer pageRenderer,
            PasswordAuthenticator check,
            PasswordHashingExecutor passwords) {
        this.pageRenderer = pageRenderer;
        this.account = with.account();
        this.authHandler = with.gate();
        this.check = check;
        this.passwords = passwords;
        this.clock = with.clock();
        this.recorder = with.recorder();
        this.loggedOut = with.loggedOut();
        this.uploads = with.uploads();
        this.baseUrl = with.settings().baseUrl();
    }

    /** A session in the list. */
    record SessionLine(String id, String browser, String opened, String seen, boolean own) {}

    void show(RoutingContext ctx) {
        show(ctx, account.profile(), zone(), Map.of(), 200).onFailure(ctx::fail);
    }

    /** Returns the id of the site's time zone. */
    private String zone() {
        return account.profile().zone().getId();
    }

    private Future<Void> show(
            RoutingContext ctx, Profile typed, String timeZone, Map<String, String> wrong, int status) {
        return FutureResponses.when(
                account.sessions(), sessions -> show(ctx, typed, timeZone, wrong, status, sessions));
    }

    private void show(
            RoutingContext ctx,
            Profile typed,
            String timeZone,
            Map<String, String> wrong,
            int status,
            List<Session> sessions) {
        String own = AdminAuthHandler.sessionOf(ctx).secretHash();
        Instant now = clock.instant();
        pageRenderer
                .page(ctx, "admin/settings", "Settings")
                .with("settings", true)
                .with("typed", typed)
                .with("timeZone", timeZone)
                .with("timeZones", TimeZoneNames.suggestions())
                .with("timeThere", TIME.format(now.atZone(account.profile().zone())))
                .with(
                        "photo",
                        account.profile().photo().isEmpty()
                                ? null
                                : account.profile().photo())
                .with("links", String.join("\n", typed.links()))
                .with("fixedUrl", baseUrl != null)
                .with("nameless", !account.profile().identifies())
                .withWrong(wrong)
                .with("done", done(ctx))
                .with(
                        "sessions",
                        sessions.stream()
                                .map(session -> line(session, own, now))
                                .toList())
                .with("others", sessions.size() > 1)
                .answer(status);
    }

    private static @Nullable String done(RoutingContext ctx) {
        return switch (ctx.request().getParam("done", "")) {
            case "profile" -> "The profile is saved.";
            case "photo" -> "The picture is saved.";
            case "password" -> "The password is changed, and every other browser is logged out.";
            case "password-and-tokens" ->
                "The password is changed, every other browser is logged out, and no app has access any more.";
            case "session" -> "The session has ended.";
            default -> null;
        };
    }

    private static SessionLine line(Session session, String own, Instant now) {
        return new SessionLine(
                session.secretHash(),
                UserAgentName.name(session.userAgent()),
                RelativeTime.text(session.created(), now),
                RelativeTime.text(session.seen(), now),
                session.secretHash().equals(own));
    }

    /** Saves an uploaded picture of the author. Earlier handlers read the form and checked its token. */
    void savePhoto(RoutingContext ctx) {
        PhotoUploadHandler.only(ctx)
                .map(file -> uploads.store(file)
                        .compose(path -> account.changeProfile(account.profile().withPhoto(path)))
                        .compose(unused -> {
                            recorder.business("settings_changed", 0, Map.of());
                            done(ctx, "photo");
                            return Future.<Void>succeededFuture();
                        })
                        .recover(error -> error instanceof UploadStore.UploadRefusedException refused
                                ? wrongPhoto(ctx, String.valueOf(refused.getMessage()), refused.status())
                                : Future.failedFuture(error)))
                .orElseGet(() -> wrongPhoto(ctx, "Choose a picture first.", SubmittedForm.UNPROCESSABLE))
                .onFailure(ctx::fail);
    }

    private Future<Void> wrongPhoto(RoutingContext ctx, String message, int status) {
        return show(ctx, account.profile(), zone(), Map.of("photo_file", message), status);
    }

    void saveProfile(RoutingContext ctx) {
        String timeZone = SubmittedForm.line(ctx, "time_zone", zone());
        Optional<ZoneId> zone = TimeZoneNames.parse(timeZone);
        Profile typed = new Profile(
                SubmittedForm.line(ctx, "site_name"),
                baseUrl != null ? baseUrl : SubmittedForm.line(ctx, "site_url"),
                SubmittedForm.line(ctx, "author_name"),
                SubmittedForm.line(ctx, "bio"),
                SubmittedForm.line(ctx, "photo"),
                SubmittedForm.line(ctx, "language"),
                zone.orElse(account.profile().zone()),
                links(ctx),
                "yes".equals(SubmittedForm.line(ctx, "ai_crawlers")));
        Map<String, String> wrong = wrong(typed);
        if (zone.isEmpty()) {
            wrong.put("time_zone", SetupPage.ZONE_WANTED);
        }
        Optional<String> url = SiteUrl.parse(typed.siteUrl());
        Future<Void> done = wrong.isEmpty() && url.isPresent()
                ? FutureResponses.when(account.changeProfile(at(typed, url.get())), unused -> profileSaved(ctx))
                : show(ctx, typed, timeZone, wrong, SubmittedForm.UNPROCESSABLE);
        done.onFailure(ctx::fail);
    }

    private void profileSaved(RoutingContext ctx) {
        recorder.business("settings_changed", 0, Map.of());
        done(ctx, "profile");
    }

    private static Profile at(Profile typed, String url) {
        return typed.withSiteUrl(url);
    }

    private static Map<String, String> wrong(Profile typed) {
        Map<String, String> wrong = new LinkedHashMap<>();
        SetupPage.required(wrong, "site_name", typed.siteName(), "the site's name");
        if (SiteUrl.parse(typed.siteUrl()).isEmpty()) {
            wrong.put("site_url", "Enter the public address of the site, such as https://example.org.");
        }
        SetupPage.required(wrong, "author_name", typed.authorName(), "your name");
        if (typed.bio().length() > LONGEST_BIO) {
            wrong.put("bio", "At most " + LONGEST_BIO + " characters, please.");
        }
        if (!typed.photo().isEmpty() && !isPicture(typed.photo())) {
            wrong.put("photo", "Give an address that begins with https:// or http://, or a path of this site.");
        }
        wrongLinks(typed.links()).ifPresent(problem -> wrong.put("links", problem));
        if (!isLanguage(typed.language())) {
            wrong.put("language", "Give a language tag, such as en, de or pt-BR.");
        }
        return wrong;
    }

    private static List<String> links(RoutingContext ctx) {
        return SubmittedForm.text(ctx, "links")
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .distinct()
                .toList();
    }

    /** Returns a message about the addresses of other profiles; empty if they are valid. */
    private static Optional<String> wrongLinks(List<String> links) {
        if (links.size() > MOST_LINKS) {
            return Optional.of("At most " + MOST_LINKS + " addresses, please.");
        }
        return links.stream()
                .filter(link -> !DisplayedProperty.isWeb(link))
                .findFirst()
                .map(
                        link -> "“" + link
                                + "” is not a valid address. Enter a complete one in each line, such as https://example.social/@you.");
    }

    private static boolean isPicture(String url) {
        boolean absolute = url.startsWith("https://") || url.startsWith("http://");
        boolean local = url.startsWith("/") && !url.startsWith("//");
        return url.length() <= LONGEST_URL && (absolute || local) && url.chars().allMatch(c -> c > ' ');
    }

    private static boolean isLanguage(String tag) {
        try {
            return !tag.isEmpty()
                    && !new Locale.Builder()
                            .setLanguageTag(tag)
                            .build()
                            .getLanguage()
                            .isEmpty();
        } catch (IllformedLocaleException e) {
            return false;
        }
    }

    private static void done(RoutingContext ctx, String what) {
        LocalRedirect.to(ctx, "/admin/settings?done=" + what);
    }

    /**
     * Changes the password. Requires the current password, so access to an open browser is not enough to lock the
     * author out.
     */
    void changePassword(RoutingContext ctx) {
        check.check(ctx, SubmittedForm.text(ctx, "current"))
                .compose(answer -> answer.right() ? choose(ctx) : refuse(ctx, answer))
                .onFailure(ctx::fail);
    }

    private Future<Void> refuse(RoutingContext ctx, PasswordAuthenticator.AuthenticationResult answer) {
        return answer.tooMany()
                ? wrongPassword(ctx, "current", answer.setRetryAfter(ctx), 429)
                : wrongPassword(ctx, "current", "The password is wrong.", 403);
    }

    private Future<Void> wrongPassword(RoutingContext ctx, String field, String message, int status) {
        return show(ctx, account.profile(), zone(), Map.of(field, message), status);
    }

    private Future<Void> choose(RoutingContext ctx) {
        Profile profile = account.profile();
        return passwords
                .hash(SubmittedForm.text(ctx, "password"), List.of(profile.siteName(), profile.authorName()))
                .compose(wished -> wished.problem().isPresent()
                        ? wrongPassword(ctx, "password", wished.problem().get(), SubmittedForm.UNPROCESSABLE)
                        : replace(ctx, wished.hash()));
    }

    private Future<Void> replace(RoutingContext ctx, String hash) {
        boolean revoke = "yes".equals(SubmittedForm.line(ctx, "revoke_tokens"));
        Future<Void> opened = account.changePassword(hash, revoke)
                .compose(changed -> authHandler.publishSessionsEnded())
                .compose(ended -> authHandler.open(ctx));
        return FutureResponses.when(opened, open -> {
            loggedOut.run();
            done(ctx, revoke ? "password-and-tokens" : "password");
        });
    }

    /** Ends the chosen session, or all sessions except this one. */
    void endSession(RoutingContext ctx) {
        String own = AdminAuthHandler.sessionOf(ctx).secretHash();
        String chosen = SubmittedForm.line(ctx, "session");
        FutureResponses.respond(
                ctx,
                account.sessions()
                        .compose(all -> Future.all(all.stream()
                                .map(Session::secretHash)
                                .filter(hash -> chosen.equals("others") ? !hash.equals(own) : hash.equals(chosen))
                                .map(authHandler::endSession)
                                .toList())),
                unused -> {
                    loggedOut.run();
                    done(ctx, "session");
                });
    }
}
