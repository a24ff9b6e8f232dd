package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;
import org.starpunk.journey.TestSite;

/** kill -9 during posts. {@code bench/durability} repeats it five hundred times. */
class KilledWhilePostingTest {

    private static final int ROUNDS = 4;
    private static final int CLIENTS = 6;

    private final String token = SecretTokens.create();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

    @Test
    void no_post_that_was_acknowledged_is_lost_and_none_is_there_by_half() throws Exception {
        try (TestSite site = TestSite.start()) {
            NewToken kept = new NewToken(
                    SecretTokens.hash(token),
                    "https://app.example/",
                    Scopes.parse("create"),
                    Instant.now(),
                    null,
                    null);
            assertThat(TestSite.await(site.deployment().tokens().issue(kept))).isPresent();
            site.stop();
            for (int round = 0; round < ROUNDS; round++) {
                postUntilKilled(site.dataDir(), round);
                assertThat(texts(site.dataDir())).containsAll(acknowledged);
                assertWhole(site.dataDir());
            }
            site.startAgain(0);
            assertThat(TestSite.await(site.deployment().notes().count())).isGreaterThanOrEqualTo(acknowledged.size());
        }
    }

    private void postUntilKilled(Path dataDir, int round) throws IOException, InterruptedException {
        int enough = acknowledged.size() + 30;
        try (RunningProgram program = RunningProgram.serve(dataDir, Map.of(), "--data-dir", dataDir.toString())) {
            URI micropub = program.uri().resolve("/micropub");
            List<Thread> clients = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                String name = "Round " + round + " client " + client + " note ";
                clients.add(new Thread(() -> post(micropub, name)));
            }
            clients.forEach(Thread::start);
            await().atMost(Duration.ofMinutes(2)).until(() -> acknowledged.size() >= enough);
            program.kill();
            for (Thread client : clients) {
                client.join(120_000);
                assertThat(client.isAlive()).isFalse();
            }
        }
    }

    /** Posts notes until the server is gone, and stores which were acknowledged. */
    private void post(URI micropub, String name) {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        for (int number = 0; ; number++) {
            JsonObject properties = new JsonObject()
                    .put("content", new JsonArray().add(name + number))
                    .put("category", new JsonArray().add("one").add("two"));
            HttpRequest request = HttpRequest.newBuilder(micropub)
                    .header("Authorization", "Bearer " + token)
                    .header("Content-Type", "application/json")
                    .timeout(Duration.ofMinutes(2))
                    .POST(BodyPublishers.ofString(new JsonObject()
                            .put("type", new JsonArray().add("h-entry"))
                            .put("properties", properties)
                            .encode()))
                    .build();
            try {
                HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
                if (answer.statusCode() == 201) {
                    acknowledged.add(name + number);
                }
            } catch (IOException | InterruptedException gone) {
                return;
            }
        }
    }

    private static Connection open(Path dataDir) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + dataDir.resolve("starpunk.db"));
    }

    private static Set<String> texts(Path dataDir) throws SQLException {
        Set<String> texts = new HashSet<>();
        try (Connection connection = open(dataDir);
                ResultSet row = connection.createStatement().executeQuery("SELECT text FROM notes")) {
            while (row.next()) {
                texts.add(row.getString(1));
            }
        }
        return texts;
    }

    private static void assertWhole(Path dataDir) throws SQLException {
        String halves = "SELECT count(*) FROM notes n WHERE NOT EXISTS (SELECT 1 FROM slugs s WHERE s.slug = n.slug)"
                + " OR (SELECT count(*) FROM note_tags t WHERE t.note_id = n.id) <> 2"
                + " OR NOT EXISTS (SELECT 1 FROM notes_search i WHERE i.rowid = n.id)";
        try (Connection connection = open(dataDir);
                ResultSet row = connection.createStatement().executeQuery(halves)) {
            assertThat(row.getInt(1)).isZero();
        }
        try (Connection connection = open(dataDir);
                ResultSet row = connection.createStatement().executeQuery("PRAGMA integrity_check")) {
            assertThat(row.getString(1)).isEqualTo("ok");
        }
    }
}
