package org.starpunk.job;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Registry of background jobs: those that run and the last that ended. In memory, thread-safe. */
public final class JobRegistry {

    private static final int MAX_JOBS = 50;

    private final Clock clock;
    private final Deque<RunningJob> works = new ArrayDeque<>();
    private long count;
    private @Nullable BackupStatus backup;

    public JobRegistry(Clock clock) {
        this.clock = clock;
    }

    /** A started job. Its code reports progress here and ends it with one of three methods. */
    public final class RunningJob implements ProgressListener {

        private JobStatus job;

        private RunningJob(JobStatus job) {
            this.job = job;
        }

        @Override
        public void report(long done, long total) {
            synchronized (works) {
                job = new JobStatus(
                        job.number(), job.name(), job.state(), done, total, job.started(), job.ended(), job.message());
            }
        }

        /** Ends the job with success. */
        public void done(String message) {
            end(JobStatus.Phase.DONE, message);
        }

        /**
         * Ends the job with a failure.
         *
         * @param message the reason, without a stack trace
         */
        public void failed(String message) {
            end(JobStatus.Phase.FAILED, message);
        }

        /** Ends the job because it was cancelled. */
        public void cancelled(String message) {
            end(JobStatus.Phase.CANCELLED, message);
        }

        private void end(JobStatus.Phase state, String message) {
            synchronized (works) {
                Instant now = clock.instant();
                job = new JobStatus(
                        job.number(), job.name(), state, job.done(), job.total(), job.started(), now, message);
            }
        }
    }

    /** Starts a job. */
    public RunningJob begin(String name, String message) {
        synchronized (works) {
            RunningJob work = new RunningJob(
                    new JobStatus(++count, name, JobStatus.Phase.RUNNING, 0, 0, clock.instant(), null, message));
            works.addFirst(work);
            if (works.size() > MAX_JOBS) {
                works.removeLast();
            }
            return work;
        }
    }

    /** Returns running and ended jobs, newest first. */
    public List<JobStatus> list() {
        synchronized (works) {
            List<JobStatus> jobs = new ArrayList<>(works.size());
            works.forEach(work -> jobs.add(work.job));
            return jobs;
        }
    }

    /** Returns the state of the backups; empty until the first check, some moments after the start. */
    public Optional<BackupStatus> backup() {
        synchronized (works) {
            return Optional.ofNullable(backup);
        }
    }

    public void backup(BackupStatus state) {
        synchronized (works) {
            backup = state;
        }
    }
}
