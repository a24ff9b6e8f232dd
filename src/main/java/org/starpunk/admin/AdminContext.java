package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.function.Function;
import org.starpunk.config.Settings;
import org.starpunk.identity.Account;
import org.starpunk.identity.Passkeys;
import org.starpunk.job.Jobs;
import org.starpunk.job.Progress;
import org.starpunk.note.Notes;
import org.starpunk.note.Uploads;
import org.starpunk.telemetry.Recorder;
import org.starpunk.view.Views;

/**
 * What the author's pages work with, in one HTTP verticle.
 *
 * @param views with {@link AdminRoutes#load} done
 * @param recorder of the verticle
 * @param jobs the process's long work
 * @param reindex builds the search index anew, and says how many notes are in it
 * @param clock gives the author's time and offset
 * @param gate the process's
 * @param csrf the process's
 * @param throttle the process's
 * @param loggedOut is run at each logout: the monitor clears its buffer
 */
public record AdminContext(
        Vertx vertx,
        Settings settings,
        Account account,
        Passkeys passkeys,
        Notes notes,
        Uploads uploads,
        Views views,
        Recorder recorder,
        Jobs jobs,
        Function<Progress, Future<Long>> reindex,
        Clock clock,
        Gate gate,
        Csrf csrf,
        LoginThrottle throttle,
        Runnable loggedOut) {}
