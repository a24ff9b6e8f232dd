package org.starpunk.telemetry;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * Memory allocated by a thread, as counted by the JVM. A reading costs much more than a clock reading, so only some
 * requests are measured.
 */
final class ThreadAllocation {

    private static final @Nullable ThreadMXBean THREADS = bean();

    private ThreadAllocation() {}

    private static @Nullable ThreadMXBean bean() {
        return ManagementFactory.getThreadMXBean() instanceof ThreadMXBean bean
                        && bean.isThreadAllocatedMemorySupported()
                        && bean.isThreadAllocatedMemoryEnabled()
                ? bean
                : null;
    }

    /** Returns the bytes that the calling thread has allocated since its start; -1 if the JVM does not support it. */
    static long ofThisThread() {
        ThreadMXBean threads = THREADS;
        return threads == null ? -1 : threads.getCurrentThreadAllocatedBytes();
    }
}
