package org.starpunk.micropub;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.starpunk.config.Settings;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;
import org.starpunk.indieauth.BearerAuthenticator;
import org.starpunk.journey.TestSite;
import org.starpunk.media.MediaStore;
import org.starpunk.outbound.PublicHttpClient;
import org.starpunk.telemetry.Recorder;

/** Tests every route with a token of every scope. Only the allowed combinations succeed (ASVS 8.2.1). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScopeMatrixTest {

    private static final String ANY = "any token";

    /** Scopes of which each request requires one. */
    private static final Map<String, String> TAKES = new TreeMap<>(Map.of(
            "GET /micropub?q=config",
            ANY,
            "GET /micropub?q=source",
            "create update delete undelete",
            "GET /micropub?q=category",
            ANY,
            "POST /micropub create",
            Scopes.CREATE,
            "POST /micropub update",
            Scopes.UPDATE,
            "POST /micropub delete",
            Scopes.DELETE,
            "POST /micropub undelete",
            Scopes.UNDELETE,
            "POST /micropub/media",
            "media create"));

    private static final List<String> TOKENS = List.of(
            "create", "update", "delete", "undelete", "media", "profile", "email", "CREATE", "post", "read", "");

    private final Map<String, String> secrets = new TreeMap<>();
    private TestSite site;

    @BeforeAll
    void start() {
        site = TestSite.start().setUp();
        for (String scope : TOKENS) {
            String secret = SecretTokens.create();
            secrets.put(scope, secret);
            TestSite.await(site.deployment()
                    .tokens()
                    .issue(new NewToken(
                            SecretTokens.hash(secret), "an app", Scopes.parse(scope), Instant.now(), null, null)));
        }
    }

    @AfterAll
    void stop() {
        site.close();
    }

    /** Reads the routes from the router, so that a route that is missing in the table fails the test. */
    @Test
    void the_table_has_every_route_of_the_router() {
        Vertx vertx = Vertx.vertx();
        try {
            Router router = Router.router(vertx);
            MediaStore media = new MediaStore(vertx, site.dataDir());
            new MicropubRoutes(
                            vertx,
                            Settings.of(
                                    Map.of("STARPUNK_DATA_DIR", site.dataDir().toString())),
                            site.deployment().account(),
                            site.deployment().notes(),
                            media,
                            new BearerAuthenticator(site.deployment().tokens(), Clock.systemUTC(), Optional.empty()),
                            PublicHttpClient.create(vertx),
                            Recorder.none(),
                            new MicropubLog())
                    .mount(router);
            Set<String> routes = new TreeSet<>();
            router.getRoutes()
                    .forEach(route -> route.methods().stream()
                            .filter(method -> !method.name().equals("HEAD"))
                            .forEach(method -> routes.add(method.name() + ' ' + route.getPath())));
            Set<String> tested = new TreeSet<>();
            TAKES.keySet().forEach(request -> tested.add(request.split("[ ?]")[0] + ' ' + request.split("[ ?]")[1]));
            assertThat(tested).isEqualTo(routes);
        } finally {
            TestSite.await(vertx.close());
        }
    }

    @Test
    void each_request_is_done_with_its_scope_and_refused_with_every_other() {
        TAKES.forEach((request, takes) -> {
            for (String scope : TOKENS) {
                HttpResponse<String> response = send(request, secrets.get(scope));
                boolean may = !scope.isEmpty()
                        && (takes.equals(ANY) || Scopes.parse(takes).has(scope));
                String what = request + " with scope \"" + scope + "\": " + response.body();
                if (may) {
                    assertThat(response.statusCode()).as(what).isIn(200, 201, 204);
                } else {
                    assertThat(response.statusCode()).as(what).isEqualTo(403);
                    assertThat(response.headers().firstValue("WWW-Authenticate").orElse(""))
                            .as(what)
                            .contains("insufficient_scope");
                }
            }
            assertThat(send(request, null).statusCode()).as(request).isEqualTo(401);
        });
    }

    private HttpResponse<String> send(String request, @Nullable String secret) {
        String[] parts = request.split(" ");
        HttpRequest.Builder builder = site.request(parts[1]);
        if (secret != null) {
            builder.header("Authorization", "Bearer " + secret);
        }
        if (parts[0].equals("GET")) {
            return site.send(builder.GET().build());
        }
        if (parts.length == 2) {
            return site.send(builder.header("Content-Type", "multipart/form-data; boundary=b")
                    .POST(BodyPublishers.ofByteArray(picture()))
                    .build());
        }
        String url = site.uri() + site.publish("For " + request, "").path();
        if (parts[2].equals("undelete")) {
            TestSite.await(site.deployment()
                    .notes()
                    .bySlug(url.substring(url.lastIndexOf('/') + 1))
                    .compose(note ->
                            site.deployment().notes().delete(note.orElseThrow().id())));
        }
        String body = parts[2].equals("create")
                ? "{\"type\":[\"h-entry\"],\"properties\":{\"content\":[\"x\"]}}"
                : "{\"action\":\"" + parts[2] + "\",\"url\":\"" + url + "\",\"replace\":{\"content\":[\"y\"]}}";
        return site.send(builder.header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    private static byte[] picture() {
        try {
            byte[] pixel = Files.readAllBytes(Path.of("src/test/npm/pixel.png"));
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            body.writeBytes("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"p.png\"\r\n\r\n"
                    .getBytes(US_ASCII));
            body.writeBytes(pixel);
            body.writeBytes("\r\n--b--\r\n".getBytes(US_ASCII));
            return body.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
