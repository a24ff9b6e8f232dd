package org.starpunk;

import io.vertx.core.Future;
import org.starpunk.cluster.Cluster;
import org.starpunk.server.Shared;
import org.starpunk.store.AccountStore;

/** What the nodes of one site tell each other, so that each shows the same pages, and guesses of the password count together. */
record OtherNodes(Cluster cluster) implements Shared.Others {

    private static final String CHANGED = "changed";
    private static final String GUESSED = "guessed";
    private static final String LOGGED_OUT = "logged-out";
    private static final String SIGNED = "signed";
    private static final long PARTED_MILLIS = 1_000;

    /** Something has changed: completes when no other node shows pages of before. */
    Future<Void> changed() {
        return cluster.tell(CHANGED, "");
    }

    /** Whether it is this node that does what the site needs done once. */
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
     * Acts on what is told; while a node is missing, which then tells nothing, every page is made anew each second, and every
     * session is looked up again.
     *
     * @return completes when nothing that is told from then on is missed, nor what was told before
     */
    Future<Void> hear(AccountStore account, Shared shared) {
        if (!cluster.vertx().isClustered()) {
            return Future.succeededFuture();
        }
        cluster.vertx().setPeriodic(PARTED_MILLIS, tick -> {
            if (cluster.parted()) {
                shared.loggedOutElsewhere();
                Future<Void> unused = account.reread();
            }
        });
        return Future.join(
                        cluster.hear(GUESSED, guess -> done(() -> shared.guessElsewhere(guess))),
                        cluster.hear(SIGNED, challenge -> done(() -> shared.signedElsewhere(challenge))),
                        cluster.hear(LOGGED_OUT, none -> done(shared::loggedOutElsewhere)),
                        cluster.hear(CHANGED, none -> account.reread()))
                .compose(heard -> account.reread());
    }

    private static Future<Void> done(Runnable act) {
        act.run();
        return Future.succeededFuture();
    }
}
