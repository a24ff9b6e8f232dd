package org.starpunk.server;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.util.Optional;
import org.starpunk.config.IndieAuthProviderSettings;
import org.starpunk.config.Settings;
import org.starpunk.identity.TokenRepository;
import org.starpunk.indieauth.BearerAuthenticator;
import org.starpunk.indieauth.ClientMetadataFetcher;
import org.starpunk.indieauth.ExternalTokenIntrospector;
import org.starpunk.indieauth.IndieAuthRoutes;
import org.starpunk.media.MediaRoutes;
import org.starpunk.media.MediaStore;
import org.starpunk.micropub.MicropubLogRoutes;
import org.starpunk.micropub.MicropubRoutes;
import org.starpunk.note.NoteRepository;
import org.starpunk.outbound.PublicHttpClient;
import org.starpunk.store.TokenStore;
import org.starpunk.telemetry.Recorder;

/** Mounts the endpoints for apps: Micropub, IndieAuth, and uploaded media. */
final class ProtocolRoutes {

    private final Vertx vertx;
    private final Settings settings;
    private final ServerContext shared;
    private final NoteRepository notes;
    private final Recorder recorder;

    ProtocolRoutes(Vertx vertx, Settings settings, ServerContext shared, NoteRepository notes, Recorder recorder) {
        this.vertx = vertx;
        this.settings = settings;
        this.shared = shared;
        this.notes = notes;
        this.recorder = recorder;
    }

    void mount(Router router) {
        TokenRepository tokens = new TokenStore(shared.store, shared.clock);
        PublicHttpClient httpClient = PublicHttpClient.create(vertx);
        MediaStore media = new MediaStore(vertx, settings.dataDir());
        indieAuth(tokens, httpClient).mount(router);
        new MicropubRoutes(
                        vertx,
                        settings,
                        shared.account,
                        notes,
                        media,
                        new BearerAuthenticator(tokens, shared.clock, outside(httpClient)),
                        httpClient,
                        recorder,
                        shared.micropubLog)
                .mount(router);
        new MicropubLogRoutes(shared.micropubLog, shared.account, shared.authHandler, shared.csrf, shared.templates)
                .mount(router);
        new MediaRoutes(media).mount(router);
    }

    private Optional<ExternalTokenIntrospector> outside(PublicHttpClient open) {
        IndieAuthProviderSettings provider = settings.provider();
        PublicHttpClient httpClient = provider.privateNetwork() ? PublicHttpClient.create(vertx, unused -> true) : open;
        return ExternalTokenIntrospector.of(provider, httpClient, shared.clock);
    }

    private IndieAuthRoutes indieAuth(TokenRepository tokens, PublicHttpClient httpClient) {
        return new IndieAuthRoutes(
                shared.account,
                tokens,
                new ClientMetadataFetcher(vertx, httpClient),
                shared.authHandler,
                shared.csrf,
                shared.templates,
                recorder,
                shared.clock);
    }
}
