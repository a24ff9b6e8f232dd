package org.starpunk.telemetry;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** What a thread has allocated, as the JVM counts it. Asking costs much more than a clock, so not every request is measured. */
final class Allocation {

    private static final @Nullable ThreadMXBean THREADS = bean();

    private Allocation() {}

    private static @Nullable ThreadMXBean bean() {
        return ManagementFactory.getThreadMXBean() instanceof ThreadMXBean bean
                        && bean.isThreadAllocatedMemorySupported()
                        && bean.isThreadAllocatedMemoryEnabled()
                ? bean
                : null;
    }

    /** Bytes that the calling thread has allocated since it began; -1 when the JVM does not tell. */
    static long ofThisThread() {
        ThreadMXBean threads = THREADS;
        return threads == null ? -1 : threads.getCurrentThreadAllocatedBytes();
    }
}
