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
public final class Jobs {

    private static final int KEPT = 50;

    private final Clock clock;
    private final Deque<Work> works = new ArrayDeque<>();
    private long count;
    private @Nullable BackupState backup;

    public Jobs(Clock clock) {
        this.clock = clock;
    }

    /** A started job. Its code reports progress here and ends it with one of three methods. */
    public final class Work implements Progress {

        private Job job;

        private Work(Job job) {
            this.job = job;
        }

        @Override
        public void at(long done, long total) {
            synchronized (works) {
                job = new Job(
                        job.number(), job.name(), job.state(), done, total, job.started(), job.ended(), job.message());
            }
        }

        /** Ends the job with success. */
        public void done(String message) {
            end(Job.State.DONE, message);
        }

        /**
         * Ends the job with a failure.
         *
         * @param message the reason, without a stack trace
         */
        public void failed(String message) {
            end(Job.State.FAILED, message);
        }

        /** Ends the job because it was cancelled. */
        public void cancelled(String message) {
            end(Job.State.CANCELLED, message);
        }

        private void end(Job.State state, String message) {
            synchronized (works) {
                Instant now = clock.instant();
                job = new Job(job.number(), job.name(), state, job.done(), job.total(), job.started(), now, message);
            }
        }
    }

    /** Starts a job. */
    public Work begin(String name, String message) {
        synchronized (works) {
            Work work = new Work(new Job(++count, name, Job.State.RUNNING, 0, 0, clock.instant(), null, message));
            works.addFirst(work);
            if (works.size() > KEPT) {
                works.removeLast();
            }
            return work;
        }
    }

    /** Returns running and ended jobs, newest first. */
    public List<Job> list() {
        synchronized (works) {
            List<Job> jobs = new ArrayList<>(works.size());
            works.forEach(work -> jobs.add(work.job));
            return jobs;
        }
    }

    /** Returns the state of the backups; empty until the first check, some moments after the start. */
    public Optional<BackupState> backup() {
        synchronized (works) {
            return Optional.ofNullable(backup);
        }
    }

    public void backup(BackupState state) {
        synchronized (works) {
            backup = state;
        }
    }
}
