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
 * Logback configuration: writes to standard error, as text or JSON ({@link #FORMAT}). Logback finds it by its service
 * file. The same configuration in XML would load about 400 more classes at each start. A file named by {@code
 * -Dlogback.configurationFile} takes precedence.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {

    /** System property for the format of log lines: {@code text} or {@code json}. */
    public static final String FORMAT = "starpunk.log.format";

    /**
     * System property for the lowest level that is logged. {@code Main} always sets it. Without it, a test is running,
     * and Logback's own configuration files apply.
     */
    public static final String LEVEL = "starpunk.log.level";

    /** StarPunk's own loggers. Debug output of libraries would hide theirs. */
    private static final List<String> STARPUNK_LOGGERS = List.of("org.starpunk", "starpunk");

    private static final List<String> ERRORS_ONLY = List.of(
            // Warns about each message to a consumer that has just unregistered, such as a dashboard viewer. No action
            // could prevent that.
            "io.vertx.core.eventbus.impl.MessageConsumerImpl",
            // Logs a stack trace for a client that connects during the shutdown.
            "io.netty.bootstrap.ServerBootstrap",
            // Warns because Vert.x registers one of its gauges twice (METRICS_PROMETHEUS_VERTX). The first registration
            // is used.
            "io.micrometer.core.instrument.MeterRegistry",
            // Log the start and each lost member at length. The monitor logs one line per node that joins or leaves.
            "com.hazelcast",
            "io.vertx.core.eventbus.impl.clustered");

    /**
     * Logger that writes a stack trace for each client that disconnects during a file transfer. The request handles the
     * same failure.
     */
    private static final String FILES_LEFT = "io.vertx.core.net.impl.VertxConnection";

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
        RepetitionFilter repetitions = new RepetitionFilter();
        repetitions.setContext(loggers);
        repetitions.start();
        loggers.addTurboFilter(repetitions);
        Logger root = loggers.getLogger(Logger.ROOT_LOGGER_NAME);
        Level least = Level.toLevel(level, Level.INFO);
        root.setLevel(least.isGreaterOrEqual(Level.INFO) ? least : Level.INFO);
        STARPUNK_LOGGERS.forEach(name -> loggers.getLogger(name).setLevel(least));
        root.addAppender(lines);
        ERRORS_ONLY.forEach(name -> loggers.getLogger(name).setLevel(Level.ERROR));
        loggers.getLogger(FILES_LEFT).setLevel(Level.OFF);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
