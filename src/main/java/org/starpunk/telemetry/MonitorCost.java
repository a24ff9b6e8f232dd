package org.starpunk.telemetry;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * CPU time of the monitor on all threads: its own event loop, the HTTP event loops (endpoints, live updates), and
 * worker threads (EXPLAIN, readings). Includes its share of the acceptor thread. Excludes compilation and garbage
 * collection. One instance per Vert.x. Thread-safe.
 */
public final class MonitorCost implements Shareable {

    private static final String MAP = "monitor-cost";
    private static final String ACCEPTOR = "vert.x-acceptor";
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final boolean CPU_TIME = THREADS.isCurrentThreadCpuTimeSupported();

    private final LongSupplier cpuNanos;
    private final LongAdder nanos = new LongAdder();
    private final LongAdder own = new LongAdder();
    private final LongAdder all = new LongAdder();
    private final ThreadLocal<EventLoopCost> loops = ThreadLocal.withInitial(EventLoopCost::new);
    private @Nullable Thread acceptor;
    private long acceptorNanos;

    /** A task with a result. */
    @FunctionalInterface
    public interface MeasuredTask<T, E extends Exception> {
        T run() throws E;
    }

    /** @param cpuNanos supplies the CPU time of the calling thread, nanoseconds */
    public MonitorCost(LongSupplier cpuNanos) {
        this.cpuNanos = cpuNanos;
    }

    /** Returns the instance of a Vert.x. */
    public static MonitorCost of(Vertx vertx) {
        return vertx.sharedData()
                .<String, MonitorCost>getLocalMap(MAP)
                .computeIfAbsent("cost", unused -> new MonitorCost(MonitorCost::cpuNanos));
    }

    /** Returns the CPU time of the calling thread, nanoseconds. */
    public static long cpuNanos() {
        return CPU_TIME ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
    }

    /** Runs a task on an event loop and counts its CPU time as the monitor's. */
    public void run(Runnable task) {
        EventLoopCost loop = loops.get();
        long start = enter(loop);
        try {
            task.run();
        } finally {
            leave(loop, start);
        }
    }

    /** Calls a task on an event loop and counts its CPU time as the monitor's. */
    public <T, E extends Exception> T onLoop(MeasuredTask<T, E> task) throws E {
        EventLoopCost loop = loops.get();
        long start = enter(loop);
        try {
            return task.run();
        } finally {
            leave(loop, start);
        }
    }

    private long enter(EventLoopCost loop) {
        return loop.enter() ? cpuNanos.getAsLong() : -1;
    }

    private void leave(EventLoopCost loop, long start) {
        loop.leave(start < 0 ? -1 : cpuNanos.getAsLong() - start);
    }

    /** Calls a task on a worker thread and counts its CPU time as the monitor's. */
    public <T, E extends Exception> T onWorker(MeasuredTask<T, E> task) throws E {
        long start = cpuNanos.getAsLong();
        try {
            return task.run();
        } finally {
            nanos.add(cpuNanos.getAsLong() - start);
        }
    }

    /** Returns a handler whose CPU time is counted as the monitor's. */
    public <T> Handler<T> timed(Handler<T> handler) {
        return event -> run(() -> handler.handle(event));
    }

    /** Counts a request to one of the monitor's endpoints, on its event loop. */
    public void requestStarted() {
        loops.get().requestStarted();
    }

    /** Counts the end of a request to one of the monitor's endpoints. */
    public void requestEnded() {
        loops.get().requestEnded();
    }

    /** Returns the CPU time account of the calling event loop. */
    EventLoopCost ofThisLoop() {
        return loops.get();
    }

    /** Adds the monitor's CPU time on this event loop since the last call. */
    public void tick() {
        EventLoopCost loop = loops.get();
        tick(loop, cpuNanos.getAsLong());
        loop.tickEnded(cpuNanos.getAsLong());
    }

    /**
     * Adds the monitor's CPU time on an event loop since its last tick.
     *
     * @param cpu CPU time of the thread
     */
    void tick(EventLoopCost loop, long cpu) {
        int requests = loop.requests();
        if (requests > 0) {
            own.add(requests);
        }
        all.add(loop.acceptedSinceTick());
        nanos.add(loop.tick(cpu));
    }

    /** Returns the time added since the last call, nanoseconds. Must be called by one thread. */
    public long takeNanos() {
        return nanos.sumThenReset() + accepting();
    }

    /** Returns the monitor's share of the acceptor thread's time, by number of requests. */
    private long accepting() {
        long requests = own.sumThenReset();
        long of = all.sumThenReset();
        if (acceptor == null && requests > 0) {
            acceptor = findAcceptor();
        }
        Thread thread = acceptor;
        if (thread == null || !CPU_TIME) {
            return 0;
        }
        long before = acceptorNanos;
        acceptorNanos = Math.max(before, THREADS.getThreadCpuTime(thread.getId()));
        return before == 0 || of == 0 ? 0 : (acceptorNanos - before) * Math.min(requests, of) / of;
    }

    private static @Nullable Thread findAcceptor() {
        Thread[] threads = new Thread[Thread.activeCount() + 16];
        int number = Thread.enumerate(threads);
        for (int i = 0; i < number; i++) {
            if (threads[i].getName().startsWith(ACCEPTOR)) {
                return threads[i];
            }
        }
        return null;
    }
}
