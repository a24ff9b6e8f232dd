package org.starpunk.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes HTTP/1.x requests strictly, so that no proxy in front of the site can interpret a request differently (RFC
 * 9112, section 11.2). In addition to Netty's rules, it rejects folded fields, empty or invalid field names, several
 * {@code Host} fields or none, any {@code Transfer-Encoding} except a single {@code chunked}, separators other than one
 * space in the request line, and versions other than HTTP/1.
 *
 * <p>Netty's decoder has no setting for these rules. Its protected methods run during parsing, and an exception in one
 * of them makes the message invalid and ends the parsing of the connection.
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {

    private static final HttpVersion HTTP_1_1 = HttpVersion.HTTP_1_1;

    /** Name of Vert.x's decoder in the pipeline. */
    static final String NAME = "httpDecoder";

    private static final int CONTENT_TYPE_LENGTH = "Content-Type".length();
    private static final int CONTENT_LENGTH_LENGTH = "Content-Length".length();

    private final IntConsumer brokenBody;

    /** Number of requests whose heads have been decoded. */
    private int requests;

    /** Whether the next bytes belong to the head of a request. */
    private boolean inHead = true;

    private boolean requestLineRead;
    private boolean folded;
    private int wordEnd;

    /** A request that cannot be accepted, with the status of its response. */
    static final class InvalidRequestException extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        private final int status;

        InvalidRequestException(int status, String message) {
            super(message);
            this.status = status;
        }

        int status() {
            return status;
        }

        /** Omits the stack trace, because any client can cause this exception. */
        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    /**
     * Placeholder for a chunk that cannot be decoded. Vert.x would close the connection without a response. Vert.x
     * takes messages from a queue, so this object reports the failure when Vert.x reads its decoder result. The
     * requests ahead of it are answered before that.
     */
    private static final class BrokenChunk extends DefaultHttpContent {

        private final Runnable report;
        private boolean reported;

        BrokenChunk(Runnable report) {
            super(Unpooled.EMPTY_BUFFER);
            this.report = report;
        }

        @Override
        public DecoderResult decoderResult() {
            if (!reported) {
                reported = true;
                report.run();
            }
            return DecoderResult.SUCCESS;
        }
    }

    /**
     * @param brokenBody receives the number of the request whose chunked body cannot be decoded, counted from 1, on the
     *     event loop; no further content of it follows
     */
    StrictRequestDecoder(HttpServerOptions options, IntConsumer brokenBody) {
        super(options);
        this.brokenBody = brokenBody;
    }

    /**
     * Installs the strict decoder in the pipeline of a new HTTP/1 connection. An HTTP/2 connection has its own rules
     * and is not changed.
     */
    static void install(HttpConnection connection, HttpServerOptions options, IntConsumer brokenBody) {
        if (connection instanceof ConnectionBase base) {
            ChannelPipeline pipeline = base.channel().pipeline();
            if (pipeline.get(NAME) != null) {
                ChannelHandler unused = pipeline.replace(NAME, NAME, new StrictRequestDecoder(options, brokenBody));
            }
        }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out) throws Exception {
        if (inHead && !folded) {
            folded = hasFoldedField(buffer);
        }
        int before = out.size();
        super.decode(ctx, buffer, out);
        for (int i = before; i < out.size(); i++) {
            Object message = out.get(i);
            if (message instanceof HttpRequest) {
                requests++;
                inHead = false;
                requestLineRead = false;
                folded = false;
            }
            if (message instanceof LastHttpContent) {
                inHead = true;
            }
            boolean isBody = message instanceof HttpContent && !(message instanceof HttpRequest);
            if (isBody && ((HttpContent) message).decoderResult().isFailure()) {
                int broken = requests;
                Object unused = out.set(i, new BrokenChunk(() -> brokenBody.accept(broken)));
                return;
            }
        }
    }

    /**
     * Returns whether a line of the head begins with white space (obs-fold, RFC 9112, section 5.2). Netty joins such
     * lines silently.
     */
    private boolean hasFoldedField(ByteBuf buffer) {
        int position = buffer.readerIndex();
        int end = buffer.writerIndex();
        if (!requestLineRead) {
            while (position < end && isLineBreak(buffer.getByte(position))) {
                position++;
            }
        }
        if (position < end && isSpace(buffer.getByte(position))) {
            return true;
        }
        while (position < end) {
            int next = buffer.indexOf(position, end, (byte) '\n') + 1;
            if (next == 0 || next >= end) {
                return false;
            }
            byte first = buffer.getByte(next);
            if (isSpace(first)) {
                return true;
            }
            if (isLineBreak(first)) {
                return false;
            }
            position = next;
        }
        return false;
    }

    private static boolean isLineBreak(byte character) {
        return character == '\r' || character == '\n';
    }

    private static boolean isSpace(byte character) {
        return character == ' ' || character == '\t';
    }

    @Override
    protected String splitFirstWordInitialLine(byte[] line, int start, int length) {
        wordEnd = start + length;
        return super.splitFirstWordInitialLine(line, start, length);
    }

    @Override
    protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
        checkSeparator(line, start);
        wordEnd = start + length;
        return super.splitSecondWordInitialLine(line, start, length);
    }

    @Override
    protected String splitThirdWordInitialLine(byte[] line, int start, int length) {
        checkSeparator(line, start);
        return super.splitThirdWordInitialLine(line, start, length);
    }

    private void checkSeparator(byte[] line, int start) {
        if (start != wordEnd + 1 || line[wordEnd] != ' ') {
            throw new InvalidRequestException(400, "the request line is not separated by single spaces");
        }
    }

    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        if (length == 0) {
            throw new InvalidRequestException(400, "a field has no name");
        }
        // Vert.x recognises Content-Type and Content-Length without comparing their ninth character.
        if ((length == CONTENT_TYPE_LENGTH && !isLetter(line[start + 8], 't'))
                || (length == CONTENT_LENGTH_LENGTH && !isLetter(line[start + 8], 'l'))) {
            return new AsciiString(line, start, length, true);
        }
        return super.splitHeaderName(line, start, length);
    }

    private static boolean isLetter(byte character, char lowerCase) {
        return (character | 0x20) == lowerCase;
    }

    /** Returns whether a character may be part of a token (RFC 9110, section 5.6.2). */
    private static boolean isTokenCharacter(byte character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || character == '-'
                || (character >= '0' && character <= '9')
                || (character > ' ' && character < 0x7f && "!#$%&'*+.^_`|~".indexOf(character) >= 0);
    }

    @Override
    protected HttpMessage createMessage(String[] initialLine) {
        requestLineRead = true;
        String method = initialLine[0];
        String target = initialLine[1];
        HttpVersion version = version(initialLine[2]);
        for (int i = 0; i < method.length(); i++) {
            if (!isTokenCharacter((byte) Math.min(method.charAt(i), 0x7f))) {
                throw new InvalidRequestException(400, "the method is not a token");
            }
        }
        if (method.isEmpty() || target.isEmpty()) {
            throw new InvalidRequestException(400, "the request line is incomplete");
        }
        for (int i = 0; i < target.length(); i++) {
            if (target.charAt(i) <= ' ' || target.charAt(i) == 0x7f) {
                throw new InvalidRequestException(400, "the target has control characters");
            }
        }
        checkForm(method, target);
        initialLine[2] = version.text();
        return super.createMessage(initialLine);
    }

    /** Checks the form of the target (RFC 9112, section 3.2). CONNECT is for proxies only. */
    private static void checkForm(String method, String target) {
        if (method.equals("CONNECT")) {
            throw new InvalidRequestException(501, "CONNECT is not implemented");
        }
        boolean valid = target.charAt(0) == '/'
                || (target.equals("*") && method.equals("OPTIONS"))
                || target.regionMatches(true, 0, "http://", 0, 7)
                || target.regionMatches(true, 0, "https://", 0, 8);
        if (!valid) {
            throw new InvalidRequestException(400, "the target is not a path");
        }
    }

    /**
     * Returns the version. A higher minor version counts as HTTP/1.1; another major version is not supported (RFC 9110,
     * section 2.5).
     */
    private static HttpVersion version(String text) {
        if (text.equals("HTTP/1.1")) {
            return HTTP_1_1;
        }
        boolean isVersion = text.length() == 8
                && text.startsWith("HTTP/")
                && text.charAt(6) == '.'
                && isDigit(text.charAt(5))
                && isDigit(text.charAt(7));
        if (!isVersion) {
            throw new InvalidRequestException(400, "the version is not one of HTTP");
        }
        if (text.charAt(5) != '1') {
            throw new InvalidRequestException(505, "the version is not supported");
        }
        return text.charAt(7) == '0' ? HttpVersion.HTTP_1_0 : HTTP_1_1;
    }

    private static boolean isDigit(char character) {
        return character >= '0' && character <= '9';
    }

    /**
     * Checks the head. Netty calls this method after all fields are read and before the length of the body is
     * determined.
     */
    @Override
    protected boolean isContentAlwaysEmpty(@Nullable HttpMessage message) {
        if (message instanceof DefaultHttpRequest request) {
            check(request);
        }
        return super.isContentAlwaysEmpty(message);
    }

    private void check(HttpRequest request) {
        if (folded) {
            throw new InvalidRequestException(400, "a field is folded");
        }
        HttpHeaders headers = request.headers();
        boolean isHttp11 = request.protocolVersion().equals(HTTP_1_1);
        int hosts = headers.getAll(HttpHeaderNames.HOST).size();
        if (hosts > 1 || (hosts == 0 && isHttp11)) {
            throw new InvalidRequestException(400, "there is not exactly one Host");
        }
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!codings.isEmpty()) {
            boolean chunked = codings.size() == 1 && codings.get(0).equalsIgnoreCase("chunked");
            if (!chunked || !isHttp11 || headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
                throw new InvalidRequestException(400, "the length of the body is not certain");
            }
        }
    }

    /** Creates a placeholder for a request whose first line could not be parsed. It is answered as HTTP/1.1. */
    @Override
    protected HttpMessage createInvalidMessage() {
        DefaultFullHttpRequest invalid = new DefaultFullHttpRequest(HTTP_1_1, HttpMethod.GET, "/bad-request");
        invalid.setDecoderResult(DecoderResult.UNFINISHED);
        return invalid;
    }
}
