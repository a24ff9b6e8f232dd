package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.function.Function;
import org.starpunk.config.Settings;
import org.starpunk.identity.Account;
import org.starpunk.identity.PasskeyRepository;
import org.starpunk.job.JobRegistry;
import org.starpunk.job.ProgressListener;
import org.starpunk.note.NoteRepository;
import org.starpunk.note.UploadStore;
import org.starpunk.telemetry.Recorder;
import org.starpunk.view.Templates;

/**
 * Dependencies of the author's pages in one HTTP verticle.
 *
 * @param views templates, loaded by {@link AdminRoutes#load}
 * @param recorder recorder of the verticle
 * @param jobs jobs of the process
 * @param reindex rebuilds the search index and returns the number of indexed notes
 * @param clock clock in the author's time zone
 * @param gate authentication handler, shared by the process
 * @param csrf CSRF protection, shared by the process
 * @param throttle rate limiter of logins, shared by the process
 * @param loggedOut runs at each logout; the monitor clears its buffer
 */
public record AdminDependencies(
        Vertx vertx,
        Settings settings,
        Account account,
        PasskeyRepository passkeys,
        NoteRepository notes,
        UploadStore uploads,
        Templates views,
        Recorder recorder,
        JobRegistry jobs,
        Function<ProgressListener, Future<Long>> reindex,
        Clock clock,
        AdminAuthHandler gate,
        Csrf csrf,
        LoginRateLimiter throttle,
        Runnable loggedOut) {}
