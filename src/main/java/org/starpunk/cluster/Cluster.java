package org.starpunk.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.config.ClusterSettings;

/** The Vert.x instance of this process, standalone or clustered, and messages between the nodes of one site. */
public final class Cluster {

    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
    private static final String PROVIDERS = "META-INF/services/io.vertx.core.spi.VertxServiceProvider";

    /**
     * Timeout for the reply of another node. A hung node is detected after some seconds; until then a change waits at
     * most this long for it.
     */
    private static final DeliveryOptions REPLY_TIMEOUT = new DeliveryOptions().setSendTimeout(1_000);

    private final Vertx vertx;
    private final ClusterSettings settings;
    private final String id;
    private final Supplier<Collection<String>> others;
    private final BooleanSupplier partitioned;
    private final BooleanSupplier oldest;

    /**
     * @param id id of this node
     * @param others supplies the ids of the other live nodes
     * @param partitioned returns whether a node that was a member is missing
     * @param oldest returns whether this node joined before all other live nodes
     */
    Cluster(
            Vertx vertx,
            ClusterSettings settings,
            String id,
            Supplier<Collection<String>> others,
            BooleanSupplier partitioned,
            BooleanSupplier oldest) {
        this.vertx = vertx;
        this.settings = settings;
        this.id = id;
        this.others = others;
        this.partitioned = partitioned;
        this.oldest = oldest;
    }

    /**
     * Starts Vert.x, clustered if the settings enable it.
     *
     * @return fails if the cluster's port cannot be bound
     */
    public static Future<Cluster> start(VertxOptions options, ClusterSettings settings) {
        return settings.enabled()
                ? HazelcastMembership.join(options, settings)
                : Future.succeededFuture(new Cluster(alone(options), settings, "", List::of, () -> false, () -> true));
    }

    public Vertx vertx() {
        return vertx;
    }

    /**
     * Sends a message to every other node.
     *
     * @param topic name of the message type; the others subscribe to it with {@link #subscribe}
     * @return completes when each node has processed the message or has failed to reply in time
     */
    public Future<Void> publish(String topic, String text) {
        List<Future<?>> told = new ArrayList<>();
        for (String other : others.get()) {
            told.add(vertx.eventBus()
                    .request(address(topic, other), text, REPLY_TIMEOUT)
                    .onFailure(failure -> LOG.warn("a cluster node does not reply: {}", failure.getMessage()))
                    .otherwiseEmpty());
        }
        return told.isEmpty() ? Future.succeededFuture() : Future.join(told).mapEmpty();
    }

    /**
     * Subscribes to a topic.
     *
     * @return completes when all nodes have registered the subscription
     */
    public Future<Void> subscribe(String topic, Function<String, Future<Void>> act) {
        return vertx.isClustered()
                ? vertx.eventBus()
                        .<String>consumer(
                                address(topic, id),
                                message -> act.apply(message.body()).onComplete(unused -> message.reply(null)))
                        .completion()
                : Future.succeededFuture();
    }

    /**
     * Returns the event bus address of a node. It contains a secret, because the port of the event bus accepts messages
     * from every host that can reach it.
     */
    private String address(String topic, String node) {
        String name = "starpunk." + topic + '.' + node;
        return name + '.' + ClusterSignature.of(settings, name);
    }

    /** Returns whether a node that was a member is missing. This node does not receive its messages. */
    public boolean isPartitioned() {
        return partitioned.getAsBoolean();
    }

    /**
     * Returns whether this node is the leader, which runs the jobs that the site needs to run once. The leader is the
     * node that joined first: all nodes agree on it without a lock, and the next one follows when it dies. Each side of
     * a partitioned network has a leader, so a job must tolerate running twice.
     */
    public boolean isLeader() {
        return oldest.getAsBoolean();
    }

    /**
     * Starts Vert.x without the cluster manager. Vert.x instantiates every service provider it finds and would load
     * Hazelcast; the class loader hides all but the metrics provider.
     */
    private static Vertx alone(VertxOptions options) {
        Thread thread = Thread.currentThread();
        ClassLoader usual = thread.getContextClassLoader();
        thread.setContextClassLoader(new StandaloneCluster(usual));
        try {
            return Vertx.vertx(options);
        } finally {
            thread.setContextClassLoader(usual);
        }
    }

    private static final class StandaloneCluster extends ClassLoader {

        StandaloneCluster(ClassLoader parent) {
            super(parent);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            URL ours = name.equals(PROVIDERS) ? Cluster.class.getResource("vertx-providers") : null;
            return ours == null ? super.getResources(name) : Collections.enumeration(Collections.singleton(ours));
        }
    }
}
