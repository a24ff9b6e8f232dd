package org.starpunk.view;

import io.netty.util.AsciiString;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A page that is kept: its bytes and the values of its headers, made once and sent to many. It holds nothing of any one reader.
 *
 * <p>Its entity tag is made of two checksums of its bytes and their length: whatever changes the page changes the tag, and a
 * restart does not. The compressed form has a tag of its own and is made when it is first asked for.
 */
final class Page implements Answer {

    private static final Logger LOG = LoggerFactory.getLogger(Page.class);

    private static final int SMALL = 1000;
    /** So many sends make it worth its place outside the heap. */
    private static final int OFTEN = 3;

    private static final int LARGE = 128 * 1024;
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
    private volatile Buffer body;
    private volatile @Nullable Buffer gzip;
    private int sends;

    /**
     * @param content what was made
     * @param revision the site's, read before the page's data was
     * @param now epoch seconds
     * @param before the page that stood here until now; null when none is known
     */
    Page(Content content, long revision, long now, @Nullable Page before) {
        this.body = content.body();
        this.revision = revision;
        String tag = tag(content.body());
        etag = '"' + tag + '"';
        gzipEtag = '"' + tag + "-gz\"";
        if (before != null && before.etag.equals(etag)) {
            modified = before.modified;
            unchangedSince = before.unchangedSince;
            gzip = before.gzip;
        } else {
            modified = now;
            // Two pages of one second share a date: a reader who has that date may have either, so it alone earns no
            // 304.
            unchangedSince = before != null && before.modified >= now ? now + 1 : now;
        }
        type = new AsciiString(content.type());
        vary = content.vary() == null ? ACCEPT_ENCODING : new AsciiString(content.vary() + ", Accept-Encoding");
        lastModified = new AsciiString(Preconditions.date(modified));
        link = content.link() == null ? null : new AsciiString(content.link());
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

    /** What it takes of the memory, bytes, its compressed form included. */
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
        boolean compressed = plain.length() >= SMALL && AcceptEncoding.gzip(asked.get(HttpHeaders.ACCEPT_ENCODING));
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
        if (ctx.request().method().equals(HttpMethod.GET)) {
            response.end(sent);
        } else {
            Bodies.end(ctx, sent);
        }
    }

    /** Counts without a lock: event loops that count at the same time only make it a little later. */
    private Buffer often(Buffer plain) {
        if (sends < OFTEN && ++sends == OFTEN) {
            Buffer moved = Bodies.direct(plain);
            body = moved;
            return moved;
        }
        return plain;
    }

    /** The compressed body; null while a large one is being compressed elsewhere. */
    private @Nullable Buffer gzip(RoutingContext ctx, Buffer plain) {
        Buffer made = gzip;
        if (made != null) {
            return made;
        }
        if (plain.length() > LARGE) {
            ctx.vertx()
                    .executeBlocking(() -> compress(plain))
                    .onFailure(failure -> LOG.warn("a page could not be compressed", failure));
            return null;
        }
        return compress(plain);
    }

    private Buffer compress(Buffer plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.length() / 3);
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain.getBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("memory took no bytes", e);
        }
        Buffer made = Bodies.direct(Buffer.buffer(bytes.toByteArray()));
        gzip = made;
        return made;
    }
}
