package org.starpunk;

import io.vertx.core.Future;
import org.starpunk.cluster.Cluster;
import org.starpunk.server.Shared;
import org.starpunk.store.AccountStore;

/**
 * Messages between the nodes of one site. They keep pages, sessions and passkey challenges consistent, and count
 * password guesses across nodes.
 */
record OtherNodes(Cluster cluster) implements Shared.Others {

    private static final String CHANGED = "changed";
    private static final String GUESSED = "guessed";
    private static final String LOGGED_OUT = "logged-out";
    private static final String SIGNED = "signed";
    private static final long PARTED_MILLIS = 1_000;

    /** Publishes a change of content. Completes when no other node serves older pages. */
    Future<Void> changed() {
        return cluster.tell(CHANGED, "");
    }

    /** Returns whether this node runs the jobs that the site needs to run once. */
    boolean oldest() {
        return cluster.oldest();
    }

    @Override
    public void guessed(String guess) {
        Future<Void> unused = cluster.tell(GUESSED, guess);
    }

    @Override
    public Future<Void> loggedOut() {
        return cluster.tell(LOGGED_OUT, "");
    }

    @Override
    public void signed(String challenge) {
        Future<Void> unused = cluster.tell(SIGNED, challenge);
    }

    /**
     * Subscribes to the messages of other nodes. While a node is missing, and its messages with it, this node drops its
     * caches of pages and sessions each second.
     *
     * @return completes once subscribed and caught up
     */
    Future<Void> hear(AccountStore account, Shared shared) {
        if (!cluster.vertx().isClustered()) {
            return Future.succeededFuture();
        }
        cluster.vertx().setPeriodic(PARTED_MILLIS, tick -> {
            if (cluster.parted()) {
                shared.sessionsEndedElsewhere();
                Future<Void> unused = account.reread();
            }
        });
        return Future.join(
                        cluster.hear(GUESSED, guess -> done(() -> shared.guessElsewhere(guess))),
                        cluster.hear(SIGNED, challenge -> done(() -> shared.signedElsewhere(challenge))),
                        cluster.hear(LOGGED_OUT, none -> done(shared::sessionsEndedElsewhere)),
                        cluster.hear(CHANGED, none -> account.reread()))
                .compose(heard -> account.reread());
    }

    private static Future<Void> done(Runnable act) {
        act.run();
        return Future.succeededFuture();
    }
}
