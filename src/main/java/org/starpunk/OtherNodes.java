package org.starpunk;

import io.vertx.core.Future;
import org.starpunk.cluster.Cluster;
import org.starpunk.server.Shared;
import org.starpunk.store.AccountStore;

/** What the nodes of one site tell each other, so that each shows the same pages, and guesses of the password count together. */
record OtherNodes(Cluster cluster) implements Shared.Others {

    private static final String CHANGED = "changed";
    private static final String GUESSED = "guessed";
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
    public void signed(String challenge) {
        Future<Void> unused = cluster.tell(SIGNED, challenge);
    }

    /**
     * Acts on what is told; while a node is missing, which then tells nothing, every page is made anew each second.
     *
     * @return completes when nothing that is told from then on is missed, nor what was told before
     */
    Future<Void> hear(AccountStore account, Shared shared) {
        if (!cluster.vertx().isClustered()) {
            return Future.succeededFuture();
        }
        cluster.vertx().setPeriodic(PARTED_MILLIS, tick -> {
            Future<Void> unused = cluster.parted() ? account.reread() : Future.succeededFuture();
        });
        Future<Void> guesses = cluster.hear(GUESSED, guess -> {
            shared.guessElsewhere(guess);
            return Future.succeededFuture();
        });
        Future<Void> signed = cluster.hear(SIGNED, challenge -> {
            shared.signedElsewhere(challenge);
            return Future.succeededFuture();
        });
        return Future.join(guesses, signed, cluster.hear(CHANGED, unused -> account.reread()))
                .compose(heard -> account.reread());
    }
}
