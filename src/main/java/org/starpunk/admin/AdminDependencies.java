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
 * What the author's pages work with, in one HTTP verticle.
 *
 * @param views with {@link AdminRoutes#load} done
 * @param recorder of the verticle
 * @param jobs the process's long work
 * @param reindex builds the search index again, and says how many notes are in it
 * @param clock gives the author's time and offset
 * @param gate the process's
 * @param csrf the process's
 * @param throttle the process's
 * @param loggedOut is run at each logout: the monitor clears its buffer
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
