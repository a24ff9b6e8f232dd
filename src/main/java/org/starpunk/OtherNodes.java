package org.starpunk;

import io.vertx.core.Future;
import org.starpunk.cluster.Cluster;
import org.starpunk.server.Shared;
import org.starpunk.store.AccountStore;

/** What the nodes of one site tell each other, so that each shows the same pages, and guesses of the password count together. */
record OtherNodes(Cluster cluster) {

    private static final String CHANGED = "changed";
    private static final String GUESSED = "guessed";
    private static final long PARTED_MILLIS = 1_000;

    /** Something has changed: completes when no other node shows pages of before. */
    Future<Void> changed() {
        return cluster.tell(CHANGED, "");
    }

    void guessed(String guess) {
        Future<Void> unused = cluster.tell(GUESSED, guess);
    }

    /** Acts on what is told; while a node is missing, which then tells nothing, every page is made anew each second. */
    void hear(AccountStore account, Shared shared) {
        cluster.hear(CHANGED, unused -> account.reread());
        cluster.hear(GUESSED, guess -> {
            shared.guessElsewhere(guess);
            return Future.succeededFuture();
        });
        if (cluster.vertx().isClustered()) {
            cluster.vertx().setPeriodic(PARTED_MILLIS, tick -> {
                Future<Void> unused = cluster.parted() ? account.reread() : Future.succeededFuture();
            });
        }
    }
}
