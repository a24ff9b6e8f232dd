package org.starpunk.admin;

import io.vertx.core.Vertx;
import java.time.Clock;
import org.starpunk.config.Settings;
import org.starpunk.identity.Account;
import org.starpunk.identity.Passkeys;
import org.starpunk.job.Jobs;
import org.starpunk.note.Notes;
import org.starpunk.note.Search;
import org.starpunk.note.Uploads;
import org.starpunk.telemetry.Recorder;
import org.starpunk.view.Views;

/**
 * What the author's pages work with, in one HTTP verticle.
 *
 * @param views with {@link AdminRoutes#load} done
 * @param recorder of the verticle
 * @param jobs the process's long work
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
        Search search,
        Uploads uploads,
        Views views,
        Recorder recorder,
        Jobs jobs,
        Clock clock,
        Gate gate,
        Csrf csrf,
        LoginThrottle throttle,
        Runnable loggedOut) {}
