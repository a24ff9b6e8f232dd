package org.starpunk.micropub;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.starpunk.config.LimitSettings;
import org.starpunk.identity.Token;
import org.starpunk.indieauth.BearerAuthenticator;
import org.starpunk.indieauth.BearerException;
import org.starpunk.micropub.UrlEncodedForm.Field;
import org.starpunk.view.RequestBodyHeaders;

/**
 * Authenticates a request and reads its body. A token in the header is validated first, so an invalid one causes no
 * large body to be read.
 */
final class MicropubRequestReader {

    /** Size above which JSON is parsed on a worker thread, in bytes. Smaller JSON takes less than 1 ms. */
    private static final int LARGE = 64 * 1024;

    /** Maximum size of a body without a token in the header, in bytes. */
    private static final int SMALL = 64 * 1024;

    /**
     * Maximum number of larger multipart bodies without a token in the header, in memory at the same time, per event
     * loop.
     */
    private static final int MOST_STRANGERS = 4;

    private final BearerAuthenticator authenticator;
    private final Path dataDir;
    private final LimitSettings limits;
    private int strangers;

    MicropubRequestReader(BearerAuthenticator authenticator, Path dataDir, LimitSettings limits) {
        this.authenticator = authenticator;
        this.dataDir = dataDir;
        this.limits = limits;
    }

    /** Reads a request whose body is unread. Fails with {@link BearerException} or {@link MicropubException}. */
    Future<AuthenticatedMicropubRequest> read(RoutingContext ctx) {
        HttpServerRequest request = ctx.request().pause();
        return byHeader(request).compose(token -> body(ctx, token)).onFailure(unused -> request.resume());
    }

    /**
     * Reads the uploaded file in the field {@code file}. Rejects an invalid token in the header before it reads the
     * body.
     *
     * @param check throws if the token does not permit uploads
     * @return path of the file
     */
    Future<String> readFile(RoutingContext ctx, Consumer<Token> check) {
        HttpServerRequest request = ctx.request().pause();
        return byHeader(request)
                .compose(token -> {
                    token.ifPresent(check);
                    return file(ctx, token, check);
                })
                .onFailure(unused -> request.resume());
    }

    private Future<String> file(RoutingContext ctx, Optional<Token> token, Consumer<Token> check) {
        if (!contentType(ctx.request()).equals("multipart/form-data")) {
            return Future.failedFuture(unknownType(token));
        }
        return multipart(ctx, token)
                .compose(body -> byBody(token, body.fields()).compose(shown -> {
                    check.accept(shown);
                    List<String> files = body.files("file");
                    if (files.size() != 1) {
                        throw MicropubException.invalid("Send one file, in the field \"file\".");
                    }
                    return body.write().map(files.get(0));
                }));
    }

    private Future<Optional<Token>> byHeader(HttpServerRequest request) {
        return BearerAuthenticator.secret(request) == null
                ? Future.succeededFuture(Optional.empty())
                : authenticator.authenticate(request).map(Optional::of);
    }

    private Future<AuthenticatedMicropubRequest> body(RoutingContext ctx, Optional<Token> token) {
        return switch (contentType(ctx.request())) {
            case "application/json" -> json(ctx, token);
            case "application/x-www-form-urlencoded" -> form(ctx, token);
            case "multipart/form-data" ->
                multipart(ctx, token)
                        .compose(body -> byBody(token, body.fields()).compose(shown -> submission(body, shown)));
            default -> Future.failedFuture(unknownType(token));
        };
    }

    private static RuntimeException unknownType(Optional<Token> token) {
        return token.isEmpty()
                ? BearerException.missing()
                : MicropubException.invalid("Send a form (urlencoded or multipart) or application/json.");
    }

    private Future<AuthenticatedMicropubRequest> json(RoutingContext ctx, Optional<Token> token) {
        if (token.isEmpty()) {
            return Future.failedFuture(BearerException.missing());
        }
        return BoundedBodyReader.read(ctx.request(), limits.bodyBytes())
                .compose(body -> parseJson(ctx, body))
                .map(action -> new AuthenticatedMicropubRequest(token.get(), action));
    }

    private static Future<MicropubAction> parseJson(RoutingContext ctx, Buffer body) {
        if (body.length() > LARGE) {
            return ctx.vertx().executeBlocking(() -> parseJson(body), false);
        }
        return Future.succeededFuture(parseJson(body));
    }

    private static MicropubAction parseJson(Buffer body) {
        return MicropubActionParser.json(StrictJsonParser.object(StrictUtf8.utf8(body.getBytes())));
    }

    private Future<AuthenticatedMicropubRequest> form(RoutingContext ctx, Optional<Token> token) {
        int limit = token.isPresent() ? limits.bodyBytes() : Math.min(SMALL, limits.bodyBytes());
        return BoundedBodyReader.read(ctx.request(), limit).compose(body -> {
            List<Field> fields = UrlEncodedForm.parse(body.getBytes());
            return byBody(token, fields)
                    .map(known ->
                            new AuthenticatedMicropubRequest(known, MicropubActionParser.form(fields, List.of())));
        });
    }

    private Future<MicropubMultipartBody> multipart(RoutingContext ctx, Optional<Token> token) {
        return token.isPresent() ? multipart(ctx, true, limits.uploadBytes()) : strangersMultipart(ctx);
    }

    /**
     * Reads a body whose token may follow the pictures, which stay in memory until the token is validated. A body
     * larger than {@link #SMALL} must declare its length, up to the limit of a form. The number of such bodies is
     * limited.
     */
    private Future<MicropubMultipartBody> strangersMultipart(RoutingContext ctx) {
        long length = RequestBodyHeaders.length(ctx.request());
        if (length <= SMALL) {
            return multipart(ctx, false, Math.min(SMALL, limits.bodyBytes()));
        }
        if (length > limits.bodyBytes()) {
            return Future.failedFuture(new MicropubException(
                    413, "Without a token in the header, the body can have at most " + limits.bodyBytes() + " bytes."));
        }
        if (strangers == MOST_STRANGERS) {
            return Future.failedFuture(
                    new MicropubException(503, "The server is busy. Try again, or send the token in the header."));
        }
        strangers++;
        ctx.addEndHandler(unused -> strangers--);
        return multipart(ctx, false, length);
    }

    private Future<MicropubMultipartBody> multipart(RoutingContext ctx, boolean known, long limit) {
        return MicropubMultipartBody.read(ctx, dataDir, known, limit);
    }

    private static Future<AuthenticatedMicropubRequest> submission(MicropubMultipartBody body, Token token) {
        MicropubAction action = MicropubActionParser.form(body.fields(), body.files("photo"));
        return body.write().map(new AuthenticatedMicropubRequest(token, action));
    }

    /**
     * Authenticates a token in the body. Rejects a request with tokens in both header and body (RFC 6750, section 2).
     */
    private Future<Token> byBody(Optional<Token> token, List<Field> fields) {
        String secret = UrlEncodedForm.value(fields, "access_token");
        if (secret == null) {
            return token.map(Future::succeededFuture).orElseGet(() -> Future.failedFuture(BearerException.missing()));
        }
        return token.isPresent()
                ? Future.failedFuture(BearerException.sentTwice())
                : authenticator.authenticate(secret);
    }

    /** Returns the media type without parameters, in lower case; empty if there is none. */
    static String contentType(HttpServerRequest request) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        return type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }
}
