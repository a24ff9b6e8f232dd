package org.starpunk.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.helpers.MessageFormatter;

/**
 * Limits equal warnings and errors. Within a minute it writes the first five, then one line with the number of
 * suppressed ones and the first message. Two lines are equal if they have the same logger, level, format, marker and
 * exception. Their values do not count: clients choose values, and could otherwise fill the disk with one request per
 * line. A marker separates kinds of one format, so that many lines of one kind do not suppress another.
 */
public final class RepetitionFilter extends TurboFilter {

    static final int MAX_EQUAL_MESSAGES = 5;
    static final Duration WINDOW = Duration.ofMinutes(1);

    private static final String SUMMARY = "{} more like this within a minute; the first was: {}";
    private static final int MOST_KEYS = 500;

    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final Consumer<Runnable> atEnd;

    public RepetitionFilter() {
        this.atEnd = this::schedule;
    }

    /** @param atEnd schedules a task for the end of a window */
    RepetitionFilter(Consumer<Runnable> atEnd) {
        this.atEnd = atEnd;
    }

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] parameters,
            @Nullable Throwable thrown) {
        boolean counted = level.isGreaterOrEqual(Level.WARN) && level.isGreaterOrEqual(logger.getEffectiveLevel());
        if (!counted || format == null || format.equals(SUMMARY)) {
            return FilterReply.NEUTRAL;
        }
        Throwable failure = thrown == null ? lastOf(parameters) : thrown;
        String key = logger.getName()
                + ' '
                + level
                + ' '
                + format
                + ' '
                + (marker == null ? "" : marker.getName())
                + ' '
                + (failure == null ? "" : place(failure));
        AtomicInteger count = counts.get(key);
        if (count == null) {
            if (counts.size() >= MOST_KEYS) {
                return FilterReply.NEUTRAL;
            }
            count = counts.computeIfAbsent(key, added -> {
                String first = MessageFormatter.arrayFormat(format, parameters).getMessage();
                atEnd.accept(() -> end(logger, level, added, first));
                return new AtomicInteger();
            });
        }
        return count.incrementAndGet() <= MAX_EQUAL_MESSAGES ? FilterReply.NEUTRAL : FilterReply.DENY;
    }

    /**
     * Returns the exception among the parameters. SLF4J uses the last value if the format has no placeholder for it.
     */
    private static @Nullable Throwable lastOf(Object @Nullable [] parameters) {
        if (parameters == null || parameters.length == 0) {
            return null;
        }
        return parameters[parameters.length - 1] instanceof Throwable last ? last : null;
    }

    private static String place(Throwable failure) {
        StackTraceElement[] stack = failure.getStackTrace();
        return failure.getClass().getName() + (stack.length == 0 ? "" : " " + stack[0]);
    }

    private void schedule(Runnable task) {
        var unused =
                getContext().getScheduledExecutorService().schedule(task, WINDOW.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void end(Logger logger, Level level, String key, String first) {
        AtomicInteger count = counts.remove(key);
        int more = count == null ? 0 : count.get() - MAX_EQUAL_MESSAGES;
        if (more > 0) {
            if (level.equals(Level.ERROR)) {
                logger.error(SUMMARY, more, first);
            } else {
                logger.warn(SUMMARY, more, first);
            }
        }
    }
}
