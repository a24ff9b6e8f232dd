package org.starpunk.server;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Response to a HEAD request over HTTP/2: sends the headers of GET and drops the body (RFC 9110, section 9.3.2). Vert.x
 * 5.0.10 does this only over HTTP/1.
 */
final class HeadResponse implements InvocationHandler {

    private final HttpServerResponse response;

    private HeadResponse(HttpServerResponse response) {
        this.response = response;
    }

    static HttpServerResponse of(HttpServerResponse response) {
        return (HttpServerResponse) Proxy.newProxyInstance(
                HeadResponse.class.getClassLoader(),
                new Class<?>[] {HttpServerResponse.class},
                new HeadResponse(response));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        boolean hasBody = arguments != null && arguments.length > 0;
        if (method.getName().equals("write") && hasBody) {
            return Future.succeededFuture();
        }
        if (method.getName().equals("end") && hasBody) {
            setLength(Objects.requireNonNull(arguments)[0]);
            return response.end();
        }
        try {
            @Nullable Object result = method.invoke(response, arguments);
            return result == response ? proxy : result;
        } catch (InvocationTargetException e) {
            throw Objects.requireNonNullElse(e.getCause(), e);
        }
    }

    private void setLength(@Nullable Object body) {
        int length = body instanceof Buffer buffer
                ? buffer.length()
                : String.valueOf(body).getBytes(StandardCharsets.UTF_8).length;
        if (!response.headWritten() && !response.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(length));
        }
    }
}
