package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.TestPostgres;
import org.starpunk.journey.TestSite;

/**
 * Three nodes on separate machines, one of which loses its connection to the others. All of them still reach the
 * database.
 */
class NetworkPartitionTest {

    /**
     * Partitioned nodes merge again within 60 s of healing. The time is only printed, because a busy machine distorts
     * it.
     */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final List<String> NAMES = List.of("left", "middle", "right");

    @TempDir
    Path folder;

    private final Map<Integer, RunningProgram> nodes = new ConcurrentSkipListMap<>();

    @Test
    void each_side_shows_itself_the_site_goes_on_and_a_healed_network_merges_within_a_minute() throws Exception {
        try (TestNetwork network = TestNetwork.of(NAMES.size());
                TestPostgres database = TestPostgres.ownServer(network.host())) {
            StartedSiteClient client = setUp(database);
            try {
                start(network, database);
                all(client, NAMES);
                partAndHeal(network, client);
                // Hazelcast may partition some seconds after the network, even when that has healed by then, and merges
                // again.
                await().atMost(PATIENCE).untilAsserted(() -> whatIsPublishedOnOneIsReadOnTheOthersAtOnce(client));
            } finally {
                nodes.values().forEach(RunningProgram::close);
            }
        }
    }

    private void partAndHeal(TestNetwork network, StartedSiteClient client) throws Exception {
        try (DashboardViewer left = new DashboardViewer(client, uri(0), "all");
                DashboardViewer right = new DashboardViewer(client, uri(2), "all")) {
            await().atMost(PATIENCE)
                    .until(() -> StartedSiteClient.nodes(left.sees(), false).equals(NAMES)
                            && StartedSiteClient.nodes(right.sees(), false).equals(NAMES));
            network.part(2, 0);
            network.part(2, 1);
            long parted = System.nanoTime();
            await().atMost(PATIENCE)
                    .until(() -> StartedSiteClient.nodes(left.sees(), true).equals(List.of("right"))
                            && StartedSiteClient.nodes(right.sees(), true).equals(List.of("left", "middle")));
            System.out.printf("a parted network was shown on both sides after %.1f s%n", seconds(parted));
            theSiteGoesOnOnBothSides(client);
            network.heal(2);
            long healed = System.nanoTime();
            all(client, NAMES);
            await().atMost(PATIENCE)
                    .until(() -> StartedSiteClient.nodes(left.sees(), false).equals(NAMES)
                            && StartedSiteClient.nodes(right.sees(), false).equals(NAMES));
            System.out.printf("a healed network was merged after %.1f s%n", seconds(healed));
        }
    }

    private static StartedSiteClient setUp(TestPostgres database) {
        try (TestSite site = TestSite.start(Map.of("STARPUNK_DATABASE_URL", database.url()))) {
            return new StartedSiteClient(site.setUp());
        }
    }

    private void start(TestNetwork network, TestPostgres database) {
        IntStream.range(0, NAMES.size())
                .mapToObj(machine ->
                        CompletableFuture.runAsync(() -> nodes.put(machine, start(network, machine, database))))
                .toList()
                .forEach(CompletableFuture::join);
    }

    private RunningProgram start(TestNetwork network, int machine, TestPostgres database) {
        try {
            Path own = Files.createDirectory(folder.resolve(NAMES.get(machine)));
            Map<String, String> environment = Map.of(
                    "STARPUNK_DATABASE_URL",
                    database.url(),
                    "STARPUNK_CLUSTER",
                    "true",
                    "STARPUNK_CLUSTER_SECRET",
                    "a-secret-that-all-nodes-have",
                    "STARPUNK_CLUSTER_LISTEN",
                    network.address(machine) + ":5701",
                    "STARPUNK_CLUSTER_MEMBERS",
                    network.address(0) + ":5701," + network.address(1) + ":5701",
                    "STARPUNK_NODE_NAME",
                    NAMES.get(machine));
            return RunningProgram.serve(
                    new Program(own, network.on(machine)),
                    own,
                    environment,
                    "--listen",
                    network.address(machine) + ":8080");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private URI uri(int node) {
        RunningProgram running = nodes.get(node);
        assertThat(running).isNotNull();
        return running.uri();
    }

    private void all(StartedSiteClient client, List<String> names) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            for (RunningProgram node : nodes.values()) {
                assertThat(client.nodes(node.uri(), false)).containsExactlyElementsOf(names);
            }
        });
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    /** No messages pass between the sides, so each polls the database once per second. */
    private void theSiteGoesOnOnBothSides(StartedSiteClient client) {
        for (int writer = 0; writer < NAMES.size(); writer++) {
            String text = "Written while parted, by " + NAMES.get(writer);
            assertThat(client.post(uri(writer), text).statusCode()).isEqualTo(201);
            for (int reader = 0; reader < NAMES.size(); reader++) {
                URI node = uri(reader);
                await().atMost(PATIENCE)
                        .untilAsserted(
                                () -> assertThat(client.get(node, "/").body()).contains(text));
            }
        }
    }

    private void whatIsPublishedOnOneIsReadOnTheOthersAtOnce(StartedSiteClient client) {
        for (int i = 0; i < 9; i++) {
            String text = "Written after healing " + UUID.randomUUID();
            nodes.values()
                    .forEach(node ->
                            assertThat(client.get(node.uri(), "/").body()).doesNotContain(text));
            assertThat(client.post(uri(i % NAMES.size()), text).statusCode()).isEqualTo(201);
            nodes.values()
                    .forEach(node ->
                            assertThat(client.get(node.uri(), "/").body()).contains(text));
        }
    }
}
