package org.starpunk.command;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.starpunk.store.DatabaseException;

/** A command's own thread may wait; nobody else may. */
final class Waiting {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private Waiting() {}

    /** The future's value; its failure is thrown as one that says what to do. */
    static <T> T on(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw told(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw new CommandFailure(
                            ExitCode.FAILURE, "nothing happened for " + PATIENCE.toMinutes() + " minutes", "try again")
                    .causedBy(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.FAILURE, "interrupted", "start it again").causedBy(e);
        }
    }

    /** Whether a future ended in time, in whatever way. */
    static boolean ended(Future<?> future, Duration time) {
        try {
            Object unused =
                    future.toCompletionStage().toCompletableFuture().get(time.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A failure of the database as one that says what to do. */
    static RuntimeException told(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DatabaseException database) {
                return new CommandFailure(
                                database.passing() ? ExitCode.FAILURE : ExitCode.DATABASE,
                                String.valueOf(database.getMessage()),
                                database.cure())
                        .causedBy(failure);
            }
        }
        return failure instanceof RuntimeException e ? e : new IllegalStateException(failure);
    }
}
