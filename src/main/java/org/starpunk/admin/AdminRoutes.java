package org.starpunk.admin;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import org.starpunk.config.LimitSettings;
import org.starpunk.note.NoteLimits;
import org.starpunk.view.Templates;

/**
 * Routes of the author's pages. Each HTTP verticle has an instance; the authentication handler and the rate limiter are
 * shared by the process.
 */
public final class AdminRoutes {

    /** Maximum size of a request body before login, in bytes. */
    private static final int STRANGERS_BODY = 16 * 1024;

    private static final String[] TEMPLATES = {
        "admin/setup",
        "admin/unowned",
        "admin/login",
        "admin/home",
        "admin/composer",
        "admin/notes",
        "admin/tags",
        "admin/jobs",
        "admin/settings",
        "admin/passkeys"
    };

    private final AdminAuthHandler authHandler;
    private final Csrf csrf;
    private final BodyHandler body;
    private final BodyHandler small;
    private final PhotoUploadHandler photos;
    private final SetupPage setup;
    private final LoginPage login;
    private final PasskeysPage passkeys;
    private final AdminHomePage home;
    private final ComposerPage composer;
    private final NoteListPage list;
    private final TagAdminPage tags;
    private final JobsPage jobs;
    private final SettingsPage settings;

    public AdminRoutes(AdminDependencies with) {
        LimitSettings accepted = with.settings().limits();
        NoteLimits limits = new NoteLimits(
                accepted.noteLength(), accepted.tagsPerNote(), accepted.tagLength(), accepted.titleLength());
        AdminPageRenderer pageRenderer = new AdminPageRenderer(with.views(), with.account(), with.csrf());
        PasswordHashingExecutor passwords = new PasswordHashingExecutor(with.vertx());
        this.authHandler = with.gate();
        this.csrf = with.csrf();
        this.body = BodyHandler.create(false).setBodyLimit(accepted.bodyBytes());
        this.small = BodyHandler.create(false).setBodyLimit(Math.min(STRANGERS_BODY, accepted.bodyBytes()));
        this.photos = new PhotoUploadHandler(with.uploads(), with.settings().dataDir(), accepted.uploadBytes());
        this.setup = new SetupPage(with, pageRenderer, passwords);
        PasswordAuthenticator check = new PasswordAuthenticator(with, passwords);
        PasskeyVerifier keys = new PasskeyVerifier(with, passwords);
        this.login = new LoginPage(with, pageRenderer, check, keys);
        this.passkeys = new PasskeysPage(with, pageRenderer, keys);
        this.home = new AdminHomePage(pageRenderer, with.notes(), with.jobs(), with.clock());
        this.composer = new ComposerPage(with, pageRenderer, limits);
        this.list = new NoteListPage(pageRenderer, with.notes(), with.clock());
        this.jobs = new JobsPage(with, pageRenderer);
        this.tags = new TagAdminPage(pageRenderer, with.notes(), limits);
        this.settings = new SettingsPage(with, pageRenderer, check, passwords);
    }

    /** Compiles the templates. Blocks, so it may be called during the start only. */
    public static Templates load(Templates templates) {
        return templates.load(TEMPLATES);
    }

    public void mount(Router router) {
        open(router, "/admin/setup", setup::show, setup::save);
        open(router, "/admin/login", login::show, login::login);
        openForm(router, "/admin/login/passkey", login::loginByPasskey);
        form(router, "/admin/logout", login::logout);
        page(router, "/admin", home::show);
        page(router, "/admin/notes", list::show);
        form(router, "/admin/notes", composer::publish);
        page(router, "/admin/notes/new", composer::write);
        form(router, "/admin/preview", composer::preview);
        form(router, "/admin/notes/delete", list::delete);
        form(router, "/admin/notes/undelete", list::undelete);
        form(router, "/admin/notes/publish", list::publish);
        form(router, "/admin/notes/unpublish", list::unpublish);
        page(router, "/admin/notes/:id", composer::edit);
        form(router, "/admin/notes/:id", composer::change);
        form(router, "/admin/photos", photos::read, photos::save);
        page(router, "/admin/tags", tags::show);
        form(router, "/admin/tags", tags::rename);
        page(router, "/admin/jobs", jobs::show);
        form(router, "/admin/jobs/backup", jobs::backUp);
        form(router, "/admin/jobs/reindex", jobs::reindex);
        page(router, "/admin/settings", settings::show);
        form(router, "/admin/settings/profile", settings::saveProfile);
        form(router, "/admin/settings/photo", photos::readForPage, settings::savePhoto);
        form(router, "/admin/settings/password", settings::changePassword);
        form(router, "/admin/settings/sessions", settings::endSession);
        get(router, PasskeysPage.PATH)
                .handler(authHandler)
                .handler(authHandler.requireRecentLogin(PasskeysPage.PATH))
                .handler(passkeys::show);
        recentForm(router, PasskeysPage.PATH, passkeys::add);
        recentForm(router, PasskeysPage.PATH + "/rename", passkeys::rename);
        recentForm(router, PasskeysPage.PATH + "/remove", passkeys::remove);
    }

    /** Mounts a page that requires a login. */
    private void page(Router router, String path, Handler<RoutingContext> show) {
        get(router, path).handler(authHandler).handler(show);
    }

    /** Mounts a form that requires a login. The body is read only after the session and the origin are checked. */
    private void form(Router router, String path, Handler<RoutingContext> save) {
        form(router, path, this::readBody, save);
    }

    private void form(Router router, String path, Handler<RoutingContext> read, Handler<RoutingContext> save) {
        form(router, path, read, RoutingContext::next, save);
    }

    private void form(
            Router router,
            String path,
            Handler<RoutingContext> read,
            Handler<RoutingContext> check,
            Handler<RoutingContext> save) {
        router.post(path)
                .handler(authHandler)
                .handler(csrf::checkOrigin)
                .handler(read)
                .handler(csrf::checkToken)
                .handler(check)
                .handler(save);
    }

    /** Mounts a form that requires a recent login, because it changes who can log in. */
    private void recentForm(Router router, String path, Handler<RoutingContext> save) {
        form(router, path, this::readBody, authHandler.requireRecentLogin(PasskeysPage.PATH), save);
    }

    /** Mounts a page and its form that require no login. */
    private void open(Router router, String path, Handler<RoutingContext> show, Handler<RoutingContext> save) {
        get(router, path).handler(show);
        openForm(router, path, save);
    }

    private void openForm(Router router, String path, Handler<RoutingContext> save) {
        router.post(path)
                .handler(csrf::checkOrigin)
                .handler(this::readSmall)
                .handler(csrf::checkToken)
                .handler(save);
    }

    /** Wraps the body handler, because Vert.x Web permits its own body handler only at the start of a route. */
    private void readBody(RoutingContext ctx) {
        body.handle(ctx);
    }

    /** Reads a small body, because the sender is not logged in. */
    private void readSmall(RoutingContext ctx) {
        small.handle(ctx);
    }

    private static Route get(Router router, String path) {
        return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
    }
}
