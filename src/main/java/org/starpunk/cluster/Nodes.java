package org.starpunk.cluster;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MultiMapConfig.ValueCollectionType;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.config.RestApiConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.starpunk.config.ClusterSettings;

/** Joins the other nodes through Hazelcast. Loaded only when there is a cluster. */
final class Nodes {

    /**
     * What differs from Hazelcast's own choice. It notices a hung node after a minute and merges a healed network as late; here
     * the dashboard says so within seconds. It would also call home, and listen on every address.
     */
    private static final Map<String, String> PROPERTIES = Map.ofEntries(
            Map.entry("hazelcast.phone.home.enabled", "false"),
            Map.entry("hazelcast.shutdownhook.enabled", "false"),
            Map.entry("hazelcast.socket.bind.any", "false"),
            Map.entry("hazelcast.heartbeat.interval.seconds", "1"),
            Map.entry("hazelcast.max.no.heartbeat.seconds", "5"),
            Map.entry("hazelcast.merge.first.run.delay.seconds", "5"),
            Map.entry("hazelcast.merge.next.run.delay.seconds", "5"),
            Map.entry("hazelcast.wait.seconds.before.join", "1"),
            Map.entry("hazelcast.max.join.seconds", "30"),
            Map.entry("hazelcast.tcp.join.port.try.count", "1"),
            Map.entry("hazelcast.operation.thread.count", "2"),
            Map.entry("hazelcast.io.thread.count", "1"),
            Map.entry("hazelcast.partition.count", "31"));

    private Nodes() {}

    static Future<Cluster> join(VertxOptions options, ClusterSettings settings) {
        System.setProperty("hazelcast.logging.type", "slf4j"); // read when its first class is loaded
        options.setEventBusOptions(
                new EventBusOptions().setHost(settings.host()).setPort(0).setClusterPingInterval(2_000));
        HazelcastClusterManager manager = new HazelcastClusterManager(config(settings));
        return Vertx.builder()
                .with(options)
                .withClusterManager(manager)
                .buildClustered()
                .map(vertx -> cluster(vertx, manager));
    }

    private static Cluster cluster(Vertx vertx, HazelcastClusterManager manager) {
        Missing missing = new Missing();
        manager.getHazelcastInstance().getCluster().addMembershipListener(missing);
        String id = manager.getNodeId();
        return new Cluster(vertx, id, () -> others(manager, id), missing::any, () -> oldest(manager));
    }

    private static List<String> others(HazelcastClusterManager manager, String id) {
        List<String> nodes = new ArrayList<>(manager.getNodes());
        nodes.remove(id);
        return nodes;
    }

    /** Hazelcast lists the members in the order in which they have joined, on each of them alike. */
    private static boolean oldest(HazelcastClusterManager manager) {
        return manager.getHazelcastInstance()
                .getCluster()
                .getMembers()
                .iterator()
                .next()
                .localMember();
    }

    /** The nodes that were there, by their addresses: one that has left for good is missed for an hour. */
    private static final class Missing implements MembershipListener {

        private static final long MISSED_NANOS = Duration.ofHours(1).toNanos();

        private final Map<String, Long> since = new ConcurrentHashMap<>();

        @Override
        public void memberAdded(MembershipEvent event) {
            since.remove(event.getMember().getAddress().toString());
        }

        @Override
        public void memberRemoved(MembershipEvent event) {
            since.put(event.getMember().getAddress().toString(), System.nanoTime());
        }

        boolean any() {
            long now = System.nanoTime();
            since.values().removeIf(when -> now - when > MISSED_NANOS);
            return !since.isEmpty();
        }
    }

    static Config config(ClusterSettings settings) {
        Config config = new Config();
        // What Vert.x keeps in the cluster: who listens to which address of the event bus, and the nodes.
        config.getMultiMapConfig("__vertx.subs").setBackupCount(1).setValueCollectionType(ValueCollectionType.SET);
        config.getMapConfig("__vertx.haInfo").setBackupCount(1);
        config.getMapConfig("__vertx.nodeInfo").setBackupCount(1);
        config.setClusterName(settings.name());
        PROPERTIES.forEach(config::setProperty);
        NetworkConfig network = config.getNetworkConfig();
        network.setPort(settings.port()).setPortAutoIncrement(false).setReuseAddress(true);
        network.getInterfaces().setEnabled(true).addInterface(settings.host());
        network.setRestApiConfig(new RestApiConfig().setEnabled(false));
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(2);
        settings.members().forEach(join.getTcpIpConfig()::addMember);
        return config;
    }
}
