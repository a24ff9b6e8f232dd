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
 * Hashes and checks passwords outside the event loops, one at a time in the process: each hash needs 19 MiB, so twenty
 * concurrent hashes could fill a small heap.
 */
final class PasswordHashingExecutor {

    private final WorkerExecutor thread;

    PasswordHashingExecutor(Vertx vertx) {
        this.thread = vertx.createSharedWorkerExecutor("starpunk-passwords", 1);
    }

    /** Runs other blocking work on the same thread. */
    <T> Future<T> run(Callable<T> work) {
        return thread.executeBlocking(work, false);
    }

    /** Hash of a new password, or the reason why it is not accepted. */
    record NewPasswordResult(Optional<String> problem, String hash) {}

    /**
     * Checks a new password against the rules and hashes it.
     *
     * @param words words that an attacker would try first, such as the site's name
     */
    Future<NewPasswordResult> hash(String password, List<String> words) {
        return thread.executeBlocking(
                () -> {
                    Optional<String> problem = PasswordRules.problem(password, words);
                    return new NewPasswordResult(problem, problem.isPresent() ? "" : PasswordHasher.hash(password));
                },
                false);
    }

    /**
     * Returns whether a password matches a hash. A password over twice the maximum length is rejected without hashing.
     */
    Future<Boolean> check(String password, String hash) {
        if (password.length() > 2 * PasswordHasher.MAX_LENGTH) {
            return Future.succeededFuture(false);
        }
        return thread.executeBlocking(() -> PasswordHasher.check(password, hash), false);
    }
}
