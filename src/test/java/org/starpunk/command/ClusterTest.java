package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.starpunk.Ports;
import org.starpunk.TestDatabase;
import org.starpunk.cluster.Cluster;
import org.starpunk.command.Program.ProgramResult;
import org.starpunk.journey.TestSite;

/** Several processes that form one site, and a standalone one. */
class ClusterTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final HttpClient WITHOUT_COOKIES = HttpClient.newHttpClient();
    private static final String SECRET = "a-secret-that-both-nodes-have";
    private static final Logger CLUSTER = (Logger) LoggerFactory.getLogger(Cluster.class);

    private final ListAppender<ILoggingEvent> unanswered = new ListAppender<>();

    @BeforeEach
    void listen() {
        unanswered.start();
        CLUSTER.addAppender(unanswered);
    }

    @AfterEach
    void listenNoMore() {
        CLUSTER.detachAppender(unanswered);
    }

    @TempDir
    Path folder;

    @Test
    void alone_no_class_of_hazelcast_is_loaded_and_no_other_port_is_opened() throws Exception {
        Path loaded = folder.resolve("classes.txt");
        Map<String, String> watched = Map.of("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + loaded);
        try (RunningProgram program = RunningProgram.serve(folder, watched)) {
            assertThat(program.log()).contains("ready in");
        }
        assertThat(Files.readString(loaded))
                .contains("org.starpunk.cluster.Cluster ")
                .doesNotContain("hazelcast")
                .doesNotContain("org.starpunk.cluster.HazelcastMembership");
    }

    @Test
    void a_cluster_over_a_file_of_sqlite_is_refused_with_the_cure() throws Exception {
        ProgramResult ended =
                new Program(folder).run(Map.of("STARPUNK_CLUSTER", "true"), "serve", "--listen", "127.0.0.1:0");
        assertThat(ended.exitCode()).isEqualTo(78);
        assertThat(ended.err())
                .contains("STARPUNK_CLUSTER = true")
                .contains("nodes share a PostgreSQL: set STARPUNK_DATABASE_URL");
    }

    @Test
    void a_cluster_without_a_secret_is_refused_with_the_cure() throws Exception {
        Map<String, String> variables =
                Map.of("STARPUNK_CLUSTER", "true", "STARPUNK_DATABASE_URL", "jdbc:postgresql://db.example.org/notes");
        ProgramResult ended = new Program(folder).run(variables, "serve", "--listen", "127.0.0.1:0");
        assertThat(ended.exitCode()).isEqualTo(78);
        assertThat(ended.err())
                .contains("STARPUNK_CLUSTER = true")
                .contains("set STARPUNK_CLUSTER_SECRET or STARPUNK_CLUSTER_SECRET_FILE");
    }

    @Test
    void two_nodes_are_one_site_and_one_dashboard() throws Exception {
        int[] ports = {Ports.free(), Ports.free()};
        String members = "127.0.0.1:" + ports[0] + ",127.0.0.1:" + ports[1];
        try (TestDatabase database = TestDatabase.postgres(folder);
                TestSite here = TestSite.start(node("here", ports[0], members, database))) {
            here.setUp();
            RunningProgram there = RunningProgram.serve(folder, node("there", ports[1], members, database));
            try (there) {
                bothNodesAreThere(here);
                aSessionOfOneHoldsOnTheOther(here, there);
                whatIsPublishedOnOneIsReadOnTheOtherAtOnce(here, there);
                theDashboardAddsBothUp(here, there);
                aLogoutOnOneHoldsOnTheOtherAtOnce(here, there);
                guessesOnOneCountOnTheOther(here, there);
            }
        }
    }

    private static Map<String, String> node(String name, int port, String members, TestDatabase database) {
        Map<String, String> variables = new HashMap<>();
        variables.put("STARPUNK_DATABASE_URL", database.environment().get("STARPUNK_DATABASE_URL"));
        variables.put("STARPUNK_CLUSTER", "true");
        variables.put("STARPUNK_CLUSTER_SECRET", SECRET);
        variables.put("STARPUNK_CLUSTER_LISTEN", "127.0.0.1:" + port);
        variables.put("STARPUNK_CLUSTER_MEMBERS", members);
        variables.put("STARPUNK_CLUSTER_NAME", "test-" + members.hashCode());
        variables.put("STARPUNK_NODE_NAME", name);
        return variables;
    }

    /** Requests a page of the other node with the cookies for this one, because the host is the same. */
    private static HttpResponse<String> get(TestSite here, RunningProgram there, String path) throws Exception {
        return here.client()
                .send(
                        HttpRequest.newBuilder(URI.create(there.uri() + path))
                                .timeout(PATIENCE)
                                .build(),
                        BodyHandlers.ofString());
    }

    private static JsonObject shown(TestSite here, String node) {
        return here.json("/admin/metrics?node=" + node);
    }

    private static Stream<String> nodes(TestSite here, boolean gone) {
        return shown(here, "all").getJsonArray("nodes").stream()
                .map(JsonObject.class::cast)
                .filter(node -> node.getBoolean("gone") == gone)
                .map(node -> node.getString("node"));
    }

    private static void bothNodesAreThere(TestSite here) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(nodes(here, false)).containsExactly("here", "there"));
    }

    private static void aSessionOfOneHoldsOnTheOther(TestSite here, RunningProgram there) throws Exception {
        HttpResponse<String> admin = get(here, there, "/admin");
        assertThat(admin.statusCode()).isEqualTo(200);
        assertThat(admin.body()).contains("Log out");
    }

    private void whatIsPublishedOnOneIsReadOnTheOtherAtOnce(TestSite here, RunningProgram there) throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(get(here, there, "/").body()).doesNotContain("Number " + i + " is new");
            here.publish("Number " + i + " is new", "nodes");
            String text = "Number " + i + " is new";
            atOnce(() -> assertThat(get(here, there, "/").body()).contains(text));
        }
    }

    private static void theDashboardAddsBothUp(TestSite here, RunningProgram there) throws Exception {
        for (int i = 0; i < 7; i++) {
            assertThat(get(here, there, "/search?q=number").statusCode()).isEqualTo(200);
            assertThat(here.get("/search?q=number").statusCode()).isEqualTo(200);
        }
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(count(shown(here, "there"), "GET /search")).isEqualTo(7);
            assertThat(count(shown(here, "all"), "GET /search")).isEqualTo(14);
        });
        HttpResponse<String> page = here.get("/admin/performance", "Accept", "text/html");
        assertThat(page.body()).contains("aria-label=\"Node\"", ">all nodes</a>", ">here</a>", ">there</a>");
    }

    private static long count(JsonObject snapshot, String endpoint) {
        return snapshot.getJsonArray("endpoints").stream()
                .map(JsonObject.class::cast)
                .filter(row -> row.getString("endpoint").equals(endpoint))
                .mapToLong(row -> row.getLong("count"))
                .sum();
    }

    /** Each node caches a session for a minute. */
    private void aLogoutOnOneHoldsOnTheOtherAtOnce(TestSite here, RunningProgram there) throws Exception {
        String cookies = here.cookies();
        assertThat(status(there, cookies)).isEqualTo(200);
        assertThat(here.submit("/admin", "/admin/logout").statusCode()).isEqualTo(303);
        atOnce(() -> assertThat(status(there, cookies)).isEqualTo(401));
    }

    /**
     * Asserts an immediate effect: a change waits until the other node has processed it, at most one second. That may
     * be too short on a busy machine; then the log contains a warning, and the effect follows soon.
     */
    private void atOnce(ThrowingRunnable assertion) throws Exception {
        try {
            assertion.run();
        } catch (AssertionError late) {
            if (unanswered.list.isEmpty()) {
                throw late;
            }
            unanswered.list.clear();
            await().untilAsserted(assertion);
        } catch (Exception e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static int status(RunningProgram there, String cookies) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(there.uri() + "/admin/health"))
                .header("Cookie", cookies)
                .timeout(PATIENCE)
                .build();
        return WITHOUT_COOKIES.send(request, BodyHandlers.discarding()).statusCode();
    }

    /**
     * Five guesses are allowed. After three on one node and two on the other, none is left on either. On a busy machine
     * a message may arrive late; without messages each node would allow five.
     */
    private static void guessesOnOneCountOnTheOther(TestSite here, RunningProgram there) throws Exception {
        HttpClient author = here.client();
        here.forgetCookies();
        int guesses = 3;
        for (int i = 0; i < guesses; i++) {
            assertThat(guessHere(here)).isEqualTo(401);
        }
        while (guessThere(here, there) == 401) {
            guesses++;
        }
        while (guessHere(here) == 401) {
            guesses++;
        }
        assertThat(guesses).isBetween(5, 9);
        here.use(author);
    }

    private static int guessHere(TestSite here) {
        return here.submit("/admin/login", "/admin/login", "password", "wrong guess")
                .statusCode();
    }

    private static int guessThere(TestSite here, RunningProgram there) throws Exception {
        String form = get(here, there, "/admin/login").body();
        Matcher token = Pattern.compile("name=\"csrf\"[^>]*value=\"([^\"]+)\"").matcher(form);
        assertThat(token.find()).as(form).isTrue();
        String body = "csrf=" + URLEncoder.encode(token.group(1), StandardCharsets.UTF_8) + "&password=wrong+guess";
        return here.client()
                .send(
                        HttpRequest.newBuilder(URI.create(there.uri() + "/admin/login"))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .timeout(PATIENCE)
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }
}
