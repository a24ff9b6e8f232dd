package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.Ports;
import org.starpunk.TestDatabase;
import org.starpunk.journey.TestSite;

/**
 * Three processes on one PostgreSQL. One is killed while a dashboard is open, then the two others are restarted under
 * load.
 */
class ThreeNodesTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final List<String> NAMES = List.of("left", "middle", "right");
    private static final long PAUSE_NANOS = 30_000_000;

    @TempDir
    Path folder;

    private final List<Integer> sitePorts =
            Stream.generate(Ports::free).limit(3).toList();
    private final List<Integer> clusterPorts =
            Stream.generate(Ports::free).limit(3).toList();
    private final Map<Integer, RunningProgram> nodes = new ConcurrentHashMap<>();
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean enough;

    @Test
    void a_killed_node_is_seen_to_be_gone_and_a_restart_of_one_after_the_other_fails_no_request() throws Exception {
        try (TestDatabase database = TestDatabase.postgres(folder)) {
            StartedSiteClient client;
            try (TestSite site = TestSite.start(database.environment())) {
                client = new StartedSiteClient(site.setUp());
            }
            try {
                IntStream.range(0, NAMES.size())
                        .mapToObj(node -> CompletableFuture.runAsync(() -> start(node, database)))
                        .toList()
                        .forEach(CompletableFuture::join);
                await().atMost(PATIENCE)
                        .untilAsserted(
                                () -> assertThat(client.nodes(uri(0), false)).containsExactlyElementsOf(NAMES));
                aKilledNodeIsGreyUntilItIsBack(client, database);
                aRollingRestartFailsNoRequest(client, database);
            } finally {
                nodes.values().forEach(RunningProgram::close);
            }
        }
    }

    private void start(int node, TestDatabase database) {
        try {
            Path own = folder.resolve(NAMES.get(node));
            Files.createDirectories(own);
            Map<String, String> environment = new HashMap<>();
            environment.put("STARPUNK_DATABASE_URL", database.environment().get("STARPUNK_DATABASE_URL"));
            environment.put("STARPUNK_TRUSTED_PROXIES", "127.0.0.1");
            environment.put("STARPUNK_SHUTDOWN_DELAY", "5");
            environment.put("STARPUNK_CLUSTER", "true");
            environment.put("STARPUNK_CLUSTER_SECRET", "a-secret-that-three-nodes-have");
            environment.put("STARPUNK_CLUSTER_LISTEN", "127.0.0.1:" + clusterPorts.get(node));
            environment.put(
                    "STARPUNK_CLUSTER_MEMBERS",
                    "127.0.0.1:" + clusterPorts.get(0) + ",127.0.0.1:" + clusterPorts.get(1));
            environment.put("STARPUNK_CLUSTER_NAME", "test-" + clusterPorts.get(0));
            environment.put("STARPUNK_NODE_NAME", NAMES.get(node));
            nodes.put(node, RunningProgram.serve(own, environment, "--listen", "127.0.0.1:" + sitePorts.get(node)));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private RunningProgram node(int node) {
        RunningProgram running = nodes.get(node);
        assertThat(running).isNotNull();
        return running;
    }

    private URI uri(int node) {
        return node(node).uri();
    }

    /**
     * The target is 5 s from the kill, of which 3.5 are the node's silence. The time is only printed, because a busy
     * machine distorts it.
     */
    private void aKilledNodeIsGreyUntilItIsBack(StartedSiteClient client, TestDatabase database) throws Exception {
        for (int i = 0; i < 7; i++) {
            assertThat(client.get(uri(2), "/search?q=anything").statusCode()).isEqualTo(200);
        }
        try (DashboardViewer all = new DashboardViewer(client, uri(0), "all");
                DashboardViewer right = new DashboardViewer(client, uri(1), "right")) {
            await().atMost(PATIENCE)
                    .until(() -> requests(right) == 7
                            && StartedSiteClient.nodes(all.sees(), true).isEmpty());
            node(2).kill();
            long killed = System.nanoTime();
            await().atMost(PATIENCE)
                    .until(() -> StartedSiteClient.nodes(all.sees(), true).equals(List.of("right")));
            System.out.printf("a killed node was grey after %.1f s%n", (System.nanoTime() - killed) / 1e9);
            assertThat(all.sees().getJsonObject("summary").getString("text"))
                    .contains("Node right has been gone since");
            await().atMost(PATIENCE)
                    .until(() -> StartedSiteClient.nodes(right.sees(), true).equals(List.of("right")));
            assertThat(requests(right)).as("its last numbers are kept").isEqualTo(7);
            assertThat(client.get(uri(0), "/").statusCode()).isEqualTo(200);
            start(2, database);
            await().atMost(PATIENCE)
                    .until(() -> StartedSiteClient.nodes(all.sees(), false).equals(NAMES) && requests(right) == 0);
        }
    }

    private static long requests(DashboardViewer viewer) {
        JsonObject summary = viewer.sees().getJsonObject("summary", new JsonObject());
        return summary.getLong("requests", -1L);
    }

    private void aRollingRestartFailsNoRequest(StartedSiteClient client, TestDatabase database) throws Exception {
        List<String> addresses =
                sitePorts.stream().map(port -> "127.0.0.1:" + port).toList();
        ExecutorService load = Executors.newCachedThreadPool();
        try (TestProxies proxies = new TestProxies(folder, addresses)) {
            await().atMost(PATIENCE)
                    .until(() -> client.get(proxies.haproxy, "/").statusCode() == 200);
            load.execute(() -> read(client, proxies.nginx));
            load.execute(() -> read(client, proxies.haproxy));
            load.execute(() -> read(client, proxies.haproxy));
            load.execute(() -> write(client, proxies.haproxy));
            restart(0, database);
            restart(1, database);
            await().until(() -> acknowledged.size() > 20 || !failures.isEmpty());
            enough = true;
            load.shutdown();
            assertThat(load.awaitTermination(120, TimeUnit.SECONDS)).isTrue();
            System.out.println("one node restarted after the other: " + answered + " requests answered, "
                    + failures.size() + " failed, " + acknowledged.size() + " notes acknowledged");
            assertThat(failures).isEmpty();
            assertThat(acknowledged).hasSizeGreaterThan(20);
            acknowledged.forEach((path, text) ->
                    assertThat(client.get(proxies.haproxy, path).body()).contains(text));
        } finally {
            enough = true;
            load.shutdownNow();
        }
    }

    private void restart(int node, TestDatabase database) throws Exception {
        RunningProgram old = node(node);
        int before = answered.get();
        await().atMost(PATIENCE).until(() -> answered.get() > before + 50);
        old.terminate();
        assertThat(old.exitCode()).isEqualTo(143);
        // For example the final messages of other nodes, which have no consumer any more.
        assertThat(old.log()).doesNotContain("Discarding message", "\tat ");
        start(node, database);
        assertThat(node(node).get("/readyz").statusCode()).isEqualTo(200);
    }

    private void read(StartedSiteClient client, URI proxy) {
        List<String> paths = List.of("/", "/feed.atom", "/search?q=rolling", "/tags");
        for (int i = 0; !enough; i++) {
            String path = paths.get(i % paths.size());
            ask(path + " by " + proxy, 200, () -> client.get(proxy, path));
        }
    }

    private void write(StartedSiteClient client, URI proxy) {
        for (int i = 0; !enough; i++) {
            String text = "Written while rolling, number " + i + '.';
            HttpResponse<String> answer = ask("a post by " + proxy, 201, () -> client.post(proxy, text));
            if (answer != null && answer.statusCode() == 201) {
                String location = answer.headers().firstValue("Location").orElseThrow();
                acknowledged.put(URI.create(location).getPath(), text);
            }
        }
    }

    private interface NodeQuestion {
        HttpResponse<String> ask();
    }

    private @Nullable HttpResponse<String> ask(String what, int expected, NodeQuestion question) {
        LockSupport.parkNanos(PAUSE_NANOS);
        try {
            HttpResponse<String> answer = question.ask();
            answered.incrementAndGet();
            if (answer.statusCode() != expected) {
                failures.add(what + ": " + answer.statusCode() + ' ' + answer.body());
            }
            return answer;
        } catch (AssertionError failed) {
            failures.add(what + ": " + failed.getCause());
            return null;
        }
    }
}
