package org.starpunk.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MarkerFactory;

class RepetitionFilterTest {

    private final LoggerContext loggers = new LoggerContext();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final List<Runnable> ends = new ArrayList<>();
    private final Logger logger = loggers.getLogger("test");

    @BeforeEach
    void start() {
        TurboFilter filter = new RepetitionFilter(ends::add);
        filter.setContext(loggers);
        filter.start();
        loggers.addTurboFilter(filter);
        lines.start();
        logger.addAppender(lines);
    }

    private List<String> written() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void equal_failures_are_written_five_times_and_then_counted() {
        IllegalStateException failure = new IllegalStateException("broken");
        for (int i = 0; i < 1000; i++) {
            logger.error("request {} failed", i, failure);
        }
        assertThat(written()).hasSize(5).startsWith("request 0 failed");
        endWindow();
        assertThat(written())
                .hasSize(6)
                .last()
                .isEqualTo("995 more like this within a minute; the first was: request 0 failed");
        logger.error("request {} failed", 1000, failure);
        assertThat(written()).hasSize(7);
    }

    @Test
    void other_failures_and_lines_that_are_no_failure_are_always_written() {
        for (int i = 0; i < 20; i++) {
            logger.info("started {}", i);
            logger.error("failed", i % 2 == 0 ? new IllegalStateException() : new IllegalArgumentException());
        }
        assertThat(written()).filteredOn(line -> line.startsWith("started")).hasSize(20);
        assertThat(written()).filteredOn("failed"::equals).hasSize(10);
    }

    @Test
    void many_lines_of_one_kind_do_not_hide_another_kind_of_the_same_format() {
        for (int i = 0; i < 20; i++) {
            logger.warn(MarkerFactory.getDetachedMarker("slow"), "{} answered 503", "GET /search?q=" + i);
        }
        logger.warn(MarkerFactory.getDetachedMarker("full"), "{} answered 503", "POST /micropub");
        assertThat(written()).hasSize(6).last().isEqualTo("POST /micropub answered 503");
    }

    /** Runs the tasks scheduled for the end of a window. */
    private void endWindow() {
        List.copyOf(ends).forEach(Runnable::run);
        ends.clear();
    }
}
