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

/** This process's Vert.x, alone or as one node of several, and what nodes of one site have to tell each other. */
public final class Cluster {

    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
    private static final String PROVIDERS = "META-INF/services/io.vertx.core.spi.VertxServiceProvider";

    /** A node that hangs is noticed after some seconds: until then, this is what a change may wait for it. */
    private static final DeliveryOptions PATIENCE = new DeliveryOptions().setSendTimeout(1_000);

    private final Vertx vertx;
    private final String id;
    private final Supplier<Collection<String>> others;
    private final BooleanSupplier parted;
    private final BooleanSupplier oldest;

    /**
     * @param id of this node
     * @param others the ids of the others that are there
     * @param parted whether a node is missing that was there
     * @param oldest whether no other node that is there has joined before this one
     */
    Cluster(
            Vertx vertx,
            String id,
            Supplier<Collection<String>> others,
            BooleanSupplier parted,
            BooleanSupplier oldest) {
        this.vertx = vertx;
        this.id = id;
        this.others = others;
        this.parted = parted;
        this.oldest = oldest;
    }

    /**
     * Starts Vert.x as the settings say.
     *
     * @return fails when the cluster's port cannot be listened on
     */
    public static Future<Cluster> start(VertxOptions options, ClusterSettings settings) {
        return settings.enabled()
                ? Nodes.join(options, settings)
                : Future.succeededFuture(new Cluster(alone(options), "", List::of, () -> false, () -> true));
    }

    public Vertx vertx() {
        return vertx;
    }

    /**
     * Tells every other node something.
     *
     * @param topic what it is about; the others {@link #hear} it under the same name
     * @return completes when each has acted on it, or does not answer
     */
    public Future<Void> tell(String topic, String text) {
        List<Future<?>> told = new ArrayList<>();
        for (String other : others.get()) {
            told.add(vertx.eventBus()
                    .request(address(topic, other), text, PATIENCE)
                    .onFailure(failure -> LOG.warn("a node does not answer: {}", failure.getMessage()))
                    .otherwiseEmpty());
        }
        return told.isEmpty() ? Future.succeededFuture() : Future.join(told).mapEmpty();
    }

    /**
     * Acts on what other nodes tell.
     *
     * @return completes when all of them know that this one listens
     */
    public Future<Void> hear(String topic, Function<String, Future<Void>> act) {
        return vertx.isClustered()
                ? vertx.eventBus()
                        .<String>consumer(
                                address(topic, id),
                                message -> act.apply(message.body()).onComplete(done -> message.reply(null)))
                        .completion()
                : Future.succeededFuture();
    }

    private static String address(String topic, String node) {
        return "starpunk." + topic + '.' + node;
    }

    /** Whether a node is missing that was there: what it changes now is not told here. */
    public boolean parted() {
        return parted.getAsBoolean();
    }

    /**
     * Whether this node does what the site needs done once. It is the one that has been there longest: the nodes agree on it
     * without a lock, and when it dies the next one is. Each side of a parted network has its own, so work has to bear being done
     * twice.
     */
    public boolean oldest() {
        return oldest.getAsBoolean();
    }

    /** Vert.x makes an instance of every provider that it finds, and so would load Hazelcast: here it finds its metrics only. */
    private static Vertx alone(VertxOptions options) {
        Thread thread = Thread.currentThread();
        ClassLoader usual = thread.getContextClassLoader();
        thread.setContextClassLoader(new WithoutCluster(usual));
        try {
            return Vertx.vertx(options);
        } finally {
            thread.setContextClassLoader(usual);
        }
    }

    private static final class WithoutCluster extends ClassLoader {

        WithoutCluster(ClassLoader parent) {
            super(parent);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            URL ours = name.equals(PROVIDERS) ? Cluster.class.getResource("vertx-providers") : null;
            return ours == null ? super.getResources(name) : Collections.enumeration(Collections.singleton(ours));
        }
    }
}
