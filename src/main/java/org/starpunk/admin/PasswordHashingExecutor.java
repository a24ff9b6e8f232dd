package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.starpunk.identity.PasswordHasher;
import org.starpunk.identity.PasswordRules;

/**
 * Works on passwords off the event loops, one at a time for the whole process: each hash takes 19 MiB, and twenty at once would
 * fill a small heap.
 */
final class PasswordHashingExecutor {

    private final WorkerExecutor thread;

    PasswordHashingExecutor(Vertx vertx) {
        this.thread = vertx.createSharedWorkerExecutor("starpunk-passwords", 1);
    }

    /** Does other work of this kind, in its turn. */
    <T> Future<T> run(Callable<T> work) {
        return thread.executeBlocking(work, false);
    }

    /** A wished password: its hash, or what is wrong with it. */
    record NewPasswordResult(Optional<String> problem, String hash) {}

    /**
     * Checks and hashes a password that someone wishes for.
     *
     * @param words what an attacker would try first
     */
    Future<NewPasswordResult> hash(String password, List<String> words) {
        return thread.executeBlocking(
                () -> {
                    Optional<String> problem = PasswordRules.problem(password, words);
                    return new NewPasswordResult(problem, problem.isPresent() ? "" : PasswordHasher.hash(password));
                },
                false);
    }

    /** Whether a password is the one that was hashed. One that is too long is not even looked at. */
    Future<Boolean> check(String password, String hash) {
        if (password.length() > 2 * PasswordHasher.MAX_LENGTH) {
            return Future.succeededFuture(false);
        }
        return thread.executeBlocking(() -> PasswordHasher.check(password, hash), false);
    }
}
