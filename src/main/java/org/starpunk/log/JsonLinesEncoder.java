package org.starpunk.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.starpunk.telemetry.RequestId;
import org.starpunk.telemetry.RequestTiming;

/**
 * Encodes a log event as one line of JSON with {@code timestamp}, {@code level}, {@code logger}, {@code thread} and
 * {@code message}, and optionally {@code requestId} and {@code error} (a stack trace). Logback's own JSON encoder reads
 * request ids from the MDC only, which does not contain them.
 */
public final class JsonLinesEncoder extends EncoderBase<ILoggingEvent> {

    private static final byte[] EMPTY = {};

    @Override
    public byte[] encode(ILoggingEvent event) {
        JsonObject line = new JsonObject()
                .put("timestamp", Instant.ofEpochMilli(event.getTimeStamp()).toString())
                .put("level", event.getLevel().toString())
                .put("logger", event.getLoggerName())
                .put("thread", event.getThreadName());
        long request = RequestTiming.currentId();
        if (request != 0) {
            line.put("requestId", RequestId.format(request));
        }
        line.put("message", SecretRedactor.redact(event.getFormattedMessage()));
        if (event.getThrowableProxy() != null) {
            line.put("error", SecretRedactor.redact(ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
        return (line.encode() + '\n').getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] headerBytes() {
        return EMPTY;
    }

    @Override
    public byte[] footerBytes() {
        return EMPTY;
    }
}
