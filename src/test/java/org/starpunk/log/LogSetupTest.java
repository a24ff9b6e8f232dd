package org.starpunk.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogSetupTest {

    private final LoggerContext loggers = new LoggerContext();

    @AfterEach
    void stop() {
        System.clearProperty(LogSetup.LEVEL);
        loggers.stop();
    }

    @ParameterizedTest
    @CsvSource({
        "error, ERROR, ERROR",
        "warn, WARN, WARN",
        "info, INFO, INFO",
        "debug, DEBUG, INFO",
        "trace, TRACE, INFO"
    })
    void a_level_below_info_applies_to_own_loggers_only(String level, String own, String library) {
        System.setProperty(LogSetup.LEVEL, level);
        LogSetup setup = new LogSetup();
        setup.setContext(loggers);
        var unused = setup.configure(loggers);

        assertThat(loggers.getLogger("org.starpunk.server.RequestErrorHandler").getEffectiveLevel())
                .isEqualTo(Level.toLevel(own));
        assertThat(loggers.getLogger("starpunk.sql").getEffectiveLevel()).isEqualTo(Level.toLevel(own));
        assertThat(loggers.getLogger("io.netty.channel").getEffectiveLevel()).isEqualTo(Level.toLevel(library));
    }
}
