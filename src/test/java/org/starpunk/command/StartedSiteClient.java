package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;
import org.starpunk.journey.TestSite;

/** The author and an app of the author, for any node of a site. */
final class StartedSiteClient {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String token = SecretTokens.create();
    private final String cookies;

    /** @param site a site that is set up, with a logged-in author */
    StartedSiteClient(TestSite site) {
        cookies = site.cookies();
        NewToken kept = new NewToken(
                SecretTokens.hash(token), "https://app.example/", Scopes.parse("create"), Instant.now(), null, null);
        assertThat(TestSite.await(site.deployment().tokens().issue(kept))).isPresent();
    }

    HttpRequest request(URI node, String path) {
        return HttpRequest.newBuilder(node.resolve(path))
                .header("Cookie", cookies)
                .timeout(PATIENCE)
                .build();
    }

    HttpResponse<String> get(URI node, String path) {
        return send(request(node, path));
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(request.method() + ' ' + request.uri(), e);
        }
    }

    /** Returns the dashboard's data for a node, or for all. */
    JsonObject shown(URI by, String node) {
        HttpResponse<String> answer = get(by, "/admin/metrics?node=" + node);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    /** Returns the nodes that a dashboard lists as live, or as gone. */
    List<String> nodes(URI by, boolean gone) {
        return nodes(shown(by, "all"), gone);
    }

    static List<String> nodes(JsonObject shown, boolean gone) {
        return shown.getJsonArray("nodes", new JsonArray()).stream()
                .map(JsonObject.class::cast)
                .filter(node -> node.getBoolean("gone") == gone)
                .map(node -> node.getString("node"))
                .toList();
    }

    /** Posts a note by Micropub. */
    HttpResponse<String> post(URI node, String text) {
        return send(HttpRequest.newBuilder(node.resolve("/micropub"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .timeout(PATIENCE)
                .POST(BodyPublishers.ofString("h=entry&content=" + URLEncoder.encode(text, StandardCharsets.UTF_8)))
                .build());
    }
}
