package org.starpunk.micropub;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.starpunk.config.LimitSettings;
import org.starpunk.config.Settings;
import org.starpunk.identity.Account;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.Token;
import org.starpunk.indieauth.BearerAuthenticator;
import org.starpunk.note.NoteLimits;
import org.starpunk.note.NoteRepository;
import org.starpunk.note.UploadStore;
import org.starpunk.outbound.PublicHttpClient;
import org.starpunk.telemetry.Recorder;

/** Routes of the Micropub endpoint and its media endpoint (W3C Recommendation, 23 May 2017). */
public final class MicropubRoutes {

    /** Path of the Micropub endpoint, which pages link as {@code rel=micropub}. */
    public static final String PATH = "/micropub";

    /** Path of the media endpoint. */
    public static final String MEDIA_PATH = "/micropub/media";

    private final Account account;
    private final BearerAuthenticator authenticator;
    private final UploadStore uploads;
    private final Recorder recorder;
    private final MicropubLog log;
    private final MicropubPostService posts;
    private final MicropubQueryHandler queryHandler;
    private final MicropubRequestReader reader;

    public MicropubRoutes(
            Vertx vertx,
            Settings settings,
            Account account,
            NoteRepository notes,
            UploadStore uploads,
            BearerAuthenticator authenticator,
            PublicHttpClient httpClient,
            Recorder recorder,
            MicropubLog log) {
        this.account = account;
        this.authenticator = authenticator;
        this.uploads = uploads;
        this.recorder = recorder;
        this.log = log;
        RemotePhotoFetcher copies = new RemotePhotoFetcher(vertx, httpClient, uploads, settings.dataDir());
        PhotoAttachments photos = new PhotoAttachments(uploads, copies);
        this.posts = new MicropubPostService(vertx, notes, account::profile, limits(settings.limits()), photos);
        this.queryHandler = new MicropubQueryHandler(posts, notes, account::profile);
        this.reader = new MicropubRequestReader(authenticator, settings.dataDir(), settings.limits());
    }

    private static NoteLimits limits(LimitSettings limits) {
        return new NoteLimits(limits.noteLength(), limits.tagsPerNote(), limits.tagLength(), limits.titleLength());
    }

    public void mount(Router router) {
        router.post(PATH).handler(this::post);
        router.route(PATH).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(this::query);
        router.post(MEDIA_PATH).handler(this::upload);
    }

    private MicropubLogEntry exchange(RoutingContext ctx) {
        MicropubLogEntry micropubLogEntry = new MicropubLogEntry(ctx);
        micropubLogEntry.recordAtEnd(log, recorder);
        ctx.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        return micropubLogEntry;
    }

    private void query(RoutingContext ctx) {
        MicropubLogEntry micropubLogEntry = exchange(ctx);
        micropubLogEntry.setRequest("query", ctx.queryParams().getAll("q"));
        authenticator
                .authenticate(ctx.request())
                .onSuccess(micropubLogEntry::setToken)
                .compose(token -> queryHandler.answer(token, ctx.queryParams()))
                .onSuccess(answer -> answer.handle(ctx))
                .onFailure(error -> MicropubErrorResponse.answer(ctx, micropubLogEntry, error));
    }

    private void post(RoutingContext ctx) {
        MicropubLogEntry micropubLogEntry = exchange(ctx);
        reader.read(ctx)
                .compose(submission -> act(micropubLogEntry, submission))
                .onSuccess(result -> result.answer(ctx))
                .onFailure(error -> MicropubErrorResponse.answer(ctx, micropubLogEntry, error));
    }

    private Future<MicropubResult> act(MicropubLogEntry micropubLogEntry, AuthenticatedMicropubRequest submission) {
        MicropubAction action = submission.action();
        micropubLogEntry.setToken(submission.token());
        micropubLogEntry.setRequest(action.scope(), action.names());
        BearerAuthenticator.require(submission.token(), action.scope());
        return action.run(posts);
    }

    private void upload(RoutingContext ctx) {
        MicropubLogEntry micropubLogEntry = exchange(ctx);
        micropubLogEntry.setRequest("upload", List.of());
        reader.readFile(ctx, token -> mayUpload(micropubLogEntry, token))
                .compose(uploads::store)
                .onSuccess(path ->
                        MicropubResult.created(account.profile().absolute(path)).answer(ctx))
                .onFailure(error -> MicropubErrorResponse.answer(ctx, micropubLogEntry, error));
    }

    /**
     * Checks the scope of an upload. {@code create} is sufficient too, because many clients never request {@code media}
     * but upload the pictures of a post.
     */
    private static void mayUpload(MicropubLogEntry micropubLogEntry, Token token) {
        micropubLogEntry.setToken(token);
        if (!token.scopes().has(Scopes.CREATE)) {
            BearerAuthenticator.require(token, Scopes.MEDIA);
        }
    }
}
