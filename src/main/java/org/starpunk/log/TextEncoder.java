package org.starpunk.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.starpunk.telemetry.RequestId;
import org.starpunk.telemetry.RequestTiming;

/**
 * Encodes a log event as text: {@code 14:03:22.017 WARN  StoreVerticle  slow query 1,204 ms [request 5f3a…]}. A stack
 * trace follows, with every line indented, so that only log events start at the margin.
 */
public final class TextEncoder extends EncoderBase<ILoggingEvent> {

    private static final byte[] EMPTY = {};
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());

    @Override
    public byte[] encode(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160)
                .append(TIME.format(Instant.ofEpochMilli(event.getTimeStamp())))
                .append(' ')
                .append(event.getLevel())
                .append(event.getLevel().toString().length() == 4 ? " " : "")
                .append(' ')
                .append(shortName(event.getLoggerName()))
                .append("  ")
                .append(SecretRedactor.oneLine(SecretRedactor.redact(event.getFormattedMessage())));
        long request = RequestTiming.currentId();
        if (request != 0) {
            line.append(" [request ").append(RequestId.format(request)).append(']');
        }
        line.append('\n').append(trace(event.getThrowableProxy()));
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String trace(IThrowableProxy thrown) {
        if (thrown == null) {
            return "";
        }
        String trace =
                SecretRedactor.redact(ThrowableProxyUtil.asString(thrown)).stripTrailing();
        return "\t" + trace.replace("\r", "").replaceAll("\n(?!\t)", "\n\t") + "\n";
    }

    private static String shortName(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
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
