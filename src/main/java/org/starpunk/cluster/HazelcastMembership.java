package org.starpunk.cluster;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MultiMapConfig.ValueCollectionType;
import com.hazelcast.config.NetworkConfig;
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

/** Joins the other nodes through Hazelcast. Loaded only in a cluster. */
final class HazelcastMembership {

    /**
     * Deviations from Hazelcast's defaults. By default it detects a hung node after a minute, merges a healed network
     * as late, sends usage data to its vendor, and listens on every address. Here the dashboard shows a lost node
     * within seconds.
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

    private HazelcastMembership() {}

    static Future<Cluster> join(VertxOptions options, ClusterSettings settings) {
        // Hazelcast reads this when its first class is loaded.
        System.setProperty("hazelcast.logging.type", "slf4j");
        options.setEventBusOptions(
                new EventBusOptions().setHost(settings.host()).setPort(0).setClusterPingInterval(2_000));
        HazelcastClusterManager manager = new HazelcastClusterManager(config(settings));
        return Vertx.builder()
                .with(options)
                .withClusterManager(manager)
                .buildClustered()
                .map(vertx -> cluster(vertx, settings, manager));
    }

    private static Cluster cluster(Vertx vertx, ClusterSettings settings, HazelcastClusterManager manager) {
        MissingMembers missing = new MissingMembers();
        manager.getHazelcastInstance().getCluster().addMembershipListener(missing);
        String id = manager.getNodeId();
        return new Cluster(vertx, settings, id, () -> others(manager, id), missing::any, () -> isOldestMember(manager));
    }

    private static List<String> others(HazelcastClusterManager manager, String id) {
        List<String> nodes = new ArrayList<>(manager.getNodes());
        nodes.remove(id);
        return nodes;
    }

    /**
     * Returns whether this node is the oldest member. Hazelcast lists the members in the order in which they joined,
     * the same on every member.
     */
    private static boolean isOldestMember(HazelcastClusterManager manager) {
        return manager.getHazelcastInstance()
                .getCluster()
                .getMembers()
                .iterator()
                .next()
                .localMember();
    }

    /** Members that have left, by address. One that does not return counts as missing for an hour. */
    private static final class MissingMembers implements MembershipListener {

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

    /**
     * Returns the name by which members accept each other. Hazelcast's community edition compares only the name, so it
     * contains a secret that cannot be computed from the name of the site.
     */
    static String membership(ClusterSettings settings) {
        return settings.name() + '-' + ClusterSignature.of(settings, "membership");
    }

    /**
     * Returns the classes that may be deserialized: those of Hazelcast, two of Vert.x, and the parts of exceptions,
     * which members send each other. It allows no class of another library.
     */
    private static JavaSerializationFilterConfig filter() {
        JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig();
        filter.setDefaultsDisabled(true);
        filter.getWhitelist()
                .addPrefixes(
                        "com.hazelcast.",
                        "io.vertx.spi.cluster.hazelcast.",
                        "java.lang.",
                        "java.util.",
                        "java.io.",
                        "[");
        return filter;
    }

    static Config config(ClusterSettings settings) {
        Config config = new Config();
        // Maps of Vert.x: event bus subscriptions and nodes.
        config.getMultiMapConfig("__vertx.subs").setBackupCount(1).setValueCollectionType(ValueCollectionType.SET);
        config.getMapConfig("__vertx.haInfo").setBackupCount(1);
        config.getMapConfig("__vertx.nodeInfo").setBackupCount(1);
        config.setClusterName(membership(settings));
        config.getSerializationConfig().setJavaSerializationFilterConfig(filter());
        PROPERTIES.forEach(config::setProperty);
        NetworkConfig network = config.getNetworkConfig();
        network.setPort(settings.port()).setPortAutoIncrement(false).setReuseAddress(true);
        network.getInterfaces().setEnabled(true).addInterface(settings.host());
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(2);
        settings.members().forEach(join.getTcpIpConfig()::addMember);
        return config;
    }
}
