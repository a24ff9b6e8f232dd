package org.starpunk.server;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.multipart.Attribute;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder;
import io.netty.handler.codec.http.multipart.InterfaceHttpData;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.List;
import org.starpunk.view.ControlCharacters;
import org.starpunk.view.PercentEncoding;

/**
 * Decorator of Netty's form decoder that converts each failure to an exception that Vert.x catches. Vert.x 5.0.10
 * catches three exceptions. After any other, such as {@code IllegalCharsetNameException} for a part with {@code
 * charset=@@@}, the request gets no response.
 *
 * <p>Vert.x creates the decoder in a private field of its requests and has no setting for it, so this class replaces
 * the value of the field by reflection. Without the field, the request uses its original decoder. See {@code
 * docs/decisions/0031-below-vertx.md}.
 */
final class FormDecoder extends HttpPostRequestDecoder {

    /** Fields of Vert.x's requests, over HTTP/1 and HTTP/2. */
    private static final List<String> FIELDS = List.of("decoder", "postRequestDecoder");

    private final HttpPostRequestDecoder decoder;
    private final PercentEncoding.Check encoding = new PercentEncoding.Check(true);

    private FormDecoder(HttpPostRequestDecoder decoder) {
        super(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/", Unpooled.EMPTY_BUFFER));
        this.decoder = decoder;
    }

    /**
     * Replaces the decoder of a request that expects a form.
     *
     * @return whether it was replaced
     */
    static boolean guard(HttpServerRequest request) {
        for (String name : FIELDS) {
            try {
                Field field = request.getClass().getDeclaredField(name);
                field.setAccessible(true);
                if (field.get(request) instanceof HttpPostRequestDecoder found && !(found instanceof FormDecoder)) {
                    field.set(request, new FormDecoder(found));
                    return true;
                }
            } catch (NoSuchFieldException e) {
                // The request class of the other protocol has a field with another name.
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("the field was made accessible", e);
            }
        }
        return false;
    }

    @Override
    public boolean isMultipart() {
        return decoder.isMultipart();
    }

    @Override
    public void setDiscardThreshold(int discardThreshold) {
        if (decoder != null) { // called by the constructor of the superclass
            decoder.setDiscardThreshold(discardThreshold);
        }
    }

    @Override
    public int getDiscardThreshold() {
        return decoder.getDiscardThreshold();
    }

    @Override
    public List<InterfaceHttpData> getBodyHttpDatas() {
        return decoder.getBodyHttpDatas();
    }

    @Override
    public List<InterfaceHttpData> getBodyHttpDatas(String name) {
        return decoder.getBodyHttpDatas(name);
    }

    @Override
    public InterfaceHttpData getBodyHttpData(String name) {
        return decoder.getBodyHttpData(name);
    }

    @Override
    public HttpPostRequestDecoder offer(HttpContent content) {
        if (!decoder.isMultipart() && !isText(content)) {
            throw new ErrorDataDecoderException("the form is not encoded as UTF-8");
        }
        try {
            decoder.offer(content);
            return this;
        } catch (ErrorDataDecoderException | TooLongFormFieldException | TooManyFormFieldsException known) {
            throw known;
        } catch (RuntimeException e) {
            throw new ErrorDataDecoderException(e);
        }
    }

    /** Returns whether the content is valid UTF-8. Netty replaces invalid bytes, which would change the text. */
    private boolean isText(HttpContent content) {
        boolean valid = content.content().forEachByte(next -> encoding.accept(next & 0xff)) < 0;
        return valid && (!(content instanceof LastHttpContent) || encoding.isComplete());
    }

    @Override
    public boolean hasNext() {
        return decoder.hasNext();
    }

    /** Returns the next field, without control characters in its text. */
    @Override
    public InterfaceHttpData next() {
        InterfaceHttpData data = decoder.next();
        if (data instanceof Attribute field) {
            try {
                String sent = field.getValue();
                String clean = ControlCharacters.remove(sent);
                if (clean.length() < sent.length()) {
                    field.setValue(clean);
                }
            } catch (IOException e) {
                throw new ErrorDataDecoderException(e);
            }
        }
        return data;
    }

    @Override
    public InterfaceHttpData currentPartialHttpData() {
        return decoder.currentPartialHttpData();
    }

    @Override
    public void destroy() {
        decoder.destroy();
    }

    @Override
    public void cleanFiles() {
        decoder.cleanFiles();
    }

    @Override
    public void removeHttpDataFromClean(InterfaceHttpData data) {
        decoder.removeHttpDataFromClean(data);
    }
}
