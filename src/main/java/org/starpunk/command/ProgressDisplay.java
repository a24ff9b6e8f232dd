package org.starpunk.command;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.starpunk.job.ProgressListener;

/** Progress of a long task: a bar on a terminal, otherwise a log line every 10 s. */
final class ProgressDisplay implements ProgressListener, AutoCloseable {

    private static final long LINE_NANOS = Duration.ofSeconds(10).toNanos();

    private final String task;
    private final @Nullable ProgressBar bar;
    private final LongSupplier nanoTime;
    private final Consumer<String> lines;
    private final long started;
    private long lastLine;

    private ProgressDisplay(String task, @Nullable ProgressBar bar, LongSupplier nanoTime, Consumer<String> lines) {
        this.task = task;
        this.bar = bar;
        this.nanoTime = nanoTime;
        this.lines = lines;
        this.started = nanoTime.getAsLong();
        this.lastLine = started;
    }

    /** Returns a display on standard error, because standard output is for results. */
    static ProgressDisplay of(String task) {
        ProgressBar bar = LogFormatSetup.terminal()
                ? new ProgressBarBuilder()
                        .setTaskName(task)
                        .setInitialMax(-1)
                        .setStyle(ProgressBarStyle.ASCII)
                        .build()
                : null;
        return new ProgressDisplay(task, bar, System::nanoTime, LoggerFactory.getLogger(ProgressDisplay.class)::info);
    }

    /** Returns a display that writes lines, with a clock and an output of the test. */
    static ProgressDisplay lines(String task, LongSupplier nanoTime, Consumer<String> lines) {
        return new ProgressDisplay(task, null, nanoTime, lines);
    }

    @Override
    public synchronized void report(long done, long total) {
        if (bar != null) {
            bar.maxHint(total <= 0 ? -1 : total);
            bar.stepTo(done);
            return;
        }
        long now = nanoTime.getAsLong();
        if (now - lastLine >= LINE_NANOS) {
            lastLine = now;
            lines.accept(line(done, total, now - started));
        }
    }

    /** Returns a line such as {@code reindex 41 % (1 640/4 000), about 8 s left}. */
    private String line(long done, long total, long nanos) {
        if (total <= 0) {
            return task + " " + number(done);
        }
        String line = task + " " + 100 * done / total + " % (" + number(done) + "/" + number(total) + ")";
        return done == 0 ? line : line + ", about " + left(nanos / done * (total - done)) + " left";
    }

    private static String left(long nanos) {
        long seconds = Math.max(1, nanos / 1_000_000_000);
        return seconds < 120 ? seconds + " s" : (seconds + 30) / 60 + " min";
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number).replace(',', ' ');
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
