package org.starpunk.server;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.util.Optional;
import org.starpunk.config.ProviderSettings;
import org.starpunk.config.Settings;
import org.starpunk.identity.Tokens;
import org.starpunk.indieauth.Bearer;
import org.starpunk.indieauth.Clients;
import org.starpunk.indieauth.IndieAuthRoutes;
import org.starpunk.indieauth.OutsideProvider;
import org.starpunk.media.MediaFiles;
import org.starpunk.media.MediaRoutes;
import org.starpunk.micropub.MicropubLogRoutes;
import org.starpunk.micropub.MicropubRoutes;
import org.starpunk.note.Notes;
import org.starpunk.outbound.Outbound;
import org.starpunk.store.TokenStore;
import org.starpunk.telemetry.Recorder;

/** Mounts the endpoints for apps: Micropub, IndieAuth, and uploaded media. */
final class Protocols {

    private final Vertx vertx;
    private final Settings settings;
    private final Shared shared;
    private final Notes notes;
    private final Recorder recorder;

    Protocols(Vertx vertx, Settings settings, Shared shared, Notes notes, Recorder recorder) {
        this.vertx = vertx;
        this.settings = settings;
        this.shared = shared;
        this.notes = notes;
        this.recorder = recorder;
    }

    void mount(Router router) {
        Tokens tokens = new TokenStore(shared.store, shared.clock);
        Outbound outbound = Outbound.create(vertx);
        MediaFiles media = new MediaFiles(vertx, settings.dataDir());
        indieAuth(tokens, outbound).mount(router);
        new MicropubRoutes(
                        vertx,
                        settings,
                        shared.account,
                        notes,
                        media,
                        new Bearer(tokens, shared.clock, outside(outbound)),
                        outbound,
                        recorder,
                        shared.micropubLog)
                .mount(router);
        new MicropubLogRoutes(shared.micropubLog, shared.account, shared.gate, shared.csrf, shared.views).mount(router);
        new MediaRoutes(media).mount(router);
    }

    private Optional<OutsideProvider> outside(Outbound open) {
        ProviderSettings provider = settings.provider();
        Outbound outbound = provider.privateNetwork() ? Outbound.create(vertx, any -> true) : open;
        return OutsideProvider.of(provider, outbound, shared.clock);
    }

    private IndieAuthRoutes indieAuth(Tokens tokens, Outbound outbound) {
        return new IndieAuthRoutes(
                shared.account,
                tokens,
                new Clients(vertx, outbound),
                shared.gate,
                shared.csrf,
                shared.views,
                recorder,
                shared.clock);
    }
}
