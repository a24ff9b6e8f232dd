package org.starpunk.command;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.starpunk.job.Progress;

/** Long work of a command: shows how far it is, and lets Ctrl+C and SIGTERM end it between two steps, with nothing half done. */
final class LongWork {

    private static final long PATIENCE_SECONDS = 20;

    private LongWork() {}

    /** The work itself. It calls the progress often, and is cancelled by that. */
    @FunctionalInterface
    interface Work<T> {
        T run(Progress progress) throws Exception;
    }

    /** Runs it to its end. */
    static <T> T run(String task, Work<T> work) throws Exception {
        AtomicBoolean stopping = new AtomicBoolean();
        CountDownLatch ended = new CountDownLatch(1);
        Thread stopper = new Thread(() -> stop(stopping, ended), "stop");
        Runtime.getRuntime().addShutdownHook(stopper);
        try (ProgressDisplay display = ProgressDisplay.of(task)) {
            T result = work.run((done, total) -> {
                if (stopping.get()) {
                    throw new CancellationException(task);
                }
                display.at(done, total);
            });
            if (!stopping.get()) {
                boolean unused = Runtime.getRuntime().removeShutdownHook(stopper);
            }
            return result;
        } catch (CancellationException e) {
            throw new CommandFailure(
                            ExitCode.FAILURE,
                            "the " + task + " was interrupted",
                            "start it again: nothing is half done")
                    .causedBy(e);
        } finally {
            ended.countDown();
        }
    }

    /** A JVM that ends waits for this, so the work can clean up behind itself. */
    private static void stop(AtomicBoolean stopping, CountDownLatch ended) {
        stopping.set(true);
        try {
            boolean unused = ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
