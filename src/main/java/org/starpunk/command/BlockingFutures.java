package org.starpunk.command;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.starpunk.note.DiskErrorMeaning;
import org.starpunk.note.UnavailableException;
import org.starpunk.store.DatabaseException;

/** Blocks on futures. Only a command's main thread may do so. */
final class BlockingFutures {

    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private static final String SPACE = "free some space on the disk of the data, and run it again";

    private BlockingFutures() {}

    /** Returns the value of a future. Throws its failure with a remedy for the user. */
    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw toException(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw new CommandException(
                            ExitCode.FAILURE, "nothing happened for " + TIMEOUT.toMinutes() + " minutes", "try again")
                    .causedBy(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.FAILURE, "interrupted", "run it again").causedBy(e);
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

    private static CommandException toException(UnavailableException unavailable) {
        String reason = String.valueOf(unavailable.getMessage());
        return unavailable.outcomeUnknown()
                ? new CommandException(
                        ExitCode.FAILURE,
                        "it may have been saved: " + reason,
                        "check whether it was saved before you run it again")
                : new CommandException(
                        ExitCode.FAILURE,
                        "nothing was saved: " + reason,
                        reason.equals(DiskErrorMeaning.FULL) ? SPACE : "run it again when the cause is gone");
    }

    /** Converts a failure of the database or of the disk to one that names the remedy. */
    static RuntimeException toException(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DatabaseException database) {
                return new CommandException(
                                database.passing() ? ExitCode.FAILURE : ExitCode.DATABASE,
                                String.valueOf(database.getMessage()),
                                database.cure())
                        .causedBy(failure);
            }
            if (cause instanceof UnavailableException unavailable) {
                return toException(unavailable).causedBy(failure);
            }
        }
        String disk = DiskErrorMeaning.reason(failure);
        if (!disk.isEmpty()) {
            return new CommandException(ExitCode.FAILURE, disk, SPACE).causedBy(failure);
        }
        return failure instanceof RuntimeException e ? e : new IllegalStateException(failure);
    }
}
