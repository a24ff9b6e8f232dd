package org.starpunk.server;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.starpunk.Deployment;
import org.starpunk.note.SiteRevision;
import org.starpunk.store.StoreClient;
import org.starpunk.telemetry.Recorder;

/** The router of a running site, built again so that a test can read its routes. */
public final class TestRouter {

    private TestRouter() {}

    private static final class SingleProcessSignals implements ServerContext.ClusterSignals {

        @Override
        public void guessed(String guess) {}

        @Override
        public Future<Void> loggedOut() {
            return Future.succeededFuture();
        }

        @Override
        public void signed(String challenge) {}
    }

    static List<Route> routes(Deployment running) {
        Vertx vertx = running.vertx();
        Router router = Router.router(vertx);
        ServerContext shared = new ServerContext(
                new StoreClient(vertx),
                running.account(),
                new SiteRevision(),
                Clock.systemUTC(),
                running.jobs(),
                running.settings(),
                new SingleProcessSignals());
        new SiteRouter(vertx, running.settings(), shared, Recorder.none()).mount(router);
        return router.getRoutes();
    }

    /** Returns the methods of each path whose routes send responses, by name. */
    public static Map<String, Set<String>> methods(Deployment running) {
        Map<String, Set<String>> methods = new TreeMap<>();
        for (Route route : routes(running)) {
            if (route.getPath() != null
                    && route.methods() != null
                    && route.getMetadata(AllowedMethods.FILTER) == null) {
                Set<String> names = methods.computeIfAbsent(route.getPath(), unused -> new TreeSet<>());
                route.methods().stream().map(HttpMethod::name).forEach(names::add);
            }
        }
        return methods;
    }
}
