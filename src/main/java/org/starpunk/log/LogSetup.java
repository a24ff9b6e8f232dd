package org.starpunk.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;

/**
 * How StarPunk logs: to standard error, a line for a person or one for a program ({@link #FORMAT}). Logback finds it by its service
 * file. Reading the same from XML takes some 400 classes more, at each start. A file that is named by
 * {@code -Dlogback.configurationFile} counts instead.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {

    /** The system property that says how lines look: {@code text} or {@code json}. */
    public static final String FORMAT = "starpunk.log.format";

    /** The system property of the least level that is logged. Without it, this is not the program but a test, and Logback's own files count. */
    public static final String LEVEL = "starpunk.log.level";

    private static final List<String> ERRORS_ONLY = List.of(
            // It warns of each message to a consumer that has just left, such as a viewer: nobody could mend that.
            "io.vertx.core.eventbus.impl.MessageConsumerImpl",
            // It prints a stack for a client that connects in the very moment of the stop.
            "io.netty.bootstrap.ServerBootstrap",
            // Vert.x registers one of its gauges twice (METRICS_PROMETHEUS_VERTX); the first one counts.
            "io.micrometer.core.instrument.MeterRegistry",
            // It tells at length how it starts and whom it lost; of nodes that come and go the monitor logs a line.
            "com.hazelcast",
            "io.vertx.core.eventbus.impl.clustered");

    @Override
    public ExecutionStatus configure(LoggerContext loggers) {
        String level = System.getProperty(LEVEL);
        if (level == null || System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        Encoder<ILoggingEvent> encoder =
                "json".equals(System.getProperty(FORMAT)) ? new JsonLinesEncoder() : new TextEncoder();
        encoder.setContext(loggers);
        encoder.start();
        ConsoleAppender<ILoggingEvent> lines = new ConsoleAppender<>();
        lines.setContext(loggers);
        lines.setName("lines");
        lines.setTarget("System.err");
        lines.setEncoder(encoder);
        lines.start();
        Logger root = loggers.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(level, Level.INFO));
        root.addAppender(lines);
        ERRORS_ONLY.forEach(name -> loggers.getLogger(name).setLevel(Level.ERROR));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
