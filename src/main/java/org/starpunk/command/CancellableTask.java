package org.starpunk.command;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.starpunk.job.ProgressListener;

/**
 * Runs a long task of a command with a progress display. Ctrl+C and SIGTERM cancel it between two steps, with nothing
 * half done.
 */
final class CancellableTask {

    private static final long STOP_TIMEOUT_SECONDS = 20;

    private CancellableTask() {}

    /** The task. It must report progress often, because that cancels it. */
    @FunctionalInterface
    interface CancellableWork<T> {
        T run(ProgressListener progress) throws Exception;
    }

    /**
     * Runs a task to its end.
     *
     * @throws CommandException if it was cancelled
     */
    static <T> T run(String task, CancellableWork<T> work) throws Exception {
        AtomicBoolean stopping = new AtomicBoolean();
        CountDownLatch ended = new CountDownLatch(1);
        Thread stopper = new Thread(() -> stop(stopping, ended), "stop");
        Runtime.getRuntime().addShutdownHook(stopper);
        try (ProgressDisplay display = ProgressDisplay.of(task)) {
            T result = work.run((done, total) -> {
                if (stopping.get()) {
                    throw new CancellationException(task);
                }
                display.report(done, total);
            });
            if (!stopping.get()) {
                boolean unused = Runtime.getRuntime().removeShutdownHook(stopper);
            }
            return result;
        } catch (CancellationException e) {
            throw new CommandException(
                            ExitCode.FAILURE, "the " + task + " was interrupted", "run it again: nothing is half done")
                    .causedBy(e);
        } finally {
            ended.countDown();
        }
    }

    /** Delays the end of the JVM until the task has cleaned up. */
    private static void stop(AtomicBoolean stopping, CountDownLatch ended) {
        stopping.set(true);
        try {
            boolean unused = ended.await(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
