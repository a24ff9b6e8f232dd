package org.starpunk.command;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import org.starpunk.config.Settings;
import org.starpunk.identity.Account;
import org.starpunk.identity.PasskeyRepository;
import org.starpunk.identity.TokenRepository;
import org.starpunk.note.SiteRevision;
import org.starpunk.store.AccountStore;
import org.starpunk.store.ArchiveStore;
import org.starpunk.store.DataDirectoryLock;
import org.starpunk.store.Database;
import org.starpunk.store.DatabaseException;
import org.starpunk.store.DatabaseFile;
import org.starpunk.store.PasskeyStore;
import org.starpunk.store.SearchStore;
import org.starpunk.store.StoreClient;
import org.starpunk.store.StoreVerticle;
import org.starpunk.store.TokenStore;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.RequestTiming;

/**
 * Direct access to the site's data for the duration of a command, without HTTP. A server may be running on the same
 * data.
 */
final class OfflineSite implements AutoCloseable {

    private final Vertx vertx;
    private final StoreClient store;
    private final Account account;

    private OfflineSite(Vertx vertx, StoreClient store, Account account) {
        this.vertx = vertx;
        this.store = store;
        this.account = account;
    }

    /**
     * Opens the database. Migrates it to this program's schema, unless a server is running on it.
     *
     * @throws CommandException if that server needs an older schema
     */
    static OfflineSite open(Settings settings) {
        refuseUnderAnOlderServer(settings);
        RequestTiming.register();
        Vertx vertx = Vertx.vertx();
        StoreClient.registerCodecs(vertx);
        StoreClient store = new StoreClient(vertx);
        Database database = Database.of(settings);
        SiteRevision revision = new SiteRevision();
        Future<AccountStore> opening = vertx.deployVerticle(
                        new StoreVerticle(database, revision, any -> Recorder.none(), false))
                .compose(id -> AccountStore.open(
                        store,
                        Clock.system(settings.timeZone()),
                        revision,
                        settings.baseUrl(),
                        ListenAddress.url(settings)));
        try {
            return new OfflineSite(vertx, store, BlockingFutures.await(opening));
        } catch (RuntimeException e) {
            BlockingFutures.await(vertx.close());
            throw e;
        }
    }

    /** Refuses to migrate under an older server, which would not support the new schema. */
    private static void refuseUnderAnOlderServer(Settings settings) {
        if (!(Database.of(settings) instanceof DatabaseFile file)) {
            return;
        }
        try {
            Database.Schema schema = file.schema();
            if (schema.found() == 0 || schema.missing().isEmpty()) {
                return;
            }
            Optional<DataDirectoryLock> alone = DataDirectoryLock.acquire(settings.dataDir());
            if (alone.isEmpty()) {
                throw new CommandException(
                        ExitCode.DATABASE,
                        "the database has schema " + schema.found() + ", this program needs " + schema.known()
                                + ", and a server is running on it",
                        "stop the server, run starpunk migrate, and start the new version");
            }
            alone.get().close();
        } catch (DatabaseException e) {
            throw BlockingFutures.toException(e);
        } catch (IOException e) {
            throw new CommandException(
                            ExitCode.DATABASE,
                            "the data directory cannot be locked: " + IoErrorMessages.of(e),
                            "make it writable for this user")
                    .causedBy(e);
        }
    }

    Account account() {
        return account;
    }

    TokenRepository tokens() {
        return new TokenStore(store, Clock.systemUTC());
    }

    ArchiveStore archive() {
        return new ArchiveStore(vertx, store);
    }

    Vertx vertx() {
        return vertx;
    }

    PasskeyRepository passkeys() {
        return new PasskeyStore(store);
    }

    SearchStore search() {
        return new SearchStore(store);
    }

    @Override
    public void close() {
        BlockingFutures.await(vertx.close());
    }
}
