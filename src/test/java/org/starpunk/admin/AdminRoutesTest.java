package org.starpunk.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.starpunk.config.Settings;
import org.starpunk.identity.Account;
import org.starpunk.identity.Passkey;
import org.starpunk.identity.PasskeyRepository;
import org.starpunk.job.JobRegistry;
import org.starpunk.journey.TestSite;
import org.starpunk.media.MediaStore;
import org.starpunk.telemetry.Recorder;
import org.starpunk.view.StaticAssets;
import org.starpunk.view.Templates;

/** Rules for all of the author's routes. The list comes from the router, so new routes are included automatically. */
class AdminRoutesTest {

    private static final Set<String> BEFORE_LOGIN = Set.of("/admin/login", "/admin/login/passkey", "/admin/setup");

    private TestSite site;

    @BeforeEach
    void start() {
        site = TestSite.start().setUp();
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private List<String> paths(HttpMethod method) {
        Vertx vertx = Vertx.vertx();
        try {
            Router router = Router.router(vertx);
            routes(vertx).mount(router);
            return router.getRoutes().stream()
                    .filter(route -> route.methods().contains(method))
                    .map(Route::getPath)
                    .map(path -> path.replace(":id", "1"))
                    .distinct()
                    .toList();
        } finally {
            TestSite.await(vertx.close());
        }
    }

    private AdminRoutes routes(Vertx vertx) {
        Account account = site.deployment().account();
        Clock clock = Clock.systemUTC();
        return new AdminRoutes(new AdminDependencies(
                vertx,
                Settings.of(Map.of("STARPUNK_DATA_DIR", site.dataDir().toString())),
                account,
                new NoPasskeys(),
                site.deployment().notes(),
                new MediaStore(vertx, site.dataDir()),
                AdminRoutes.load(new Templates(new StaticAssets(Path.of("no-such-folder")))),
                Recorder.none(),
                new JobRegistry(clock),
                progress -> Future.failedFuture("no index here"),
                clock,
                new AdminAuthHandler(account, clock, Future::succeededFuture),
                new Csrf(account, taken -> {}),
                new LoginRateLimiter(clock),
                () -> {}));
    }

    /** Passkeys that fail on access, because these tests only list the routes. */
    private static final class NoPasskeys implements PasskeyRepository {

        @Override
        public Future<List<Passkey>> list() {
            return Future.succeededFuture(List.of());
        }

        @Override
        public Future<Boolean> add(Passkey passkey) {
            return Future.succeededFuture(false);
        }

        @Override
        public Future<Void> recordUse(String id, long counter, Instant when) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Boolean> rename(String id, String name) {
            return Future.succeededFuture(false);
        }

        @Override
        public Future<Boolean> remove(String id) {
            return Future.succeededFuture(false);
        }
    }

    private HttpResponse<String> post(String path, String body) {
        return site.send(site.request(path, "Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    @Test
    void every_form_is_refused_without_a_token_and_with_a_wrong_one() {
        List<String> forms = paths(HttpMethod.POST);
        assertThat(forms).hasSizeGreaterThan(9).contains("/admin/logout", "/admin/notes/1");
        for (String form : forms) {
            assertThat(post(form, "").statusCode())
                    .as("%s without a token", form)
                    .isEqualTo(403);
            assertThat(post(form, "csrf=x.y&text=planted").statusCode())
                    .as("%s with a wrong token", form)
                    .isEqualTo(403);
        }
        assertThat(site.get("/admin").statusCode()).as("still logged in").isEqualTo(200);
    }

    @Test
    void nothing_is_for_strangers_but_the_login() {
        site.forgetCookies();
        for (String path : paths(HttpMethod.GET)) {
            if (!BEFORE_LOGIN.contains(path)) {
                assertThat(site.get(path).statusCode()).as("GET %s", path).isEqualTo(401);
                assertThat(site.head(path).statusCode()).as("HEAD %s", path).isEqualTo(401);
            }
        }
        for (String path : paths(HttpMethod.POST)) {
            assertThat(post(path, "").statusCode())
                    .as("POST %s", path)
                    .isEqualTo(BEFORE_LOGIN.contains(path) ? 403 : 401);
        }
    }
}
