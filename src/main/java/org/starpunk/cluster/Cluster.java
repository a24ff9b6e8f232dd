package org.starpunk.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import org.starpunk.config.ClusterSettings;

/** Starts Vert.x: alone, or as one node of several. */
public final class Cluster {

    private static final String PROVIDERS = "META-INF/services/io.vertx.core.spi.VertxServiceProvider";

    private Cluster() {}

    /**
     * Starts Vert.x as the settings say.
     *
     * @return fails when the cluster's port cannot be listened on
     */
    public static Future<Vertx> start(VertxOptions options, ClusterSettings settings) {
        return settings.enabled() ? Nodes.join(options, settings) : Future.succeededFuture(alone(options));
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
