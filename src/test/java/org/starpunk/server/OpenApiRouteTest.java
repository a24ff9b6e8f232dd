package org.starpunk.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import io.vertx.ext.web.Route;
import io.vertx.json.schema.OutputUnit;
import io.vertx.openapi.contract.OpenAPIVersion;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.starpunk.journey.TestSite;

/** The OpenAPI file describes exactly the routes of the router. */
class OpenApiRouteTest {

    /** Pages and forms for people, which are not part of the API. */
    private static final Pattern PAGES =
            Pattern.compile("(GET|POST) (/|/favicon\\.ico|/archive.*|/search|/tags|/tags/\\{tag}"
                    + "|/auth/consent|/admin(/(?!api/|health|metrics|traces).*)?)|GET /auth|.*\\*");

    private static final Pattern PARAMETER = Pattern.compile(":(\\w+)");

    private static TestSite site;

    @BeforeAll
    static void start() {
        site = TestSite.start(Map.of("METRICS_PROMETHEUS_ENABLED", "true")).setUp();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    /** Returns the API routes of the site in the form {@code GET /notes/{slug}}. */
    private static Set<String> routes() {
        return TestRouter.routes(site.deployment()).stream()
                .filter(route -> route.getPath() != null && !route.getPath().endsWith("/"))
                .flatMap(route -> methods(route).stream()
                        .filter(method -> !method.equals(HttpMethod.HEAD))
                        .map(method -> method.name() + ' ' + path(route)))
                .filter(route -> !PAGES.matcher(route).matches())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<HttpMethod> methods(Route route) {
        return route.methods() == null ? Set.of() : route.methods();
    }

    private static String path(Route route) {
        return PARAMETER.matcher(String.valueOf(route.getPath())).replaceAll("{$1}");
    }

    private static JsonObject served() {
        return site.json("/admin/api/v1/openapi.json");
    }

    private static Set<String> documented() {
        Set<String> all = new TreeSet<>();
        JsonObject paths = served().getJsonObject("paths");
        for (String path : paths.fieldNames()) {
            for (String method : paths.getJsonObject(path).fieldNames()) {
                if (List.of("get", "post", "put", "delete", "options").contains(method)) {
                    all.add(method.toUpperCase(Locale.ROOT) + ' ' + path);
                }
            }
        }
        return all;
    }

    @Test
    void every_route_is_documented_and_everything_documented_is_a_route() {
        assertThat(documented())
                .as("src/main/resources/openapi.json, as it is served, and the router's routes for programs")
                .isEqualTo(routes());
    }

    @Test
    void what_the_file_refers_to_is_in_it() {
        JsonObject file = served();
        Matcher reference = Pattern.compile("\"#/([^\"]+)\"").matcher(file.encode());
        while (reference.find()) {
            assertThat(JsonPointer.from('/' + reference.group(1)).queryJson(file))
                    .as(reference.group(1))
                    .isNotNull();
        }
    }

    @Test
    void the_file_is_valid_openapi() {
        Vertx vertx = Vertx.vertx(); // the site's instance reads no files from jars, which the validator needs
        try {
            JsonObject file = served();
            OpenAPIVersion version = OpenAPIVersion.fromContract(file);
            OutputUnit found = TestSite.await(version.getRepository(vertx, "app://starpunk")
                    .compose(rules -> version.validateContract(vertx, rules, file)));
            assertThat(found.getValid()).as(String.valueOf(found.getErrors())).isTrue();
        } finally {
            TestSite.await(vertx.close());
        }
    }
}
