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
import org.starpunk.indieauth.Bearer;
import org.starpunk.note.Limits;
import org.starpunk.note.Notes;
import org.starpunk.note.Uploads;
import org.starpunk.outbound.Outbound;
import org.starpunk.telemetry.Recorder;

/** The Micropub endpoint and its media endpoint (W3C Recommendation of 2017-05-23). */
public final class MicropubRoutes {

    /** Where clients post; pages name it as {@code rel=micropub}. */
    public static final String PATH = "/micropub";

    /** Where clients upload pictures. */
    public static final String MEDIA_PATH = "/micropub/media";

    private final Account account;
    private final Bearer bearer;
    private final Uploads uploads;
    private final Recorder recorder;
    private final MicropubLog log;
    private final Posts posts;
    private final Queries queries;
    private final SubmissionReader reader;

    public MicropubRoutes(
            Vertx vertx,
            Settings settings,
            Account account,
            Notes notes,
            Uploads uploads,
            Bearer bearer,
            Outbound outbound,
            Recorder recorder,
            MicropubLog log) {
        this.account = account;
        this.bearer = bearer;
        this.uploads = uploads;
        this.recorder = recorder;
        this.log = log;
        CopiedPhotos copies = new CopiedPhotos(vertx, outbound, uploads, settings.dataDir());
        PhotoIntake photos = new PhotoIntake(uploads, copies);
        this.posts = new Posts(vertx, notes, account::profile, limits(settings.limits()), photos);
        this.queries = new Queries(posts, notes, account::profile);
        this.reader = new SubmissionReader(bearer, settings.dataDir(), settings.limits());
    }

    private static Limits limits(LimitSettings limits) {
        return new Limits(limits.noteLength(), limits.tagsPerNote(), limits.tagLength(), limits.titleLength());
    }

    public void mount(Router router) {
        router.post(PATH).handler(this::post);
        router.route(PATH).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(this::query);
        router.post(MEDIA_PATH).handler(this::upload);
    }

    private Exchange exchange(RoutingContext ctx) {
        Exchange exchange = new Exchange(ctx);
        exchange.recordAtEnd(log, recorder);
        ctx.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        return exchange;
    }

    private void query(RoutingContext ctx) {
        Exchange exchange = exchange(ctx);
        exchange.asks("query", ctx.queryParams().getAll("q"));
        bearer.authenticate(ctx.request())
                .onSuccess(exchange::by)
                .compose(token -> queries.answer(token, ctx.queryParams()))
                .onSuccess(answer -> answer.handle(ctx))
                .onFailure(error -> Refusal.answer(ctx, exchange, error));
    }

    private void post(RoutingContext ctx) {
        Exchange exchange = exchange(ctx);
        reader.read(ctx)
                .compose(submission -> act(exchange, submission))
                .onSuccess(done -> done.answer(ctx))
                .onFailure(error -> Refusal.answer(ctx, exchange, error));
    }

    private Future<Done> act(Exchange exchange, Submission submission) {
        Action action = submission.action();
        exchange.by(submission.token());
        exchange.asks(action.scope(), action.names());
        Bearer.require(submission.token(), action.scope());
        return action.run(posts);
    }

    private void upload(RoutingContext ctx) {
        Exchange exchange = exchange(ctx);
        exchange.asks("upload", List.of());
        reader.readFile(ctx, token -> mayUpload(exchange, token))
                .compose(uploads::keep)
                .onSuccess(
                        path -> Done.created(account.profile().absolute(path)).answer(ctx))
                .onFailure(error -> Refusal.answer(ctx, exchange, error));
    }

    /** A token with {@code create} may upload too: many apps never ask for {@code media}, and post the picture afterwards. */
    private static void mayUpload(Exchange exchange, Token token) {
        exchange.by(token);
        if (!token.scopes().has(Scopes.CREATE)) {
            Bearer.require(token, Scopes.MEDIA);
        }
    }
}
