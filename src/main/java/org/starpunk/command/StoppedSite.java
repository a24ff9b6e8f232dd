package org.starpunk.command;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import org.starpunk.config.Settings;
import org.starpunk.identity.Account;
import org.starpunk.note.Revision;
import org.starpunk.store.AccountStore;
import org.starpunk.store.Database;
import org.starpunk.store.StoreClient;
import org.starpunk.store.StoreVerticle;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.RequestTiming;

/** The site's data without its front door, for a command's short life. A server may run on the same data meanwhile. */
final class StoppedSite implements AutoCloseable {

    private final Vertx vertx;
    private final Account account;

    private StoppedSite(Vertx vertx, Account account) {
        this.vertx = vertx;
        this.account = account;
    }

    static StoppedSite open(Settings settings) {
        RequestTiming.register();
        Vertx vertx = Vertx.vertx();
        StoreClient.registerCodecs(vertx);
        StoreClient store = new StoreClient(vertx);
        Database database = Database.of(settings);
        Revision revision = new Revision();
        Future<AccountStore> opening = vertx.deployVerticle(
                        new StoreVerticle(database, revision, any -> Recorder.none(), false))
                .compose(id -> AccountStore.open(
                        store, Clock.systemUTC(), revision, settings.baseUrl(), ListenAddress.url(settings)));
        try {
            return new StoppedSite(vertx, Waiting.on(opening));
        } catch (RuntimeException e) {
            Waiting.on(vertx.close());
            throw e;
        }
    }

    Account account() {
        return account;
    }

    @Override
    public void close() {
        Waiting.on(vertx.close());
    }
}
