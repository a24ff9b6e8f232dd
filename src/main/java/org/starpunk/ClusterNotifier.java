package org.starpunk;

import io.vertx.core.Future;
import org.starpunk.cluster.Cluster;
import org.starpunk.server.ServerContext;
import org.starpunk.store.AccountStore;

/**
 * Notifies the other nodes of one site. The messages keep pages, sessions and passkey challenges consistent, and count
 * password guesses across nodes.
 */
record ClusterNotifier(Cluster cluster) implements ServerContext.ClusterSignals {

    private static final String CHANGED = "changed";
    private static final String GUESSED = "guessed";
    private static final String LOGGED_OUT = "logged-out";
    private static final String SIGNED = "signed";
    private static final long PARTED_MILLIS = 1_000;

    /** Publishes a change of content. Completes when no other node serves older pages. */
    Future<Void> publishChange() {
        return cluster.publish(CHANGED, "");
    }

    /** Returns whether this node runs the jobs that the site needs to run once. */
    boolean isLeader() {
        return cluster.isLeader();
    }

    @Override
    public void guessed(String guess) {
        Future<Void> unused = cluster.publish(GUESSED, guess);
    }

    @Override
    public Future<Void> loggedOut() {
        return cluster.publish(LOGGED_OUT, "");
    }

    @Override
    public void signed(String challenge) {
        Future<Void> unused = cluster.publish(SIGNED, challenge);
    }

    /**
     * Subscribes to the messages of other nodes. While a node is missing, and its messages with it, this node drops its
     * caches of pages and sessions each second.
     *
     * @return completes once subscribed and caught up
     */
    Future<Void> subscribe(AccountStore account, ServerContext shared) {
        if (!cluster.vertx().isClustered()) {
            return Future.succeededFuture();
        }
        cluster.vertx().setPeriodic(PARTED_MILLIS, tick -> {
            if (cluster.isPartitioned()) {
                shared.clearSessionCache();
                Future<Void> unused = account.reread();
            }
        });
        return Future.join(
                        cluster.subscribe(GUESSED, guess -> runNow(() -> shared.countRemoteGuess(guess))),
                        cluster.subscribe(SIGNED, challenge -> runNow(() -> shared.markRemoteChallengeUsed(challenge))),
                        cluster.subscribe(LOGGED_OUT, none -> runNow(shared::clearSessionCache)),
                        cluster.subscribe(CHANGED, none -> account.reread()))
                .compose(heard -> account.reread());
    }

    private static Future<Void> runNow(Runnable act) {
        act.run();
        return Future.succeededFuture();
    }
}
