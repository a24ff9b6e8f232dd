package org.starpunk.telemetry;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a thread has allocated, as the JVM counts it. Asking costs about as much as a clock, so only one request in
 * {@value #EVERY} is measured, after the first {@value #FIRST}.
 */
final class Allocation {

    private static final int FIRST = 256;
    private static final int EVERY = 64;
    private static final @Nullable ThreadMXBean THREADS = bean();

    private Allocation() {}

    private static @Nullable ThreadMXBean bean() {
        return ManagementFactory.getThreadMXBean() instanceof ThreadMXBean bean
                        && bean.isThreadAllocatedMemorySupported()
                        && bean.isThreadAllocatedMemoryEnabled()
                ? bean
                : null;
    }

    /** Whether a request is measured. */
    static boolean due(int number) {
        return number < FIRST || (number & EVERY - 1) == 0;
    }

    /** Bytes that the calling thread has allocated since it began; -1 when the JVM does not tell. */
    static long ofThisThread() {
        ThreadMXBean threads = THREADS;
        return threads == null ? -1 : threads.getCurrentThreadAllocatedBytes();
    }
}
