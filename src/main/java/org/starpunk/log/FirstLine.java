package org.starpunk.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import org.slf4j.LoggerFactory;

/**
 * Loads everything that writing a stack trace needs, time zones included, while there are file descriptors left. A server that
 * has run out of them and then has to log its first exception cannot load the classes, and loses its acceptor for good.
 */
public final class FirstLine {

    private FirstLine() {}

    /** Makes a line of each kind and throws it away. */
    public static void prepare() {
        LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
        LoggingEvent event = new LoggingEvent(
                FirstLine.class.getName(),
                loggers.getLogger(FirstLine.class),
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
