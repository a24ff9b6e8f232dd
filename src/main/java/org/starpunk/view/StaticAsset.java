package org.starpunk.view;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.MimeMapping;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Small static file in memory, with precomputed header values and a compressed form. */
public final class StaticAsset implements PreparedResponse {

    private static final CharSequence FOREVER = HttpHeaders.createOptimized("public, max-age=31536000, immutable");
    private static final CharSequence ASK_AGAIN = HttpHeaders.createOptimized("public, no-cache");
    private static final CharSequence ACCEPT_ENCODING = HttpHeaders.createOptimized("Accept-Encoding");
    private static final CharSequence GZIP = HttpHeaders.createOptimized("gzip");
    private static final int HASH_LENGTH = 12;

    private final Buffer body;
    private final @Nullable Buffer compressed;
    private final String hash;
    private final String version;
    private final String etag;
    private final String compressedEtag;
    private final CharSequence type;

    private StaticAsset(Buffer body, @Nullable Buffer compressed, String hash, String type) {
        this.body = body;
        this.compressed = compressed;
        this.hash = hash;
        this.version = "v=" + hash;
        this.etag = '"' + hash + '"';
        this.compressedEtag = '"' + hash + "-gz\"";
        this.type = HttpHeaders.createOptimized(type);
    }

    static StaticAsset of(String path, byte[] bytes) {
        String type = contentType(path);
        byte[] packed = isText(type) || type.contains("xml") ? GzipCompression.compress(bytes) : bytes;
        Buffer smaller = packed.length < bytes.length ? ResponseBodies.direct(Buffer.buffer(packed)) : null;
        return new StaticAsset(
                ResponseBodies.direct(Buffer.buffer(bytes)),
                smaller,
                sha256(bytes).substring(0, HASH_LENGTH),
                type);
    }

    /** Returns the Content-Type for a file name, with a charset for text. */
    public static String contentType(String path) {
        String type = MimeMapping.mimeTypeForFilename(path);
        if (type == null) {
            return "application/octet-stream";
        }
        return isText(type) ? type + "; charset=utf-8" : type;
    }

    private static boolean isText(String type) {
        return type.startsWith("text/") || type.contains("javascript") || type.contains("json");
    }

    /** Returns the content as text. */
    String text() {
        return body.toString(StandardCharsets.UTF_8);
    }

    /** Returns the first 12 hexadecimal digits of the SHA-256 of the content. */
    public String hash() {
        return hash;
    }

    @Override
    public void send(RoutingContext ctx) {
        MultiMap asked = ctx.request().headers();
        Buffer small = GzipNegotiation.gzip(asked.get(HttpHeaders.ACCEPT_ENCODING)) ? compressed : null;
        String tag = small == null ? etag : compressedEtag;
        MultiMap headers = ctx.response().headers();
        headers.set(HttpHeaders.ETAG, tag);
        headers.set(HttpHeaders.CACHE_CONTROL, version.equals(ctx.request().query()) ? FOREVER : ASK_AGAIN);
        if (compressed != null) {
            headers.set(HttpHeaders.VARY, ACCEPT_ENCODING);
        }
        int status = Preconditions.status(asked, tag, Preconditions.NO_DATE);
        if (status == 412) {
            ctx.fail(412);
            return;
        }
        if (status == 304) {
            ctx.response().setStatusCode(304).end();
            return;
        }
        headers.set(HttpHeaders.CONTENT_TYPE, type);
        if (small != null) {
            headers.set(HttpHeaders.CONTENT_ENCODING, GZIP);
        }
        ResponseBodies.end(ctx, small == null ? body : small);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
