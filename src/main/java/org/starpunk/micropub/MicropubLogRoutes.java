package org.starpunk.micropub;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import org.starpunk.admin.AdminAuthHandler;
import org.starpunk.admin.Csrf;
import org.starpunk.identity.Account;
import org.starpunk.view.Templates;

/** Author's page that lists the latest Micropub requests. */
public final class MicropubLogRoutes {

    private static final String PATH = "/admin/micropub";
    private static final String TEMPLATE = "micropub/requests";

    private final MicropubLog log;
    private final Account account;
    private final AdminAuthHandler authHandler;
    private final Csrf csrf;
    private final Templates templates;

    /**
     * @param templates templates, after {@link #load}
     */
    public MicropubLogRoutes(
            MicropubLog log, Account account, AdminAuthHandler authHandler, Csrf csrf, Templates templates) {
        this.log = log;
        this.account = account;
        this.authHandler = authHandler;
        this.csrf = csrf;
        this.templates = templates;
    }

    /** Compiles the template. Blocks, so call it at startup. */
    public static Templates load(Templates templates) {
        return templates.load(TEMPLATE);
    }

    public void mount(Router router) {
        router.route(PATH)
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(authHandler)
                .handler(this::show);
    }

    private void show(RoutingContext ctx) {
        Map<String, Object> model = Map.of(
                "title",
                "Requests from apps",
                "siteName",
                account.profile().siteName(),
                "csrf",
                csrf.token(ctx),
                "entries",
                log.entries(),
                "size",
                MicropubLog.SIZE);
        ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(templates.render(TEMPLATE, model));
    }
}
