package org.starpunk.monitor;

/**
 * Encoding of a duration in 32 bits: nanoseconds up to one second, microseconds up to 17 minutes, then milliseconds up
 * to 12 days.
 */
final class PackedDuration {

    private static final int VALUE_BITS = 30;
    private static final long MAX_VALUE = (1L << VALUE_BITS) - 1;

    private PackedDuration() {}

    static int of(long nanos) {
        if (nanos <= MAX_VALUE) {
            return (int) Math.max(0, nanos);
        }
        long micros = nanos / 1_000;
        return micros <= MAX_VALUE
                ? (int) (micros | 1L << VALUE_BITS)
                : (int) (Math.min(MAX_VALUE, micros / 1_000) | 2L << VALUE_BITS);
    }

    static long nanos(int packed) {
        long value = packed & MAX_VALUE;
        return switch (packed >>> VALUE_BITS) {
            case 0 -> value;
            case 1 -> value * 1_000;
            default -> value * 1_000_000;
        };
    }
}
