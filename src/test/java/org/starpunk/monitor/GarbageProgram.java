package org.starpunk.monitor;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/**
 * Program for {@link ProcessMemoryTest}: allocates until 20 collections have run, then requests a full collection.
 * Prints the number of collections of the old generation that {@link ProcessMemory} has detected before and after the
 * full one, and the bytes in use after it.
 */
final class GarbageProgram {

    private static final int COLLECTIONS = 20;
    private static final int BLOCK_BYTES = 16 * 1024;
    private static final int BLOCKS = 64;

    private GarbageProgram() {}

    public static void main(String[] arguments) {
        ProcessMemory memory = new ProcessMemory(Path.of("/proc/self/status"), CgroupLimits.ofThisProcess());
        byte[][] referenced = new byte[BLOCKS][];
        for (int i = 0; collections() < COLLECTIONS; i++) {
            referenced[i % BLOCKS] = new byte[BLOCK_BYTES];
            if (i % BLOCKS == 0) {
                memory.read();
            }
        }
        long young = memory.read().collections();
        System.gc();
        ProcessMemory.MemoryReading after = memory.read();
        System.out.println(young + " " + after.collections() + " " + after.heapAfterCollection());
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }
}
