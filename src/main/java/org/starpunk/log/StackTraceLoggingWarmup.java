package org.starpunk.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import org.slf4j.LoggerFactory;

/**
 * Loads the classes and time zones for logging a stack trace at the start. A server without free file descriptors
 * cannot load them for its first exception; the exception would then end its acceptor permanently.
 */
public final class StackTraceLoggingWarmup {

    private StackTraceLoggingWarmup() {}

    /** Encodes one line of each format and discards it. */
    public static void prepare() {
        LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
        LoggingEvent event = new LoggingEvent(
                StackTraceLoggingWarmup.class.getName(),
                loggers.getLogger(StackTraceLoggingWarmup.class),
                Level.ERROR,
                "never written",
                new IllegalStateException("never thrown"),
                null);
        byte[] text = new TextEncoder().encode(event);
        byte[] json = new JsonLinesEncoder().encode(event);
        if (text.length == 0 || json.length == 0) {
            throw new IllegalStateException("log lines are empty");
        }
    }
}
