package org.starpunk.view;

import io.netty.util.AsciiString;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cached page: body and header values, shared by all requests. Contains nothing specific to one reader.
 *
 * <p>The entity tag consists of two checksums of the body and its length, so it changes with the content and survives a
 * restart. The compressed form has its own tag and is created at its first use.
 */
final class CachedPage implements PreparedResponse {

    private static final Logger LOG = LoggerFactory.getLogger(CachedPage.class);

    private static final int SMALL = 1000;
    /** Number of sends after which the body is moved outside the heap. */
    private static final int DIRECT_BUFFER_SENDS = 3;

    private static final int LARGE = 128 * 1024;
    private static final int PART = 16 * 1024;
    private static final CharSequence CACHE_CONTROL = HttpHeaders.createOptimized("public, no-cache");
    private static final CharSequence ACCEPT_ENCODING = HttpHeaders.createOptimized("Accept-Encoding");
    private static final CharSequence GZIP = HttpHeaders.createOptimized("gzip");
    private static final CharSequence LINK = HttpHeaders.createOptimized("Link");

    private final long revision;
    private final long modified;
    private final long unchangedSince;
    private final String etag;
    private final String gzipEtag;
    private final CharSequence type;
    private final CharSequence vary;
    private final CharSequence lastModified;
    private final @Nullable CharSequence link;
    private final InFlightPageBudget sending;
    private final AtomicBoolean compressing = new AtomicBoolean();
    private volatile Buffer body;
    private volatile @Nullable Buffer gzip;
    private int sends;

    /**
     * @param rendered rendered content
     * @param revision revision of the site, read before the page's data
     * @param now epoch seconds
     * @param before previous page with this key; null if none is cached
     * @param sending budget of the large pages that are being sent
     */
    CachedPage(
            RenderedPage rendered, long revision, long now, @Nullable CachedPage before, InFlightPageBudget sending) {
        this.sending = sending;
        this.body = rendered.body();
        this.revision = revision;
        String tag = tag(rendered.body());
        etag = '"' + tag + '"';
        gzipEtag = '"' + tag + "-gz\"";
        if (before != null && before.etag.equals(etag)) {
            modified = before.modified;
            unchangedSince = before.unchangedSince;
            gzip = before.gzip;
        } else {
            modified = now;
            // Two pages of the same second have the same date. A client that sends this date may have either, so the
            // date alone does not lead to a 304.
            unchangedSince = before != null && before.modified >= now ? now + 1 : now;
        }
        type = new AsciiString(rendered.type());
        vary = rendered.vary() == null ? ACCEPT_ENCODING : new AsciiString(rendered.vary() + ", Accept-Encoding");
        lastModified = new AsciiString(Preconditions.date(modified));
        link = rendered.link() == null ? null : new AsciiString(rendered.link());
    }

    private static String tag(Buffer body) {
        ByteBuffer bytes = ((BufferInternal) body).getByteBuf().nioBuffer();
        CRC32 one = new CRC32();
        one.update(bytes.duplicate());
        CRC32C other = new CRC32C();
        other.update(bytes);
        return Long.toHexString(one.getValue())
                + '-'
                + Long.toHexString(other.getValue())
                + '-'
                + Integer.toHexString(body.length());
    }

    long revision() {
        return revision;
    }

    /** Returns the estimated memory in bytes, including the compressed form. */
    int weight() {
        return 1000 + body.length() + body.length() / 2;
    }

    @Override
    public void send(RoutingContext ctx) {
        HttpServerResponse response = ctx.response();
        if (response.ended()) {
            return;
        }
        MultiMap asked = ctx.request().headers();
        Buffer plain = body;
        boolean compressed = plain.length() >= SMALL && GzipNegotiation.gzip(asked.get(HttpHeaders.ACCEPT_ENCODING));
        String tag = compressed ? gzipEtag : etag;
        MultiMap headers = response.headers();
        headers.set(HttpHeaders.CACHE_CONTROL, CACHE_CONTROL);
        headers.set(HttpHeaders.VARY, vary);
        headers.set(HttpHeaders.LAST_MODIFIED, lastModified);
        int status = Preconditions.status(asked, tag, unchangedSince);
        if (status == 412) {
            ctx.fail(412);
            return;
        }
        if (status == 304) {
            headers.set(HttpHeaders.ETAG, tag);
            response.setStatusCode(304).end();
            return;
        }
        Buffer packed = compressed ? gzip(ctx, plain) : null;
        headers.set(HttpHeaders.ETAG, packed == null ? etag : gzipEtag);
        headers.set(HttpHeaders.CONTENT_TYPE, type);
        if (packed != null) {
            headers.set(HttpHeaders.CONTENT_ENCODING, GZIP);
        }
        if (link != null) {
            headers.set(LINK, link);
        }
        Buffer sent = packed == null ? often(plain) : packed;
        if (!ctx.request().method().equals(HttpMethod.GET)) {
            ResponseBodies.end(ctx, sent);
        } else if (sent.length() <= LARGE) {
            response.end(sent);
        } else {
            sendLarge(ctx, sent);
        }
    }

    private void sendLarge(RoutingContext ctx, Buffer sent) {
        if (!sending.add(this)) {
            ctx.response().putHeader(HttpHeaders.RETRY_AFTER, "10");
            ctx.fail(503, new HttpException(503, "Too many large pages are being sent. Try again in ten seconds."));
            return;
        }
        Future<Void> done =
                ResponseBodies.isDirect(sent) ? ctx.response().end(sent) : ResponseBodies.inParts(ctx.response(), sent);
        done.onComplete(unused -> sending.remove(this));
    }

    /**
     * Moves the body outside the heap after some sends. The counter needs no lock, because a lost increment only delays
     * the move.
     */
    private Buffer often(Buffer plain) {
        if (sends < DIRECT_BUFFER_SENDS && ++sends == DIRECT_BUFFER_SENDS) {
            Buffer moved = ResponseBodies.direct(plain);
            body = moved;
            return moved;
        }
        return plain;
    }

    /** Returns the compressed body; null while a worker compresses a large one. */
    private @Nullable Buffer gzip(RoutingContext ctx, Buffer plain) {
        Buffer made = gzip;
        if (made != null) {
            return made;
        }
        if (plain.length() > LARGE) {
            if (compressing.compareAndSet(false, true)) {
                ctx.vertx()
                        .executeBlocking(() -> compress(plain))
                        .onFailure(failure -> LOG.warn("cannot compress a page", failure));
            }
            return null;
        }
        return compress(plain);
    }

    private Buffer compress(Buffer plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.length() / 3);
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            for (int from = 0; from < plain.length(); from += PART) {
                out.write(plain.getBytes(from, Math.min(plain.length(), from + PART)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot compress in memory", e);
        }
        Buffer made = ResponseBodies.direct(Buffer.buffer(bytes.toByteArray()));
        gzip = made;
        return made;
    }
}
