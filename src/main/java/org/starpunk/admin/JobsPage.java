package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Instant;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.job.JobRegistry;
import org.starpunk.job.JobStatus;
import org.starpunk.job.ProgressListener;
import org.starpunk.telemetry.EventBusAddresses;

/** {@code /admin/jobs}: the jobs of this process with their progress, and buttons that start a backup or a reindex. */
final class JobsPage {

    static final String REINDEX = "reindex";

    private static final Logger LOG = LoggerFactory.getLogger(JobsPage.class);

    private final AdminPageRenderer pageRenderer;
    private final JobRegistry jobs;
    private final Clock clock;
    private final Function<ProgressListener, Future<Long>> reindex;

    JobsPage(AdminDependencies with, AdminPageRenderer pageRenderer) {
        this.pageRenderer = pageRenderer;
        this.jobs = with.jobs();
        this.clock = with.clock();
        this.reindex = with.reindex();
    }

    void show(RoutingContext ctx) {
        Instant now = clock.instant();
        boolean running = jobs.list().stream().anyMatch(job -> job.state() == JobStatus.Phase.RUNNING);
        pageRenderer
                .page(ctx, "admin/jobs", "Jobs")
                .with("settings", true)
                .with("refresh", running || ctx.request().getParam("begun") != null ? 2 : null)
                .with(
                        "jobs",
                        jobs.list().stream()
                                .map(job -> JobListItem.of(job, now))
                                .toList())
                .with("backup", JobListItem.backup(jobs.backup(), now))
                .with(
                        "backupTroubled",
                        jobs.backup().isPresent() && jobs.backup().get().hasProblem(now))
                .answer(200);
    }

    /** Requests a backup from the store, which runs one backup at a time. */
    void backUp(RoutingContext ctx) {
        ctx.vertx().eventBus().publish(EventBusAddresses.BACK_UP, "the author");
        // The store has not started the backup yet, so the page would neither show it nor load itself again.
        LocalRedirect.to(ctx, "/admin/jobs?begun=1");
    }

    void reindex(RoutingContext ctx) {
        boolean running = jobs.list().stream()
                .anyMatch(job -> job.name().equals(REINDEX) && job.state() == JobStatus.Phase.RUNNING);
        if (!running) {
            JobRegistry.RunningJob work = jobs.begin(REINDEX, "Adding all notes to the search index.");
            reindex.apply(work)
                    .onSuccess(notes -> work.done(notes + " notes are in the search index."))
                    .onFailure(failure -> {
                        LOG.error("the search index was not rebuilt", failure);
                        work.failed("The index was not rebuilt: " + failure.getMessage()
                                + ". The log contains the details.");
                    });
        }
        LocalRedirect.to(ctx, "/admin/jobs");
    }
}
