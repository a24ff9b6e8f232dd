package org.starpunk.command;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.starpunk.note.DiskFailure;
import org.starpunk.note.UnavailableException;
import org.starpunk.store.DatabaseException;

/** Blocks on futures. Only a command's main thread may do so. */
final class Waiting {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final String SPACE = "free some space on the disk of the data, and run it again";

    private Waiting() {}

    /** Returns the value of a future. Throws its failure with a remedy for the user. */
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

    /** Returns whether a future completed in time, with success or failure. */
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

    private static CommandFailure told(UnavailableException unavailable) {
        String reason = String.valueOf(unavailable.getMessage());
        return unavailable.outcomeUnknown()
                ? new CommandFailure(
                        ExitCode.FAILURE,
                        "it may have been saved: " + reason,
                        "check whether it was saved before you run it again")
                : new CommandFailure(
                        ExitCode.FAILURE,
                        "nothing was saved: " + reason,
                        reason.equals(DiskFailure.FULL) ? SPACE : "run it again when that is over");
    }

    /** Converts a failure of the database or of the disk to one that names the remedy. */
    static RuntimeException told(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DatabaseException database) {
                return new CommandFailure(
                                database.passing() ? ExitCode.FAILURE : ExitCode.DATABASE,
                                String.valueOf(database.getMessage()),
                                database.cure())
                        .causedBy(failure);
            }
            if (cause instanceof UnavailableException unavailable) {
                return told(unavailable).causedBy(failure);
            }
        }
        String disk = DiskFailure.reason(failure);
        if (!disk.isEmpty()) {
            return new CommandFailure(ExitCode.FAILURE, disk, SPACE).causedBy(failure);
        }
        return failure instanceof RuntimeException e ? e : new IllegalStateException(failure);
    }
}
