package org.starpunk.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.starpunk.identity.Account;
import org.starpunk.identity.Account.Session;
import org.starpunk.identity.Profile;
import org.starpunk.identity.SecretTokens;
import org.starpunk.journey.TestSite;

class AdminAuthHandlerTest {

    /** Returns an account that can be read but fails to write. */
    private static Account readOnly(Session session) {
        return (Account) Proxy.newProxyInstance(
                AdminAuthHandlerTest.class.getClassLoader(),
                new Class<?>[] {Account.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "profile" -> new Profile("Site", "http://127.0.0.1", "Ada", "", "", "en");
                    case "session" -> Future.succeededFuture(Optional.of(session));
                    default -> Future.failedFuture(method.getName() + ": the disk is full");
                });
    }

    @Test
    void the_author_passes_when_the_use_of_the_session_cannot_be_noted() throws Exception {
        String secret = SecretTokens.create();
        Instant before = Instant.now().minus(Duration.ofHours(2));
        Session session = new Session(SecretTokens.hash(secret), before, before, before.plus(Session.LIFETIME), "");
        Vertx vertx = Vertx.vertx();
        try {
            Router router = Router.router(vertx);
            router.get("/admin")
                    .handler(new AdminAuthHandler(readOnly(session), Clock.systemUTC(), Future::succeededFuture))
                    .handler(ctx -> ctx.end("in"));
            int port = TestSite.await(
                            vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"))
                    .actualPort();
            HttpResponse<String> response = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/admin"))
                                    .header("Cookie", AdminAuthHandler.COOKIE + "=" + secret)
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("in");
        } finally {
            TestSite.await(vertx.close());
        }
    }
}
